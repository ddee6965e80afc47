//! Suggests the right spelling of a mistyped word: the dictionary word that needs the fewest changes.

/// Number of letters that must be added, removed, replaced or swapped with their neighbour to turn one word into the other.
pub fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let width = right.len() + 1;
    let mut table = vec![0usize; (left.len() + 1) * width];
    for row in 0..=left.len() {
        for column in 0..width {
            table[row * width + column] = if row == 0 {
                column
            } else if column == 0 {
                row
            } else {
                let same = left[row - 1] == right[column - 1];
                let mut best = table[(row - 1) * width + column - 1] + usize::from(!same);
                best = best.min(table[(row - 1) * width + column] + 1);
                best = best.min(table[row * width + column - 1] + 1);
                let swapped = row > 1
                    && column > 1
                    && left[row - 1] == right[column - 2]
                    && left[row - 2] == right[column - 1];
                if swapped {
                    best = best.min(table[(row - 2) * width + column - 2] + 1);
                }
                best
            };
        }
    }
    table[table.len() - 1]
}

/// The closest words of the dictionary, best first; words more than two changes away are not worth suggesting.
pub fn suggest<'a>(typed: &str, dictionary: &'a [String], limit: usize) -> Vec<&'a str> {
    let mut scored: Vec<(usize, &str)> = dictionary
        .iter()
        .map(|word| (edit_distance(typed, word), word.as_str()))
        .filter(|(distance, _)| *distance <= 2)
        .collect();
    scored.sort();
    scored.into_iter().take(limit).map(|(_, word)| word).collect()
}
