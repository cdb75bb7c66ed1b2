"""Lists kept under a name: private, or shared with the team of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import current
from consult.kernel.text import squeeze
from consult.studies.models import SavedView

LONGEST = 80
MOST = 20


def of(listing: str) -> Sequence[Any]:
    """Return the views of a list that the reader may use: their own and the shared ones, as rows (id, label, params, shared, own)."""
    return kept.value(("saved views", listing), lambda: _read(listing))


def _read(listing: str) -> Sequence[Any]:
    own = SavedView.created_by_id == current().user_id
    return db.session.execute(
        sa.select(SavedView.id, SavedView.label, SavedView.params, SavedView.shared, own.label("own"))
        .where(SavedView.listing == listing, sa.or_(SavedView.shared, own))
        .order_by(SavedView.shared.desc(), SavedView.label, SavedView.id)
        .limit(2 * MOST)
    ).all()


def save(listing: str, label: str, params: Mapping[str, Any], shared: bool) -> SavedView:
    """Keep a list under a name; a view of the reader's with the same name is replaced.

    Raises Refused("view_without_name") and, beyond twenty views of one person, Refused("too_many_views").
    """
    name = (squeeze(label) or "")[:LONGEST]
    if not name:
        raise Refused("view_without_name", field="name")
    mine = db.session.scalars(sa.select(SavedView).where(SavedView.listing == listing, SavedView.created_by_id == current().user_id)).all()
    view = next((v for v in mine if v.label == name), None)
    if view is None:
        if len(mine) >= MOST:
            raise Refused("too_many_views", field="name", most=MOST)
        view = SavedView(study_id=current().study_id, listing=listing, label=name)
        db.session.add(view)
    view.params, view.shared = dict(params), shared
    db.session.flush()
    return view


def get(view_id: int, may_steer_shared: bool = False, deleted: bool = False) -> SavedView:
    """Return a view that the reader may delete or bring back: their own, or a shared one with the right to share. Raises NotFound."""
    state = SavedView.deleted_at.is_not(None) if deleted else SavedView.deleted_at.is_(None)
    query = sa.select(SavedView).where(SavedView.id == view_id, state)
    view = db.session.scalar(query.execution_options(include_deleted=deleted))
    if view is None or not (view.created_by_id == current().user_id or (view.shared and may_steer_shared)):
        raise NotFound
    return view


def delete(view: SavedView) -> None:
    """Delete a view; the rows it shows stay."""
    view.deleted_at, view.deleted_by_id = now(), current().user_id
    db.session.flush()


def restore(view: SavedView) -> None:
    """Bring a deleted view back."""
    view.deleted_at = view.deleted_by_id = None
    db.session.flush()
