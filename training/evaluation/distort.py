"""Queries as people spoil them. Pure and seeded: the same text always comes out the same.

Inflection is imitated by cutting endings, since no rule for real inflection holds across languages; what is measured is whether a
word is found by its stem.
"""

import hashlib
import random
import re
import unicodedata

# One slip in so many letters: about one word in two.
LETTERS_PER_SLIP = 9
# Words this long lose their last two letters, shorter ones from LEAST_CUT on lose one.
LONG_WORD = 8
LEAST_CUT = 5

_WORD = re.compile(r'[^\W\d_]+')


def with_typos(text: str) -> str:
    """Letters next to each other exchanged, left out, or doubled. Never the first of a word, which people hit."""
    chance = _chance(text)
    letters = list(text)
    places = [index for index in range(1, len(letters) - 1)
              if letters[index].isalpha() and letters[index - 1].isalpha() and letters[index + 1].isalpha() and not unicodedata.combining(letters[index])]
    for index in sorted(chance.sample(places, min(len(places), max(1, len(letters) // LETTERS_PER_SLIP))), reverse=True):
        slip = chance.randrange(3)
        if slip == 0:
            letters[index], letters[index + 1] = letters[index + 1], letters[index]
        elif slip == 1:
            del letters[index]
        else:
            letters.insert(index, letters[index])
    return ''.join(letters)


def without_endings(text: str) -> str:
    def cut(match: re.Match[str]) -> str:
        word = match.group()
        return word[:-2] if len(word) >= LONG_WORD else word[:-1] if len(word) >= LEAST_CUT else word
    return _WORD.sub(cut, text)


def in_capitals(text: str) -> str:
    return text.upper()


def without_marks(text: str) -> str:
    """Latin and Greek letters without their accents, as on a foreign keyboard."""
    return unicodedata.normalize('NFC', ''.join(
        letter for letter in unicodedata.normalize('NFD', text) if not '\u0300' <= letter <= '\u036f'))


def mixed(foreign: str, english: str) -> str:
    """The first half of a text and one English word: languages, and mostly scripts, mixed in one query."""
    words = foreign.split()
    beginning = ' '.join(words[:(len(words) + 1) // 2]) if len(words) > 1 else foreign[:(len(foreign) + 1) // 2]
    return f'{beginning} {longest_word(english)}'


def longest_word(text: str) -> str:
    return max(text.split(), key=len)


def _chance(text: str) -> random.Random:
    return random.Random(hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).digest())
