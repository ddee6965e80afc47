"""What of a text the model is given: its words alone.

The product does the same before it tokenises (`input: words` in model.json, src/embed/model-description.ts); a test there compares the
two. Everything but letters and their marks counts as space: a bag of words has no use for punctuation, and digits are better
found by the word index. Identifiers are split at their humps, so that `getUserName` shares its rows with "get user name".
"""

import re

import regex

_WORD = regex.compile(r'[\p{L}\p{M}]+')
_HUMP = re.compile(r'[a-z][A-Z]')
_LATIN = re.compile(r'[A-Za-z]{3,}')
_BETWEEN = re.compile(r'(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])')


def split_identifier(word: str) -> str:
    """Names of brands stay whole, since people write them in any case: YouTube, iPhone. So two parts must begin like `openFile`."""
    if not _HUMP.search(word):
        return word
    parts = _BETWEEN.split(word)
    split = len(parts) > 2 or (parts[0].islower() and len(parts[0]) > 1)
    return ' '.join(parts) if split else word


def split_identifiers(text: str) -> str:
    return _LATIN.sub(lambda match: split_identifier(match[0]), text) if _HUMP.search(text) else text


def words_of(text: str) -> list[str]:
    """Runs of letters and marks, as they stand (case and width are folded by the tokenizer)."""
    return _WORD.findall(split_identifiers(text))


def words_text(text: str) -> str:
    """The words with single spaces between them: what the tokenizer is given."""
    return ' '.join(words_of(text))
