"""From a raw documentation comment to its first sentence, as a person might have typed it. Pure."""

import html
import re
import unicodedata

LONGEST_SENTENCE = 300
SHORTEST_SENTENCE = 12
FEWEST_WORDS = 3

_LINE_MARKS = re.compile(r'^[ \t]*(?:/\*[*!]*<?|\*+/|///?<?|//!<?|\*+(?!\w))[ \t]?', re.MULTILINE)
_CLOSING_MARK = re.compile(r'\*+/\s*$')
_INLINE_TAGS = re.compile(r'\{@(?:code|literal|link|linkplain|value|tutorial)\s*([^{}]*)\}')
_ROLES = re.compile(r':[\w:+-]+:`~?([^`<]*)(?:<[^`>]*>)?`')
_LINKS = re.compile(r'!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])')
_HTML_TAGS = re.compile(r'</?\w+(?:\s[^<>]*)?/?>')
_BRIEF = re.compile(r'^[@\\](?:brief|short|description|desc|summary)\b:?\s*', re.IGNORECASE)
_TAG_LINE = re.compile(r'^\s*(?:[@\\]\w+|:(?:param|type|return|rtype|raises)|(?:Parameters|Arguments|Args|Returns|Raises|Examples?|Notes?|# \w+)\s*:?\s*$)', re.MULTILINE)
_BLANK_LINE = re.compile(r'\n\s*\n')
_SENTENCE_END = re.compile(r'(?<!e\.g)(?<!i\.e)(?<!etc)(?<!vs)(?<!cf)[.!?:](?=\s+[A-Z(]|\s*$)')
_NO_SENTENCE = re.compile(
    r'^(?:\(|todo|fixme|xxx|deprecated|auto-?generated|generated|copyright|see\b|\(non-javadoc|overrid|@|https?:|internal|licensed|same as|constructor|initialize[sd]? (?:a new|an?) instance)',
    re.IGNORECASE)
_WORD = re.compile(r'[A-Za-z]{2,}')


def first_sentence(documentation: str, name: str) -> str | None:
    """None when the comment says nothing: empty, a tag alone, a licence, another language."""
    text = _LINE_MARKS.sub('', _CLOSING_MARK.sub('', documentation.replace('\r', ''))).strip()
    text = _BRIEF.sub('', text)
    tag = _TAG_LINE.search(text)
    text = _BLANK_LINE.split(text[:tag.start()] if tag is not None else text, maxsplit=1)[0]
    text = _ROLES.sub(r'\1', _INLINE_TAGS.sub(r'\1', text))
    text = _HTML_TAGS.sub(' ', html.unescape(_LINKS.sub(r'\1', text)))
    text = unicodedata.normalize('NFC', re.sub(r'\s+', ' ', text.replace('`', '').replace('*', ''))).strip(' -:#')
    end = _SENTENCE_END.search(text)
    text = text[:end.start()] if end is not None else text
    text = _without_name(text, name).strip()
    return text if _says_something(text) else None


def _without_name(text: str, name: str) -> str:
    """Go begins every comment with the function's own name, which nobody would type who looks for it."""
    first, _, rest = text.partition(' ')
    if first.strip('(),:') != name or rest == '':
        return text
    return re.sub(r'^(?:is an?|is the|-|:)\s+', '', rest)


def _says_something(text: str) -> bool:
    if not SHORTEST_SENTENCE <= len(text) <= LONGEST_SENTENCE or _NO_SENTENCE.match(text) is not None:
        return False
    letters = [character for character in text if character.isalpha()]
    foreign = sum(1 for letter in letters if not letter.isascii())
    return len(_WORD.findall(text)) >= FEWEST_WORDS and foreign == 0 and len(letters) >= 0.6 * len(text)


_WORD_PARTS = re.compile(r'[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+')


def name_in_words(name: str) -> str:
    """`parseHTTPHeader_line` → `parse http header line`."""
    return ' '.join(part.lower() for part in _WORD_PARTS.findall(name))
