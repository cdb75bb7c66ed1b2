"""Previews, imports and their undoing in the background, with progress."""

from __future__ import annotations

from typing import Any

from flask import current_app

from consult.accounts.models import User
from consult.excel import ImportRejected
from consult.exchange import carrying_out, keeping, previewing, service, undoing
from consult.exchange.reading import Store
from consult.jobs import door as jobs
from consult.kernel import actor
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from consult.kernel.settings import Settings
from consult.web.i18n import _, _l, lang

PREVIEW, APPLY, UNDO = "exchange.preview", "exchange.apply", "exchange.undo"


def settings() -> Settings:
    """Return what this installation runs with."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def store() -> Store:
    """Return where this installation keeps its imported files; the demonstration, whose database is another one, keeps its own."""
    return Store(settings().instance / ("demo-imports" if settings().demo else "imports"), settings().upload_mib)


def _remains(job: Any) -> jobs.Remains:
    """Tell what a stopped server left of a piece of work: each is one transaction, so all of it was done, or nothing."""
    batch = service.get(job.arguments["batch_id"])
    values = {"ref": batch.ref, "file": batch.file_name}
    words = {PREVIEW: _("the preview of %(ref)s (%(file)s)", **values), UNDO: _("the undoing of %(ref)s (%(file)s)", **values)}
    ended = {APPLY: batch.applied_at, UNDO: batch.reverted_at}.get(job.kind)
    return jobs.Remains(str(words.get(job.kind) or _("the import %(ref)s (%(file)s)", **values)), bool(ended and ended >= job.created_at))


def _put_right() -> None:
    """Give back the batches that no job is applying any more, whatever became of it: stopped, never begun, or not in the backup."""
    service.give_back_stranded(jobs.is_alive)


def _let_go() -> None:
    """Let go of the imports that were abandoned too long ago."""
    keeping.expire_abandoned(store(), settings().abandoned_import_days)


@jobs.kind(PREVIEW, _l("What the import would change"), remains=_remains, put_right=_let_go)
def preview(job: Any, batch_id: int, result_url: str) -> dict[str, Any]:
    """Plan a batch."""
    try:
        previewing.preview(store(), batch_id, _teller(job))
    except ImportRejected as rejected:
        raise Refused("import_rejected", reason=rejected.sentence(_language())) from rejected
    return {}


def _language() -> str:
    """The language of whoever asked for the work: it is done elsewhere, and read by them."""
    user = db.session.get(User, actor.current().user_id or 0)
    return user.lang if user else lang()


@jobs.kind(APPLY, _l("Import of a spreadsheet"), remains=_remains, put_right=_put_right)
def apply(job: Any, batch_id: int, result_url: str) -> dict[str, Any]:
    """Apply a batch; one that cannot be applied goes back to its preview, saying why."""
    done = False
    try:
        counts = carrying_out.apply(store(), batch_id, _teller(job))
        done = True
    except Refused as refusal:
        service.give_back(batch_id, refusal.code)
        done = True
        raise
    finally:
        if not done:
            service.give_back(batch_id, "unforeseen")
    return {"counts": counts}


@jobs.kind(UNDO, _l("Undoing an import"), remains=_remains)
def undo(_job: Any, batch_id: int, result_url: str) -> dict[str, Any]:
    """Undo a batch."""
    with unit_of_work(), actor.acting(actor.Actor(actor.current().user_id, actor.Via.UNDO, None, batch_id)):
        return undoing.undo(service.get(batch_id)).as_dict()


def _teller(job: Any) -> Any:
    def tell(done: int, total: int) -> None:
        jobs.progress(job.id, done, total)

    return tell


def start(kind: str, batch_id: int, user_id: int, result_url: str) -> int:
    """Have a kind of work done on a batch once the present transaction has committed; returns the job's id."""
    batch = service.get(batch_id)
    job_id = jobs.enqueue(current_app.extensions["jobs"], kind, user_id, batch.study_id, batch_id=batch_id, result_url=result_url)
    batch.job_id = job_id
    db.session.flush()
    return job_id


__all__ = ["APPLY", "PREVIEW", "UNDO", "apply", "preview", "settings", "start", "store", "undo"]
