"""Downloads the packages of packages.tsv and writes code.tsv.xz (trained on), code-heldout.tsv.xz and PACKAGES.md.

    python -m code_pairs.build --work FOLDER --out FOLDER

Deterministic for a table: pins decide the sources, hashes of texts decide what is kept.
"""

import argparse
import hashlib
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .archives import licence_is_confirmed, source_texts
from .brace_functions import LANGUAGES, brace_functions
from .fetch import fetch
from .packages import Package, read_packages
from .python_functions import python_functions
from .views import NAME_LANGUAGE, template_of, views_of

# Of one package: one large one should not speak for its language.
MOST_PER_PACKAGE = 5_000
# Sentences that differ in names alone ("Gets the … of the …").
MOST_PER_TEMPLATE = 3


@dataclass(frozen=True)
class Described:
    """One function's sentence and its views."""
    sentence: str
    template: str
    views: tuple[tuple[str, str], ...]


def described_functions(text: str, language: str) -> Iterator[Described]:
    functions = python_functions(text) if language == 'python' else brace_functions(text, LANGUAGES[language])
    for function in functions:
        found = views_of(function, language)
        if found is not None:
            sentence, views = found
            yield Described(sentence, template_of(sentence, function.name), tuple(views))


def of_package(package: Package, archives: list[Path]) -> tuple[bool | None, list[Described]]:
    """What the package says of its licence (archives.py), and its functions: all sorted by hash, so that cuts are by chance and repeatable."""
    confirmed = licence_is_confirmed(archives, package.licence)
    functions = {described.views[0][1]: described for archive in archives for text in source_texts(archive, package.language)
                 for described in described_functions(text, package.language)}
    return confirmed, sorted(functions.values(), key=lambda described: _hash(described.views[0][1]))


def chosen(functions: list[Described], sentences: set[str], templates: Counter[str], bodies: set[str]) -> list[Described]:
    """Those that say something new; `sentences`, `templates` and `bodies` remember what was chosen before."""
    kept: list[Described] = []
    for described in functions:
        sentence = described.sentence.lower()
        body = described.views[0][1]
        if sentence in sentences or body in bodies or templates[described.template] >= MOST_PER_TEMPLATE:
            continue
        if len(kept) == MOST_PER_PACKAGE:
            break
        sentences.add(sentence)
        bodies.add(body)
        templates[described.template] += 1
        kept.append(described)
    return kept


def download(packages: list[Package], work: Path) -> dict[Package, list[Path]]:
    """Each package's archives. The registries answer beside one another; of one, package after package, since its client keeps a cache."""
    registries: defaultdict[str, list[Package]] = defaultdict(list)
    for package in packages:
        registries[package.registry].append(package)

    def from_one(wanted: list[Package]) -> dict[Package, list[Path]]:
        return {package: fetch(package, work) for package in wanted}

    archives: dict[Package, list[Path]] = {}
    with ThreadPoolExecutor(len(registries)) as pool:
        for found in pool.map(from_one, registries.values()):
            archives.update(found)
    for package, files in archives.items():
        if not files:
            raise RuntimeError(f'{package.name} {package.version}: downloaded, but no archive of it was found')
    return archives


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--work', type=Path, required=True, help='where downloads are kept')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--processes', type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    # 1. Download. Held-out packages come first, so that nothing they say is trained on.
    packages = sorted(read_packages(), key=lambda package: package.part != 'held-out')
    archives = download(packages, options.work)

    # 2. Extract, choose, write.
    # What was chosen is remembered per language, so that a language's pairs do not depend on the others'.
    sentences: defaultdict[str, set[str]] = defaultdict(set)
    bodies: defaultdict[str, set[str]] = defaultdict(set)
    templates: defaultdict[str, Counter[str]] = defaultdict(Counter)
    held_out_sentences: set[str] = set()
    counts: dict[Package, int] = {}
    with ProcessPoolExecutor(options.processes) as pool, lzma.open(options.out / 'code.tsv.xz', 'wt', encoding='utf-8', preset=3) as train, \
            lzma.open(options.out / 'code-heldout.tsv.xz', 'wt', encoding='utf-8', preset=3) as held_out:
        extracted = pool.map(of_package, packages, [archives[package] for package in packages])
        for package, (confirmed, functions) in zip(packages, extracted, strict=True):
            if confirmed is False:
                raise RuntimeError(f'{package.name} {package.version} does not say that it is under {package.licence}')
            kept = chosen(functions, sentences[package.language], templates[package.language], bodies[package.language])
            if package.part == 'held-out':
                held_out_sentences.update(described.sentence.lower() for described in kept)
            else:
                kept = [described for described in kept if described.sentence.lower() not in held_out_sentences]
            counts[package] = len(kept)
            into = train if package.part == 'train' else held_out
            into.writelines(f'{language}\ten\t{text}\t{described.sentence}\n' for described in kept for language, text in described.views)
            print(f'{package.language}\t{package.name}\t{len(functions)} documented, {len(kept)} kept', file=sys.stderr, flush=True)

    # 3. The table for the model card.
    Path(__file__).with_name('PACKAGES.md').write_text(_table(counts), encoding='utf-8')


def _table(counts: dict[Package, int]) -> str:
    lines = ['# Packages that the code pairs come from', '', 'Written by `code_pairs.build`. Each function gives its sentence with its body, with its signature and first lines, and with its name '
             f'in words (`{NAME_LANGUAGE}`).', '', '| language | package | version | licence | functions | part |', '|---|---|---|---|---|---|']
    lines += [f'| {package.language} | {package.name} | {package.version} | {package.licence} | {count:,} | {package.part} |'
              for package, count in sorted(counts.items(), key=lambda item: (item[0].language, item[0].name)) if count > 0]
    for language in sorted({package.language for package in counts}):
        total = sum(count for package, count in counts.items() if package.language == language)
        lines.append(f'| {language} | **all** | | | **{total:,}** | |')
    return '\n'.join(lines) + '\n'


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).digest()


if __name__ == '__main__':
    main()
