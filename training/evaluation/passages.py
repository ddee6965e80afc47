"""Texts written for this project: the product's own evaluation texts (tests/eval/passages, everyday subjects in twelve languages), and
everyday sentences (evaluation/everyday, each line the same in 34 languages).

No model is trained on them, so they say what the pair files cannot: how questions find paragraphs.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Passage:
    language: str
    subject: str
    title: str
    question: str
    short: str
    body: str


def read_passages(folder: Path) -> list[Passage]:
    """Errors: ValueError for a record that is not complete."""
    passages: list[Passage] = []
    for path in sorted(folder.glob('*.txt')):
        for record in path.read_text(encoding='utf-8').strip().split('\n\n'):
            lines = record.strip().split('\n')
            if len(lines) < 5 or [line[:2] for line in lines[1:4]] != ['= ', '? ', '~ ']:
                raise ValueError(f'{path.name}: a record is not complete: {lines[0]}')
            passages.append(Passage(path.stem, lines[0].split(' | ')[0], lines[1][2:], lines[2][2:], lines[3][2:], '\n'.join(lines[4:])))
    return passages


def read_everyday(folder: Path) -> dict[str, list[str]]:
    """Language → its sentences; line n of every file says the same. Errors: ValueError for a file of another length than the English one."""
    sentences = {path.stem: path.read_text(encoding='utf-8').rstrip('\n').split('\n') for path in sorted(folder.glob('*.txt'))}
    for language, lines in sentences.items():
        if len(lines) != len(sentences['en']):
            raise ValueError(f'{language}.txt has {len(lines)} lines, not {len(sentences["en"])}')
    return sentences
