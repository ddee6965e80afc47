"""The pairs made of one documented function: its sentence against three views of the code, none longer than the other data's texts."""

import re

from .documentation import first_sentence, name_in_words
from .function import DocumentedFunction

# Characters, as in the other pair files.
LONGEST_TEXT = 300
# Below this a body is `return this.x;`: it says what its name says.
SHORTEST_BODY = 30
# Of the signature in its view, so that a long list of parameters leaves room for the first lines.
LONGEST_SIGNATURE = 160
# The view of the bare name has a code of its own, so that a trainer can weight it by itself.
NAME_LANGUAGE = 'code-name'


def views_of(function: DocumentedFunction, language: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The English sentence and (language code, text) of each view; None when the function says too little."""
    sentence = first_sentence(function.documentation, function.name)
    body = cut(one_line(function.body), LONGEST_TEXT)
    if sentence is None or len(body) < SHORTEST_BODY:
        return None
    signature = cut(one_line(function.signature), LONGEST_SIGNATURE)
    code = f'code-{language}'
    views = [(code, body), (code, cut(f'{signature} {body}', LONGEST_TEXT))]
    name = name_in_words(function.name)
    if ' ' in name and name not in sentence.lower():
        views.append((NAME_LANGUAGE, name))
    return sentence, views


def one_line(code: str) -> str:
    return re.sub(r'\s+', ' ', code).strip()


def cut(text: str, longest: int) -> str:
    """At most `longest` characters, cut between words where there is a space near the end."""
    if len(text) <= longest:
        return text
    space = text.rfind(' ', longest - 40, longest + 1)
    return text[:space if space > 0 else longest].rstrip()


def template_of(sentence: str, function_name: str) -> str:
    """What stays of a sentence when the names in it are taken out: generated code says the same of every type."""
    parts = set(name_in_words(function_name).split())
    words = [word for word in re.findall(r'\S+', sentence) if not re.search(r'[a-z][A-Z]|[_.]\w|^[A-Z][a-z]+[A-Z]', word)]
    return ' '.join(word.lower().strip('.,;:()"\'') for word in words if word.lower() not in parts)
