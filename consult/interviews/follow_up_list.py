"""The list of follow-ups: one's own and everybody's, ticked one by one or together, corrected in place, handed out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.interviews import follow_up_listing, follow_ups, taking_part
from consult.interviews.blueprint import bp
from consult.interviews.capture_forms import FollowUpForm, team
from consult.interviews.follow_ups_models import FollowUp
from consult.kernel.errors import NotFound
from consult.organisations.cells import badge
from consult.studies.gate import requires
from consult.studies.handing_out import hand_out
from consult.web.clock import today
from consult.web.forms import EntityForm
from consult.web.i18n import _, _l, ngettext, written_date
from consult.web.lists import BulkAction, Column, Filter, ListView, View
from consult.web.pages import page, see

CELLS = ("title", "owner_id", "due")
"""The fields that can be corrected in place."""


def state(row: Any) -> Markup:
    """Return the mark of where a follow-up stands."""
    if row.done_at is not None:
        return badge(_("done"), "ok", dot=True)
    if follow_ups.is_late(row.due, row.done_at, today()):
        return badge(_("late"), "bad", dot=True)
    return badge(_("to do"), dot=True, hollow=True)


def _spoken(row: Any) -> str:
    return _("done") if row.done_at else _("late") if follow_ups.is_late(row.due, row.done_at, today()) else _("to do")


def _views() -> list[View]:
    return [
        View("mine", _("My follow-ups"), {"mine": ["1"], "state": ["open"]}),
        View("late", _("Late"), {"state": ["late"]}),
        View("open", _("To do"), {"state": ["open"]}),
        View("done", _("Done"), {"state": ["done"]}),
        View("all", _("All")),
    ]


def _empty() -> dict[str, Any]:
    return {
        "title": _("No follow-up yet"), "icon": "list-check", "url": url_for("interviews.add_follow_up"), "action": _("Add a follow-up"),
        "text": _("What was promised in an interview stands here with who does it and by when: on its page, press Alt+F."),
    }  # fmt: skip


LIST = ListView(
    name="follow-ups",
    title=_l("Follow-ups"),
    endpoint="interviews.follow_ups",
    source=lambda: follow_up_listing.source(today()),
    row="interviews.edit_follow_up",
    row_argument="follow_up_id",
    label=lambda row: row.title,
    columns=(
        Column("title", _l("What is to be done"), lambda row: row.title, sort="title", edit="title"),
        Column("organisation", _l("Organisation"), lambda row: row.organisation, sort="organisation"),
        Column("owner", _l("By whom"), lambda row: row.owner, edit="owner_id"),
        Column("due", _l("Due"), lambda row: written_date(row.due), export=lambda row: row.due, sort="due", edit="due"),
        Column("state", _l("State"), state, export=_spoken, sort="state"),
        Column("ref", _l("Reference"), lambda row: row.ref, sort="ref", default=False),
    ),
    filters=(
        Filter("state", _l("State"), choices=lambda: [("open", _("to do")), ("late", _("late")), ("done", _("done"))]),
        Filter("owner", _l("By whom"), choices=lambda: [(str(member), name) for member, name in taking_part.team()]),
        Filter("mine", _l("My follow-ups"), "bool"),
        Filter("period", _l("Due"), "date"),
        Filter("organisation", _l("Organisation"), listed=False),
    ),
    bulk=(BulkAction("done", _l("Done"), "check", capability="log_interviews"),),
    bulk_endpoint="interviews.finish_follow_ups",
    export_endpoint="interviews.export_follow_ups",
    edit_endpoint="interviews.follow_up_cell",
    views=_views,
    empty=_empty,
)


@bp.get("/follow-ups/", endpoint="follow_ups")
@requires("read_steering")
def index(study_id: int) -> ResponseReturnValue:
    """Show what was promised and the reader may know of."""
    return page("interviews/follow_ups.html", listing=LIST.show(request.args))


@bp.get("/follow-ups/export.<format>")
@requires("read_steering")
def export_follow_ups(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return hand_out(LIST, request.args, format, _("follow-ups"))


@bp.post("/follow-ups/bulk")
@requires("log_interviews")
def finish_follow_ups(study_id: int) -> ResponseReturnValue:
    """Tick several as done."""
    order = LIST.order()
    done, at = follow_ups.finish_many(LIST.source().keys(order.query))
    text = ngettext("%(num)s follow-up done.", "%(num)s follow-ups done.", done)
    undo = url_for(".reopen_follow_ups", at=at.isoformat(), **cast(Any, LIST.kept(request.args))) if done else None
    return see(LIST.url(LIST.kept(request.args)), text, undo_url=undo, kind="ok" if done else "warn")


@bp.post("/follow-ups/bulk/undo")
@requires("log_interviews")
def reopen_follow_ups(study_id: int) -> ResponseReturnValue:
    """Take the ticks away again."""
    number = follow_ups.reopen_many(_instant(request.args.get("at", "")))
    text = ngettext("%(num)s is to be done again.", "%(num)s are to be done again.", number)
    return see(LIST.url(LIST.kept(request.args)), text)


def _instant(text: str) -> dt.datetime:
    """Return the instant that an address names. Raises NotFound."""
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise NotFound from error


@bp.route("/follow-ups/<int:follow_up_id>/cells/<field>", methods=["GET", "POST"])
@requires("log_interviews")
def follow_up_cell(study_id: int, follow_up_id: int, field: str) -> ResponseReturnValue:
    """Correct one field in place: GET answers the form, POST the new content of the cell, or the form again."""
    if field not in CELLS:
        raise NotFound
    follow_up = follow_ups.get(follow_up_id)
    form = _FORMS[field](obj=follow_up)
    if field == "owner_id":
        form.owner_id.choices = team(follow_up)
    if form.validate_on_submit() and form.saved_by(lambda values, seen: follow_ups.update(follow_up, values, seen)):
        return render_template("interviews/_cell_shown.html", shown=_SHOWN[field](follow_up))
    status = (409 if form.conflict else 422) if form.is_submitted() else 200
    return render_template("interviews/_capture_cell.html", form=form, field=form[field], url=request.path), status


_FORMS: dict[str, Any] = {name: type(f"FollowUp_{name}", (EntityForm,), {name: getattr(FollowUpForm, name)}) for name in CELLS}
_SHOWN: dict[str, Callable[[FollowUp], Any]] = {
    "title": lambda follow_up: follow_up.title,
    "owner_id": lambda follow_up: dict(taking_part.team()).get(follow_up.owner_id or 0, ""),
    "due": lambda follow_up: written_date(follow_up.due),
}
