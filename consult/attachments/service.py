"""Files attached to something: received, found, put away and brought back. Who may read one is asked of the slice that links it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import sqlalchemy as sa

from consult.attachments import kinds
from consult.attachments import store as contents
from consult.attachments.models import Attachment
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import NAME, Confidentiality, now
from consult.kernel.scope import current, unscoped
from consult.kernel.text import squeeze


def store(stream: IO[bytes], name: str | None, level: Confidentiality = Confidentiality.TEAM) -> Attachment:
    """Keep a file and return it, not yet linked to anything. Raises Refused with a sentence for the field `file`: empty, too large, of a
    kind that is not taken, or more than the study may hold."""
    sha256, size = contents.measured(stream)
    kind = kinds.told(stream, clean_name(name))
    _refuse_beyond(sha256, size)
    contents.keep(stream, sha256)
    made = Attachment(name=clean_name(name, kind), mime=kind.mime, size=size, sha256=sha256, confidentiality=level)
    db.session.add(made)
    db.session.flush()
    return made


def _refuse_beyond(sha256: str, size: int) -> None:
    """A content that the study holds already costs nothing more."""
    mine = (Attachment.study_id == current().study_id, Attachment.sha256 != sha256)
    each = sa.select(sa.func.max(Attachment.size).label("size")).where(*mine).group_by(Attachment.sha256).subquery()
    with unscoped("the limit of a study counts every file, whoever may read it"):
        held = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(each.c.size), 0))) or 0
    most = contents.settings().study_attachments_mib
    if held + size > most * contents.MIB:
        raise Refused("study_is_full", field="file", most=most)


def clean_name(given: str | None, kind: kinds.Kind | None = None) -> str:
    """Return the name as it is kept and shown: no folder, no control characters, short enough, with an ending that its content has."""
    bare = (squeeze((given or "").replace("\\", "/").rpartition("/")[2]) or "").strip(". ") or "file"
    stem, ending = Path(bare).stem, Path(bare).suffix.lower()
    if kind is not None and ending not in kind.endings:
        stem, ending = (stem if ending else bare), kind.endings[0]
    return f"{stem[: NAME - len(ending)]}{ending}"


def open_(attachment: Attachment) -> Path:
    """Return where the content lies. Raises NotFound when it is no longer there."""
    path = contents.path_of(attachment.sha256)
    if not path.is_file():
        raise NotFound
    return path


def delete(attachment: Attachment) -> None:
    """Put a file away; `restore` brings it back."""
    attachment.deleted_at, attachment.deleted_by_id = now(), current().user_id
    db.session.flush()


def restore(attachment: Attachment) -> None:
    """Bring a file back."""
    attachment.deleted_at = attachment.deleted_by_id = None
    db.session.flush()
