"""`consult backup` and `consult restore`: an installation in one file, and back."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from flask import current_app

from consult import __version__
from consult.cli.archives import BACKUPS, REPLACED, BadArchive, Manifest, instance_files, pack, stamp, unpack
from consult.cli.databases import Contents, NotWhole, copy_out, load_postgres, prove_sqlite, release
from consult.cli.files import sync_directory
from consult.cli.frame import Command, Failure, Outside, new_application, say
from consult.cli.preparing import is_known, prepare, turn_if_free
from consult.cli.recovering import serving_locks
from consult.cli.words import N_
from consult.kernel import audit
from consult.kernel.audit import Deed
from consult.kernel.db import db, unit_of_work
from consult.kernel.settings import Settings
from consult.web.i18n import _, ngettext, written_number


@click.command("backup", cls=Command, help=N_("Write the whole installation into one file, while people work."))
@click.option("--out", type=click.Path(path_type=Path), help=N_("The file to write; in the directory of the data by default."))
def backup(out: Path | None) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    name = f"consult-demo-{stamp()}.zip" if settings.demo else f"consult-{stamp()}.zip"
    if out is None:
        (settings.instance / BACKUPS).mkdir(mode=0o700, exist_ok=True)
    target = (out or settings.instance / BACKUPS / name).expanduser().absolute()
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix="backup-", suffix=".tmp") as scratch:
        copy = Path(scratch) / "database"
        held = copy_out(db.engine, copy)
        manifest = pack(target, copy, db.engine.dialect.name, held.revision, __version__, held.counts, settings.instance, settings.demo)
    note(Deed.EXPORTED, file=target.name)
    say(_("Written: %(path)s (%(size)s KiB). Keep it as safe as the installation: it holds everything.", path=target, size=size_of(target)))
    say(summary(manifest))


@click.command("restore", cls=Outside, help=N_("Put back an installation from a file written by 'consult backup'."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help=N_("Replace what is there without asking; it is kept aside."))
@click.pass_obj
def restore(language: str, file: Path, yes: bool) -> None:
    with new_application(language) as app:
        restore_into(app.config["SETTINGS"], file, yes)


def restore_into(settings: Settings, file: Path, yes: bool) -> None:
    """Prove an archive, then put it in the place of the installation, which is kept aside."""
    with contextlib.ExitStack() as held, tempfile.TemporaryDirectory(dir=settings.instance, suffix=".tmp") as scratch:
        if not all(held.enter_context(turn_if_free(lock)) for lock in serving_locks(settings)):
            raise Failure(_("Consult is running on this installation: stop it first."))
        unpacked = Path(scratch)
        manifest = proved(file, unpacked)
        refuse_other_kind(settings, manifest, file)
        agree_to_replace(yes)
        aside = settings.instance / f"{REPLACED}{stamp()}"
        aside.mkdir(mode=0o700)
        put_back_database(unpacked / manifest.database, manifest, aside)
        put_queue_aside(settings, aside)
        put_back_files(unpacked / "files", settings.instance, aside)
        prepare(settings.instance)
        note(Deed.RESTORED, file=file.name, made_at=manifest.made_at)
    say(_("Restored from %(path)s. What was there before is kept in %(aside)s.", path=file, aside=aside))
    say(summary(manifest))


def note(deed: Deed, **facts: Any) -> None:
    """Write into the installation's audit that it was taken away, or put back, as a whole."""
    with unit_of_work() as session:
        audit.write(session, [audit.note(deed, "installation", **facts)])


def proved(file: Path, unpacked: Path) -> Manifest:
    """Unpack an archive and prove it: whole, of this kind of database, of a known revision, with the rows it says. Else fails."""
    try:
        manifest = unpack(file, unpacked)
    except BadArchive as error:
        raise Failure(_("%(path)s cannot be restored. %(reason)s", path=file, reason=error)) from error
    if manifest.engine != db.engine.dialect.name:
        raise Failure(_("%(path)s holds a %(kind)s database; this installation uses another one.", path=file, kind=manifest.engine))
    if not is_known(manifest.revision):
        raise Failure(_("%(path)s was written by a newer version of Consult (%(version)s).", path=file, version=manifest.version))
    if manifest.engine == "sqlite":
        expect_same(manifest, prove_sqlite(unpacked / manifest.database))
    return manifest


