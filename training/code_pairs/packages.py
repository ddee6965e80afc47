"""The table of packages: what is downloaded, under which licence, and which packages nothing is trained on."""

from dataclasses import dataclass
from pathlib import Path

from .archives import LICENCES

TABLE = Path(__file__).with_name('packages.tsv')
PARTS = ('train', 'held-out')


@dataclass(frozen=True)
class Package:
    language: str
    registry: str
    name: str
    version: str
    licence: str
    # `train` or `held-out`: of a package that is held out, no function is ever trained on.
    part: str


def read_packages(table: Path = TABLE) -> list[Package]:
    """Errors: ValueError for a line that is not one, or a licence that may not be used."""
    packages = []
    for number, line in enumerate(table.read_text(encoding='utf-8').splitlines()[1:], start=2):
        fields = line.split('\t')
        if len(fields) != 6 or fields[5] not in PARTS:
            raise ValueError(f'{table.name}:{number}: language, registry, name, version, licence, part (train or held-out)')
        if fields[4] not in LICENCES:
            raise ValueError(f'{table.name}:{number}: "{fields[4]}" is none of {", ".join(LICENCES)}')
        packages.append(Package(*fields))
    return packages
