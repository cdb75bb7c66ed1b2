"""Previews, imports and their undoing in the background, with progress."""

from __future__ import annotations

from typing import Any

from flask import current_app

from consult.excel import ImportRejected
from consult.exchange import service, undoing
from consult.exchange.models import BatchState
from consult.jobs import door as jobs
from consult.kernel import actor
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from consult.kernel.settings import Settings

PREVIEW, APPLY, UNDO = "exchange.preview", "exchange.apply", "exchange.undo"


def store() -> service.Store:
    """Return where this installation keeps its imported files."""
    settings: Settings = current_app.config["SETTINGS"]
    return service.Store(settings.instance / "imports", settings.upload_mib)


def _interrupted(job: Any) -> None:
    """Say whether a stopped server had applied the batch whole or nothing of it; in the latter case it can be started again."""
    service.give_back(job.arguments["batch_id"], "interrupted")
    batch = service.get(job.arguments["batch_id"])
    jobs.leave(job.id, what=f"{batch.ref} ({batch.file_name})", whole=batch.state is BatchState.APPLIED)


@jobs.kind(PREVIEW, interrupted=_interrupted)
def preview(job: Any, batch_id: int, result_url: str) -> dict[str, Any]:
    """Plan a batch."""
    try:
        service.preview(store(), batch_id, _teller(job))
    except ImportRejected as rejected:
        raise Refused("import_rejected", reason=rejected.sentence()) from rejected
    return {}


@jobs.kind(APPLY, interrupted=_interrupted)
def apply(job: Any, batch_id: int, result_url: str) -> dict[str, Any]:
    """Apply a batch; one that cannot be applied goes back to its preview, saying why."""
    done = False
    try:
        counts = service.apply(store(), batch_id, _teller(job))
        done = True
    except Refused as refusal:
        service.give_back(batch_id, refusal.code)
        done = True
        raise
    finally:
        if not done:
            service.give_back(batch_id, "unforeseen")
    return {"counts": counts}


@jobs.kind(UNDO)
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


__all__ = ["APPLY", "PREVIEW", "UNDO", "BatchState", "apply", "preview", "start", "store", "undo"]