def refuse_other_kind(settings: Settings, manifest: Manifest, file: Path) -> None:
    """Keep the demonstration and ordinary installations apart: neither is put in the place of the other."""
    if manifest.demo and not settings.demo:
        raise Failure(_("%(path)s holds the demonstration. With CONSULT_DEMO=1 it is restored as such.", path=file))
    if settings.demo and not manifest.demo:
        raise Failure(_("%(path)s holds an ordinary installation, not the demonstration. Restore it without CONSULT_DEMO.", path=file))


def agree_to_replace(yes: bool) -> None:
    """Ask before an installation that holds something is replaced."""
    with db.engine.connect() as connection:
        used = (
            connection.dialect.has_table(connection, "user_account")
            and connection.exec_driver_sql("SELECT count(*) FROM user_account").scalar()
        )
    db.session.remove()
    if not used or yes:
        return
    if not sys.stdin.isatty():
        raise Failure(_("This installation holds data. Add --yes to replace them; they are kept aside."))
    click.confirm(_("This installation holds data. Replace them? They are kept aside."), abort=True)


def put_back_database(copy: Path, manifest: Manifest, aside: Path) -> None:
    """Put the copy in the database's place, the present one aside, and prove what is there. Leaves the present one on failure."""
    db.session.remove()
    if manifest.engine == "sqlite":
        put_file_in_place(copy, Path(str(db.engine.url.database)), aside)
        return
    copy_out(db.engine, aside / manifest.database)
    try:
        expect_same(manifest, load_postgres(db.engine, copy))
    except NotWhole:
        load_postgres(db.engine, aside / manifest.database)
        raise


def put_file_in_place(copy: Path, place: Path, aside: Path) -> None:
    """Rename the present database file away and the copy into its place. Fails when another process uses it."""
    for engine in db.engines.values():
        engine.dispose()
    if place.exists():
        release(place)
        place.replace(aside / place.name)
    copy.replace(place)
    sync_directory(place.parent)


def put_queue_aside(settings: Settings, aside: Path) -> None:
    """Put away the queue and the jobs of the installation that is replaced: they speak of what is no longer there."""
    prefix = "demo-" if settings.demo else ""
    for name in (f"{prefix}jobs.sqlite", f"{prefix}queue.sqlite"):
        for path in settings.instance.glob(f"{name}*"):
            path.replace(aside / path.name)


def put_back_files(files: Path, instance: Path, aside: Path) -> None:
    """Put the archive's files in the place of the installation's, which are kept aside."""
    for path in list(instance_files(instance)):
        kept = aside / path.relative_to(instance)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.replace(kept)
    if files.is_dir():
        shutil.copytree(files, instance, dirs_exist_ok=True)


def expect_same(manifest: Manifest, found: Contents) -> None:
    """Fail unless a database holds what the manifest says."""
    different = sorted(name for name in {*manifest.counts, *found.counts} if manifest.counts.get(name) != found.counts.get(name))
    if manifest.revision != found.revision or different:
        raise NotWhole(_("The database does not hold what the archive says: %(tables)s", tables=", ".join(different) or found.revision))


def summary(manifest: Manifest) -> str:
    """What an archive holds, in one line."""
    rows, files = sum(manifest.counts.values()), len(manifest.digests) - 1
    parts = [
        ngettext("%(num)s row", "%(num)s rows", rows),
        ngettext("%(num)s table", "%(num)s tables", len(manifest.counts)),
        ngettext("%(num)s file", "%(num)s files", files),
    ]
    return _("%(contents)s; tables of revision %(revision)s", contents=", ".join(parts), revision=manifest.revision)


def size_of(path: Path) -> str:
    """The size of a file in KiB, as a reader writes it."""
    return written_number(-(-path.stat().st_size // 1024))
