"""Documented functions of languages with braces: JavaScript and TypeScript, Go, Rust, Java, C and C++.

No parser: comments and strings are blanked out (same length), and what follows a comment is judged by its shape. A function that
this misses costs a pair, nothing more; what it must not do is take a class, a call or a loop for a function.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .function import DocumentedFunction

# A body is searched no further than this for its end, in characters. Only its beginning is used.
LONGEST_BODY = 20_000
# Between the closing parenthesis and the brace: return types, `throws`, initialisers.
LONGEST_TAIL = 300
LONGEST_HEAD = 600

_C_STRINGS = r'"(?:\\.|[^"\\\n])*"'
_CHARACTERS = r"'(?:\\.[^'\n]{0,10}|[^'\\\n])'"
_COMMENTS = r'/\*.*?\*/|//[^\n]*'
_KEYWORDS = frozenset('if for while switch catch return new else do throw sizeof defined typeof await yield delete case super this match loop '
                      'class interface enum struct union namespace typedef using import package'.split())


@dataclass(frozen=True)
class BraceLanguage:
    # Comments come first: everything it matches is blanked, and what begins with `/` is kept as a comment.
    blanked: re.Pattern[str]
    # Which comments document what follows them.
    documents: re.Pattern[str]
    # What may stand between the comment and the parenthesis of the parameters; group `name`.
    head: re.Pattern[str]
    # Attributes and annotations before the head.
    attributes: re.Pattern[str]
    # Go documents with plain line comments, and nothing may stand between those and the function.
    attached: bool = False


def _language(strings: str, documents: str, head: str, attributes: str = r'(?!)', attached: bool = False) -> BraceLanguage:
    return BraceLanguage(re.compile(f'{_COMMENTS}|{strings}', re.DOTALL), re.compile(documents), re.compile(head), re.compile(attributes), attached)


LANGUAGES = {
    'javascript': _language(
        # A slash after one of these begins a regular expression, not a division.
        rf'{_C_STRINGS}|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`|(?:(?<=[=(,:!&|?{{}};])|(?<=\breturn))[ \t]*/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/*\\\n\[])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])*/',
        r'/\*\*(?!/)',
        r'''(?x)\s*(?:(?:export|default|public|private|protected|static|async|get|set|override|readonly|declare)\s+)*
            (?: function\s*\*?\s*(?P<function>[\w$]+)\s*(?:<[^()]*>)?
              | (?:const|let|var)\s+(?P<constant>[\w$]+)\s*=\s*(?:async\s*)?(?:function\b[^(]*)?
              | (?:[\w$]+\.)*(?P<member>[\w$]+)\s*[:=]\s*(?:async\s+)?function\b[^(]*
              | \*?\s*(?P<method>[\w$\#]+)\s*(?:<[^()]*>)? )$''',
        r'@\w+(?:\([^()]*\))?'),
    'go': _language(
        rf'{_C_STRINGS}|`[^`]*`|{_CHARACTERS}', r'//', r'func\s+(?P<function>\w+)\s*(?:\[[^\]()]*\])?$',
        # A method's receiver.
        r'(?<=func )\([^()]*\)', attached=True),
    'rust': _language(
        rf'r(?P<hashes>#+)".*?"(?P=hashes)|r"[^"]*"|"(?:\\.|[^"\\])*"|{_CHARACTERS}', r'///',
        r'\s*(?:pub\s*)?(?:(?:default|const|async|unsafe|extern)\s+)*fn\s+(?P<function>\w+)\s*(?:<[^()]*>)?$', r'#\[[^\]]*\]|pub\([^()]*\)'),
    'java': _language(
        rf'""".*?"""|{_C_STRINGS}|{_CHARACTERS}', r'/\*\*(?!/)',
        r'\s*(?:(?:public|private|protected|static|final|synchronized|native|abstract|default|strictfp)\s+)*[\w\s.<>\[\],?&]*?(?P<function>\w+)\s*$',
        r'@[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?'),
    'cpp': _language(
        rf'R"(?P<fence>\w*)\(.*?\)(?P=fence)"|{_C_STRINGS}|{_CHARACTERS}', r'/\*|//[/!]',
        r'\s*(?:template\s*<[^()]*>)?[\w\s:*&<>,~\[\]]*?(?P<function>~?\w+)\s*$', r'\[\[[^\]]*\]\]|__attribute__\s*\(\([^()]*\)\)'),
}


def brace_functions(source: str, language: BraceLanguage) -> Iterator[DocumentedFunction]:
    comments: list[tuple[int, int]] = []

    def blank(match: re.Match[str]) -> str:
        text = match.group()
        if text.startswith(('/*', '//')):
            comments.append(match.span())
        return re.sub(r'[^\n]', ' ', text)

    masked = language.blanked.sub(blank, source)
    for start, end in _joined(source, comments):
        if language.documents.match(source, start):
            function = _function_after(source, masked, start, end, language)
            if function is not None:
                yield function


def _joined(source: str, comments: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Line comments on neighbouring lines are one comment."""
    previous: tuple[int, int] | None = None
    for start, end in comments:
        together = previous is not None and source.startswith('//', start) and source.startswith('//', previous[0]) \
            and re.fullmatch(r'[ \t]*\n[ \t]*', source[previous[1]:start]) is not None
        if together and previous is not None:
            previous = (previous[0], end)
            continue
        if previous is not None:
            yield previous
        previous = (start, end)
    if previous is not None:
        yield previous


def _function_after(source: str, masked: str, start: int, end: int, language: BraceLanguage) -> DocumentedFunction | None:
    gap = re.compile(r'[ \t]*\n' if language.attached else r'\s*').match(masked, end)
    if gap is None:
        return None
    # 1. Attributes, blanked so that their parentheses are not taken for the parameters.
    head_text = masked[gap.end():gap.end() + LONGEST_HEAD]
    head_text = language.attributes.sub(lambda found: ' ' * len(found.group()), head_text)
    # 2. The head: everything up to the parameters.
    parenthesis = re.search(r'[({};]', head_text)
    if parenthesis is None or parenthesis.group() != '(':
        return None
    head = language.head.match(head_text[:parenthesis.start()])
    if head is None:
        return None
    name = next((found for found in head.groupdict().values() if found is not None), '').lstrip('#~')
    if name == '' or name in _KEYWORDS or not _KEYWORDS.isdisjoint(head.group().split()[:-1]):
        return None
    # 3. Parameters, tail, body.
    parameters_end = _closing(masked, gap.end() + parenthesis.start(), '(', ')')
    if parameters_end is None:
        return None
    tail = re.compile(r'(?:[^;{}]|\{\})*?\{(?!\})').match(masked, parameters_end, parameters_end + LONGEST_TAIL)
    if tail is None:
        return None
    body_end = _closing(masked, tail.end() - 1, '{', '}')
    if body_end is None:
        return None
    signature = source[gap.end():tail.end()]
    return DocumentedFunction(name, source[start:end], signature.strip(), source[tail.end():body_end - 1])


def _closing(masked: str, at: int, opening: str, closing: str) -> int | None:
    """The place after the bracket that closes the one at `at`."""
    depth = 0
    for bracket in re.compile(f'[{re.escape(opening + closing)}]').finditer(masked, at, at + LONGEST_BODY):
        depth += 1 if bracket.group() == opening else -1
        if depth == 0:
            return bracket.end()
    return None
