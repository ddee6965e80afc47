"""Which pairs are trained on and which are held out: decided by the English side alone.

A line and all its translations share their English text, so no translation of a held-out line is ever trained on, whatever the
source or language. The rule is a pure function of the text: no list is kept, and any tool can ask it. Where neither side is
English, side b decides (in the pair files that is the side the other languages are joined through).
"""

import hashlib
import re
import unicodedata

TRAIN = 'train'
VALIDATION = 'validation'
TEST = 'test'

# Of 1,000 hash values: the first ten are for validation (choosing settings), the next ten for the test (reported, never chosen by).
BUCKETS = 1000
VALIDATION_BUCKETS = 10
TEST_BUCKETS = 10

_NOT_WORDS = re.compile(r'[\W_]+')


def normalised_english(text: str) -> str:
    """What the hash is taken of: NFKC, case folded, words alone. "Open file…" and "open file" fall on the same side."""
    folded = unicodedata.normalize('NFKC', text).casefold()
    return _NOT_WORDS.sub(' ', folded).strip()


def english_hash(text: str) -> int:
    """64 bits of the normalised text. Also what says that two pairs share their English side."""
    digest = hashlib.blake2b(normalised_english(text).encode('utf-8', 'surrogatepass'), digest_size=8).digest()
    return int.from_bytes(digest, 'little')


def split_of(english_side: str) -> str:
    """TRAIN, VALIDATION or TEST for a pair with this English side."""
    return split_of_hash(english_hash(english_side))


def split_of_hash(value: int) -> str:
    """The same, from `english_hash`."""
    bucket = value % BUCKETS
    if bucket < VALIDATION_BUCKETS:
        return VALIDATION
    if bucket < VALIDATION_BUCKETS + TEST_BUCKETS:
        return TEST
    return TRAIN
