"""Languages by how much is written in them, for the vocabulary's shares and the report."""

# The fifty with most web pages and most readers, roughly in order.
MOST_WRITTEN = (
    'en', 'es', 'zh', 'de', 'fr', 'ja', 'ru', 'pt', 'it', 'ar', 'ko', 'tr', 'nl', 'pl', 'vi', 'id', 'fa', 'th', 'cs', 'sv', 'hi', 'el', 'hu', 'ro', 'uk',
    'zh-Hant', 'da', 'fi', 'nb', 'he', 'sk', 'bg', 'hr', 'ca', 'lt', 'sl', 'et', 'lv', 'sr', 'bn', 'ta', 'te', 'mr', 'ur', 'ms', 'fil', 'sw', 'gu', 'ml', 'kn',
)
LARGEST_THIRTY = MOST_WRITTEN[:31]  # English and thirty others

# Written without spaces between words, with the length in characters of the longest that counts as one word.
UNSPACED = {'zh': 4, 'zh-Hant': 4, 'yue': 4, 'wuu': 4, 'ja': 5, 'th': 10, 'lo': 10, 'km': 12, 'my': 12, 'bo': 12, 'dz': 12}
# The first character of the scripts they are written in (Thai); before it lie the scripts with spaces, from which they borrow words.
FIRST_UNSPACED = 0x0E00
# Words inside runs, per script; shares like those in vocabulary.py.
RUN_BUDGETS = {'Han': 11_000, 'Thai': 2_500, 'Lao': 500, 'Tibetan': 300, 'Myanmar': 600, 'Khmer': 600}
# Han takes in the Japanese syllables.
_SCRIPTS = ((0x0E00, 0x0E7F, 'Thai'), (0x0E80, 0x0EFF, 'Lao'), (0x0F00, 0x0FFF, 'Tibetan'), (0x1000, 0x109F, 'Myanmar'), (0x1780, 0x17FF, 'Khmer'), (0x2E80, 0x9FFF, 'Han'))


def script_of(text: str) -> str:
    """By its first character; '' for any other script."""
    code = ord(text[0])
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), '')
