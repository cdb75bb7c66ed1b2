"""The merges into a record as its history tells of them, with the way back from the last one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.organisations import unmerging
from consult.organisations.desks import Desk
from consult.organisations.merging import MODELS
from consult.studies.gate import reader_may
from consult.studies.models import Membership
from consult.web.i18n import written_datetime


def into(desk: Desk, record_id: int) -> list[dict[str, Any]]:
    """Return the merges into a record that stand, the last one first; only that one can be undone next."""
    merges = unmerging.last_into(desk.kind, record_id)
    gone, names = _gone(desk, [each.gone_id for each in merges]), _members([each.created_by_id for each in merges])
    may = reader_may("edit_directory")
    return [
        {
            "ref": gone[each.gone_id].ref,
            "name": desk.name(gone[each.gone_id]),
            "who": names.get(each.created_by_id or 0),
            "at": written_datetime(each.created_at),
            "undo_url": desk.url("unmerge", each.gone_id) if may and each is merges[0] else None,
        }
        for each in merges
    ]


def _gone(desk: Desk, ids: list[int]) -> dict[int, Any]:
    model: Any = MODELS[desk.kind]
    with unscoped("records that were merged take part in no study any more; the reader may see the one that stayed"):
        query = sa.select(model).where(model.id.in_(ids)).execution_options(include_deleted=True)
        return {row.id: row for row in db.session.scalars(query)}


def _members(ids: list[int | None]) -> dict[int, str]:
    """The names of those who did it, as far as they are members of this study."""
    query = sa.select(User.id, User.name).join(Membership, Membership.user_id == User.id)
    rows = db.session.execute(query.where(Membership.study_id == current().study_id, User.id.in_([i for i in ids if i])))
    return {row.id: row.name for row in rows}
