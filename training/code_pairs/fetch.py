"""Downloads pinned packages with each registry's own client, as this machine has it configured. No address stands here.

Sources only: nothing is installed, built or run.
"""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from .packages import Package

# Seconds for one package.
DEADLINE = 900


def fetch(package: Package, work: Path) -> list[Path]:
    """The package's archives, downloaded unless they are there. Errors: RuntimeError with the client's words."""
    folder = work / package.registry
    folder.mkdir(parents=True, exist_ok=True)
    return _CLIENTS[package.registry](package, folder)


def _pip(package: Package, folder: Path) -> list[Path]:
    # Archives are named in any spelling: Django, django, discord.py, discord_py.
    prefix = re.compile(re.sub(r'[-_.]+', '[-_.]+', package.name) + '-' + re.escape(package.version) + r'(?:-|\.tar|\.zip)', re.IGNORECASE)

    def downloaded() -> list[Path]:
        return [archive for archive in _found(folder, '*') if prefix.match(archive.name) is not None]

    if not downloaded():
        _run(['pip', 'download', '--quiet', '--no-deps', '--dest', str(folder), f'{package.name}=={package.version}'], folder)
    return downloaded()


def _npm(package: Package, folder: Path) -> list[Path]:
    archive = f'{package.name.lstrip("@").replace("/", "-")}-{package.version}.tgz'
    if not _found(folder, archive):
        _run(['npm', 'pack', '--silent', f'{package.name}@{package.version}'], folder)
    return _found(folder, archive)


def _go(package: Package, folder: Path) -> list[Path]:
    # The cache writes a capital as `!` and the small letter.
    escaped = re.sub('[A-Z]', lambda letter: '!' + letter.group().lower(), package.name)
    archive = f'cache/cache/download/{escaped}/@v/{package.version}.zip'
    if not _found(folder, archive):
        try:
            _run(['go', 'mod', 'download', f'{package.name}@{package.version}'], folder, {'GOMODCACHE': str(folder / 'cache'), 'GOFLAGS': '-mod=mod'})
        except RuntimeError:
            # A module that wants a newer Go is downloaded all the same, and complained of.
            if not _found(folder, archive):
                raise
    return _found(folder, archive)


def _cargo(package: Package, folder: Path) -> list[Path]:
    pattern = f'home/registry/cache/*/{package.name}-{package.version}.crate'
    if not _found(folder, pattern):
        project = folder / 'empty-project'
        (project / 'src').mkdir(parents=True, exist_ok=True)
        (project / 'src' / 'lib.rs').write_text('')
        (project / 'Cargo.lock').unlink(missing_ok=True)
        (project / 'Cargo.toml').write_text('[package]\nname = "empty-project"\nversion = "0.0.0"\nedition = "2021"\n'
                                            f'[dependencies]\n"{package.name}" = "={package.version}"\n')
        _run(['cargo', 'fetch', '--quiet'], project, {'CARGO_HOME': str(folder / 'home')})
    return _found(folder, pattern)


def _maven(package: Package, folder: Path) -> list[Path]:
    group, artifact = package.name.split(':')
    archive = f'{artifact}-{package.version}-sources.jar'
    if not _found(folder, archive):
        (folder / 'pom.xml').write_text(
            '<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><build><plugins><plugin>'
            '<artifactId>maven-dependency-plugin</artifactId><version>3.8.0</version><configuration><artifactItems><artifactItem>'
            f'<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{package.version}</version><classifier>sources</classifier>'
            '</artifactItem></artifactItems></configuration></plugin></plugins></build></project>')
        _run(['mvn', '--quiet', '--batch-mode', 'dependency:copy', f'-DoutputDirectory={folder}'], folder)
    return _found(folder, archive)


def _debian(package: Package, folder: Path) -> list[Path]:
    upstream = re.sub(r'^\d+:', '', package.version)
    pattern = f'{package.name}_{upstream.rsplit("-", 1)[0]}*.tar.*'
    if not _found(folder, pattern):
        _run(['apt-get', *_source_lists(folder), 'source', '--download-only', '-qq', f'{package.name}={package.version}'], folder)
    return [archive for archive in _found(folder, pattern) if archive.suffix != '.asc']


def _source_lists(folder: Path) -> list[str]:
    """The configured lists with sources switched on, in a folder of our own: the system's settings stay as they are."""
    parts = folder / 'parts'
    options = ['-oDir::Etc::sourcelist=/dev/null', f'-oDir::Etc::sourceparts={parts}', f'-oDir::State::lists={folder / "lists"}', f'-oDir::Cache={folder / "cache"}']
    if not parts.exists():
        for needed in (parts, folder / 'lists' / 'partial', folder / 'cache' / 'archives' / 'partial'):
            needed.mkdir(parents=True, exist_ok=True)
        configured = Path('/etc/apt/sources.list.d/debian.sources').read_text()
        (parts / 'debian.sources').write_text(re.sub(r'^Types: deb$', 'Types: deb deb-src', configured, flags=re.MULTILINE))
        _run(['apt-get', *options, '-qq', 'update'], folder)
    return options


_CLIENTS: dict[str, Callable[[Package, Path], list[Path]]] = {'pypi': _pip, 'npm': _npm, 'go': _go, 'crates': _cargo, 'maven': _maven, 'debian': _debian}


def _found(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=DEADLINE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(command)}: {(done.stderr or done.stdout)[-500:]}')
    return done.stdout
