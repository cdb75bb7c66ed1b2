"""Saved views of any list: keeping one, deleting one, bringing it back."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from consult.kernel.errors import NotFound, Refused
from consult.studies import saved_views
from consult.studies.gate import reader_may, requires
from consult.web.i18n import _, _l
from consult.web.lists import LISTS, ListView, View
from consult.web.pages import see
from consult.web.refusals import sentence, sentences

bp = Blueprint("lists", __name__)

sentences({
    "view_without_name": _l("Give the view a name."),
    "too_many_views": _l("You have %(most)s views of this list already. Delete one first."),
})  # fmt: skip


def register(app: Flask) -> None:
    """Put the views of lists into the application; lists find them through `saved_views`."""
    app.extensions["saved_views"] = tabs
    app.register_blueprint(bp)


def tabs(listing: ListView) -> Sequence[View]:
    """Return the saved views of a list as tabs."""
    may_share = reader_may("share_views")
    return [
        View(str(row.id), row.label, row.params, id=row.id, may_delete=bool(row.own or (row.shared and may_share)))
        for row in saved_views.of(listing.name)
    ]


@bp.post("/studies/<int:study_id>/lists/<listing>/views")
@requires("read_study")
def save_view(study_id: int, listing: str) -> ResponseReturnValue:
    described = _known(listing)
    params = described.kept(MultiDict(parse_qsl(request.form.get("query", "")[:4000].lstrip("?"))))
    shared = request.form.get("shared") == "1" and reader_may("share_views")
    try:
        view = saved_views.save(listing, request.form.get("name", ""), params, shared)
    except Refused as refusal:
        return see(described.url(params), sentence(refusal), kind="bad")
    undo = url_for("lists.delete_view", listing=listing, view_id=view.id)
    return see(described.url(params, view=view.id), _("View saved."), undo_url=undo)


@bp.post("/studies/<int:study_id>/lists/<listing>/views/<int:view_id>/delete")
@requires("read_study")
def delete_view(study_id: int, listing: str, view_id: int) -> ResponseReturnValue:
    described = _known(listing)
    saved_views.delete(saved_views.get(view_id, reader_may("share_views")))
    undo = url_for("lists.restore_view", listing=listing, view_id=view_id)
    return see(described.url({}), _("View deleted."), undo_url=undo)


@bp.post("/studies/<int:study_id>/lists/<listing>/views/<int:view_id>/restore")
@requires("read_study")
def restore_view(study_id: int, listing: str, view_id: int) -> ResponseReturnValue:
    described = _known(listing)
    view = saved_views.get(view_id, reader_may("share_views"), deleted=True)
    saved_views.restore(view)
    return see(described.url(view.params, view=view.id), _("View restored."))


def _known(listing: str) -> ListView:
    if listing not in LISTS:
        raise NotFound
    return LISTS[listing]
