"""Reads downloaded packages without unpacking them: the names and texts of their source files, and what they say of their licence."""

import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

SUFFIXES = {
    'python': ('.py',),
    'javascript': ('.js', '.mjs', '.jsx', '.ts', '.tsx'),
    'go': ('.go',),
    'rust': ('.rs',),
    'java': ('.java',),
    'cpp': ('.c', '.cc', '.cpp', '.cxx', '.h', '.hh', '.hpp', '.hxx', '.txx'),
}
# Tests, other people's code that was bundled, generated code, and built files.
SKIPPED = re.compile(
    r'(?:^|/)(?:tests?|testing|testdata|vendor|_?vendored?|third_?party|3rdparty|external|extern|node_modules|dist|build|umd|cjs|examples?|demos?|docs?)/'
    r'|\.min\.|\.d\.ts$|\.bundle\.|_test\.|\.test\.|\.spec\.|zz_generated|\.pb\.(?:go|h|cc)$|_pb2|\.generated\.', re.IGNORECASE)
# Bytes. Larger files are tables or bundles.
LARGEST_FILE = 1_500_000
# Characters per line, on average: above it is minified.
LONGEST_LINES = 160
# A sentence of each licence that may be used, or its short name where a registry's metadata gives one.
LICENCES = {
    'MIT': r'Permission is hereby granted, free of charge, to any person obtaining a copy|\bMIT\b',
    'BSD': r'Redistributions? (?:and use in|of) source|\bBSD\b',
    'Apache-2.0': r'Apache License,?\s+Version 2\.0|Apache-2\.0|Apache 2|Apache Software License',
    'ISC': r'Permission to use, copy, modify, and(?:/or)? distribute this software for any|\bISC\b',
}
# Folders deep. Papers further down are those of bundled code.
DEEPEST_PAPER = 4
_LICENCE_FILES = re.compile(r'(?:^|/)(?:LICEN[CS]E[^/]*|COPYING[^/]*|METADATA|PKG-INFO|package\.json|Cargo\.toml|copyright)$', re.IGNORECASE)


def source_texts(archive: Path, language: str) -> Iterator[str]:
    for name, size, read in _members(archive):
        if not name.endswith(SUFFIXES[language]) or size > LARGEST_FILE or SKIPPED.search(name) is not None:
            continue
        text = read().decode('utf-8', 'replace')
        if len(text) <= LONGEST_LINES * (text.count('\n') + 1):
            yield text


def licence_is_confirmed(archives: list[Path], licence: str) -> bool | None:
    """Whether a package's own papers name this licence. None when it brings none (Maven's source archives often do not)."""
    any_paper = False
    for archive in archives:
        for name, size, read in _members(archive):
            if _LICENCE_FILES.search(name) is None or size > LARGEST_FILE or name.count('/') > DEEPEST_PAPER:
                continue
            any_paper = True
            if re.search(LICENCES[licence], re.sub(r'\s+', ' ', read().decode('utf-8', 'replace'))) is not None:
                return True
    return False if any_paper else None


def _members(archive: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    if archive.suffix in ('.whl', '.zip', '.jar'):
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                if not entry.is_dir():
                    yield entry.filename, entry.file_size, lambda entry=entry: opened.read(entry)
        return
    # Packed tar files are read in one pass: their members cannot be sought.
    with tarfile.open(archive, 'r|*') as opened:
        for member in opened:
            if member.isfile():
                yield member.name, member.size, lambda member=member: _content(opened, member)


def _content(opened: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = opened.extractfile(member)
    return b'' if content is None else content.read()
