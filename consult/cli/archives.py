"""A backup is one zip file: a manifest, a consistent copy of the database, and the files of the instance directory."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from consult.cli.files import whole_file
from consult.web.i18n import _
from consult.web.templating import COMPILED

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
FILES = "files/"
BACKUPS = "backups"
MADE_ANEW = {BACKUPS, COMPILED, "translations"}
REPLACED = "before-restore-"
PASSING = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".lock", ".pid", ".tmp")
"""Endings of what lies in the instance directory without belonging into a backup: databases (copied apart) and traces of running."""


class BadArchive(Exception):
    """The file is no backup, or not a whole one; the text says what is wrong with it."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    engine: str
    revision: str
    version: str
    made_at: str
    counts: dict[str, int]
    digests: dict[str, str]
    format: int = FORMAT
    demo: bool = False

    @property
    def database(self) -> str:
        """The name of the database's copy inside the archive."""
        return DATABASE[self.engine]


def stamp() -> str:
    """The present time as it stands in the names of files, in UTC, such as `20261123-101502`."""
    return dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")


def instance_files(instance: Path) -> Iterator[Path]:
    """The files of an installation that belong into its backup."""
    for path in sorted(instance.rglob("*")):
        top = path.relative_to(instance).parts[0]
        if path.is_file() and not (top in MADE_ANEW or top.startswith(REPLACED) or top.endswith(PASSING)):
            yield path


def pack(
    target: Path, database: Path, engine: str, revision: str, version: str, counts: dict[str, int], instance: Path, demo: bool = False
) -> Manifest:
    """Write the archive, readable by its owner alone; it takes its name only once it is whole and on the disk."""
    members = {DATABASE[engine]: database} | {FILES + path.relative_to(instance).as_posix(): path for path in instance_files(instance)}
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with whole_file(target, private=True) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        digests = {name: _add(archive, name, path) for name, path in members.items()}
        manifest = Manifest(engine, revision, version, made_at, counts, digests, demo=demo)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def unpack(source: Path, target: Path) -> Manifest:
    """Lay the archive out in the empty directory `target`, every file compared with its digest. Raises BadArchive."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            if set(archive.namelist()) != {MANIFEST, *manifest.digests} or manifest.database not in manifest.digests:
                raise BadArchive(_("Its files are not those of its list."))
            _expect_room(archive, target)
            for name, digest in manifest.digests.items():
                _extract(archive, name, digest, target)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadArchive(_("It is damaged, or no backup at all.")) from error
    return manifest


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    entry = zipfile.ZipInfo.from_file(path, name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as content, archive.open(entry, "w") as packed:
        while block := content.read(1 << 20):
            digest.update(block)
            packed.write(block)
    return digest.hexdigest()


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        written = json.loads(archive.read(MANIFEST))
        if written["format"] != FORMAT:
            raise BadArchive(_("It was written by another version of Consult, in a format this one does not read."))
        manifest = Manifest(**written)
    except (KeyError, TypeError, ValueError) as error:
        raise BadArchive(_("It is no backup of Consult.")) from error
    if manifest.engine not in DATABASE:
        raise BadArchive(_("Its database is of an unknown kind, %(kind)s.", kind=manifest.engine))
    return manifest


def _expect_room(archive: zipfile.ZipFile, target: Path) -> None:
    needed, free = sum(member.file_size for member in archive.infolist()), shutil.disk_usage(target).free
    if needed > free:
        raise BadArchive(_("It needs %(needed)s MiB on the disk, and %(free)s are free.", needed=needed >> 20, free=free >> 20))


def _extract(archive: zipfile.ZipFile, name: str, digest: str, target: Path) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name:
        raise BadArchive(_("It holds a file that would be laid outside, %(name)s.", name=name))
    path = target.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, path.open("xb") as laid:
        shutil.copyfileobj(packed, laid, 1 << 20)
    path.chmod(0o600)
    with path.open("rb") as laid:
        if hashlib.file_digest(laid, "sha256").hexdigest() != digest:
            raise BadArchive(_("%(name)s is not what was packed.", name=name))
