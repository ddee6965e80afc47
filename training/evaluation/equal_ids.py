"""Checks that the product makes the same ids of lines of the pair files as the trainer.

    python -m evaluation.equal_ids MODEL_FOLDER --data PAIR_FILES [--lines 100000]

Compared are the product's own code (Node, tests/eval/runtime-ids.ts), from the text to the ids, and the trainer's: its rule of what a model of words is
given, and the `tokenizers` package. Lines are taken evenly from all files and languages, so that every script is there. Ends with 1 when a line differs.
"""

import argparse
import json
import lzma
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from tokenizers import Tokenizer

from findling_training.split import english_hash
from findling_training.words import words_text

REPOSITORY = Path(__file__).parents[2]
# Of one language in one file, so that rare languages are not drowned.
MOST_PER_LANGUAGE = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', type=Path)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--lines', type=int, default=100_000)
    options = parser.parse_args()

    lines = chosen_lines(options.data, options.lines)
    words_alone = json.loads((options.model / 'model.json').read_text(encoding='utf-8')).get('input') == 'words'
    tokenizer = Tokenizer.from_file(str(options.model / 'tokenizer.json'))
    reference = [encoding.ids for encoding in tokenizer.encode_batch([words_text(line) if words_alone else line for line in lines], add_special_tokens=False)]
    failed = report(lines, reference, runtime_ids(options.model, lines))
    scripts = Counter(script for line in lines for script in {unicodedata.name(letter, '?').split(' ')[0] for letter in line if letter.isalpha()})
    print(f'{len(lines):,} lines; scripts by first word of the letters\' names: {", ".join(f"{script} {count:,}" for script, count in scripts.most_common(60))}')
    sys.exit(1 if failed else 0)


def chosen_lines(data: Path, most: int) -> list[str]:
    """By hash, so that the choice is even and always the same."""
    lines: list[tuple[int, str]] = []
    for path in sorted(data.glob('*.tsv.xz')):
        taken: Counter[str] = Counter()
        with lzma.open(path, 'rt', encoding='utf-8', newline='\n') as file:
            for line in file:
                language, other, text, english = line.rstrip('\n').split('\t')
                for code, side in ((language, text), (other, english)):
                    if taken[code] < MOST_PER_LANGUAGE:
                        taken[code] += 1
                        lines.append((english_hash(side), side))
    return [line for _, line in sorted(lines)[:most]]


def runtime_ids(model: Path, lines: list[str]) -> list[list[int]]:
    told = subprocess.run(['node', '--disable-warning=ExperimentalWarning', str(REPOSITORY / 'tests' / 'eval' / 'runtime-ids.ts'), str(model)],
                          input='\n'.join(json.dumps(line) for line in lines), capture_output=True, text=True, encoding='utf-8', check=True)
    return [json.loads(line) for line in told.stdout.splitlines()]


def report(lines: list[str], reference: list[list[int]], others: list[list[int]]) -> bool:
    differing = [(line, ids, other) for line, ids, other in zip(lines, reference, others, strict=True) if ids != other]
    print(f'{len(lines) - len(differing):,} of {len(lines):,} lines have the trainer\'s ids; {sum(len(ids) for ids in reference):,} ids')
    for line, ids, other in differing[:10]:
        print(f'  {line!r}\n    {ids}\n    {other}')
    return bool(differing)


if __name__ == '__main__':
    main()
