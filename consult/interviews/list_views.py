"""The list of interviews: its columns, filters and views, bulk changes with their undo, cells edited in place, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import bulk, listing, naming, service
from consult.interviews.blueprint import bp
from consult.interviews.forms import CELLS, CellForm
from consult.interviews.models import InterviewKind, InterviewMode, InterviewState
from consult.interviews.of_organisation import badge
from consult.kernel.errors import Forbidden, NotFound, Refused
from consult.kernel.model import Confidentiality
from consult.studies.gate import reader_may, requires
from consult.studies.handing_out import hand_out
from consult.web.i18n import _, _l, lang, lazy_pgettext, ngettext, pgettext, written_date, written_label, written_number
from consult.web.lists import BulkAction, Column, Filter, ListView, View, once
from consult.web.pages import page, see
from consult.web.refusals import sentence

ACTS = {"submit": "log_interviews", "validate": "review_interviews", "confidentiality": "log_interviews"}
"""What each bulk action takes."""


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _handed(part: str) -> Callable[[Any], str]:
    """Hand out several names with semicolons between them, since a name may hold a comma."""
    return lambda row: "; ".join(getattr(row, part))


def _members(members: Any) -> list[tuple[str, str]]:
    return [(m.value, m.label(lang())) for m in members]


def _enriched(rows: Sequence[Any]) -> Sequence[Any]:
    """Name those who take part; a page of the list learns what its filters offer in the same query."""
    if request.endpoint != LIST.endpoint:
        return naming.enriched(rows)
    offered = naming.Options()
    made = naming.enriched(rows, offered)
    once("interview-options", lambda: offered)
    return made


def _options() -> naming.Options:
    return once("interview-options", naming.options)


def _views() -> list[View]:
    all_of_them = [View("all", pgettext("interviews", "All"))]
    waiting = [View("to_validate", _("To validate"), {"state": ["submitted"]})]
    own = [
        View("mine", pgettext("interviews", "Mine"), {"mine": ["1"]}),
        View("drafts", _("Drafts"), {"state": ["draft", "returned"], "mine": ["1"]}),
    ]
    return all_of_them + (waiting if reader_may("read_steering") else []) + (own if reader_may("log_interviews") else [])


def _figures() -> list[View]:
    """Return the sentence above the list: how many there are, and to the team how many wait for a reviewer."""
    total = View("all", lambda n: ngettext("%(num)s interview", "%(num)s interviews", n))
    waiting = View("to_validate", lambda n: _("%(number)s to validate", number=n), {"state": ["submitted"]})
    return [total, waiting] if reader_may("read_steering") else [total]


def _empty() -> dict[str, Any]:
    may_log = reader_may("log_interviews")
    first = _("Log the first one: an organisation, a date and a kind are enough; the rest can wait until tonight.")
    return {
        "title": _("No interview yet"), "icon": "message-2", "text": first if may_log else _("Those that you may read will stand here."),
        "url": url_for("interviews.create") if may_log else None, "action": _("Log an interview"),
    }  # fmt: skip


LIST = ListView(
    name="interviews",
    title=_l("Interviews"),
    endpoint="interviews.index",
    source=listing.source,
    enrich=_enriched,
    row="interviews.show",
    row_argument="interview_id",
    label=lambda row: f"{row.name}, {written_date(row.date)}",
    columns=(
        Column("organisations", _l("Organisations"), lambda row: row.name, export=_handed("organisations"), sort="organisation"),
        Column("date", _l("Date"), lambda row: written_date(row.date), export=lambda row: row.date, sort="date"),
        Column("state", _l("State"), lambda row: badge(row.state), export=lambda row: written_label(row.state), sort="state"),
        Column("segment", _l("Segment"), lambda row: _names(row.segments), export=_handed("segments")),
        Column("kind", _l("Kind"), lambda row: written_label(row.kind)),
        Column("mode", _l("Mode"), lambda row: written_label(row.mode), edit="mode"),
        Column("place", _l("Place"), lambda row: row.place, edit="place", default=False),
        Column("interviewers", _l("Interviewers"), lambda row: _names(row.interviewers), export=_handed("interviewers")),
        Column("interviewees", _l("Interviewees"), lambda row: _names(row.interviewees), default=False, capability="read_people"),
        Column(
            "effort",
            _l("Effort (days)"),
            lambda row: written_number(row.effort_days),
            export=lambda row: row.effort_days,
            sort="effort",
            edit="effort_days",
            align="right",
            capability="read_steering",
        ),
        Column("confidentiality", _l("Confidentiality"), lambda row: written_label(row.confidentiality)),
        Column("duration", _l("Duration (min)"), lambda row: row.duration_min, default=False, align="right"),
        Column("ref", _l("Reference"), lambda row: row.ref, sort="ref", default=False),
    ),
    filters=(
        Filter("state", _l("State"), choices=lambda: _members(InterviewState)),
        Filter("kind", _l("Kind"), choices=lambda: _members(InterviewKind)),
        Filter("mode", _l("Mode"), choices=lambda: _members(InterviewMode)),
        Filter("segment", _l("Segment"), choices=lambda: _options().segments),
        Filter("organisation", _l("Organisation"), choices=lambda: _options().organisations),
        Filter("interviewer", _l("Interviewer"), choices=lambda: _options().team),
        Filter("confidentiality", _l("Confidentiality"), choices=lambda: _members(Confidentiality)),
        Filter("period", _l("Period"), "date"),
        Filter("mine", lazy_pgettext("interviews", "Mine"), "bool"),
    ),
    bulk=(
        BulkAction("submit", _l("Submit"), "arrow-right", capability=ACTS["submit"]),
        BulkAction(
            "validate",
            _l("Validate"),
            "circle-check",
            confirm=_l("Validate the ticked interviews? They become read-only and count in the figures."),
            capability=ACTS["validate"],
        ),
        BulkAction(
            "confidentiality",
            _l("Confidentiality"),
            "lock",
            options=lambda: _members(Confidentiality),
            capability=ACTS["confidentiality"],
        ),
    ),
    bulk_endpoint="interviews.change_many",
    export_endpoint="interviews.export",
    edit_endpoint="interviews.cell",
    views=_views,
    figures=_figures,
    empty=_empty,
)


@bp.get("/")
@requires("read_interviews")
def index(study_id: int) -> ResponseReturnValue:
    """Show the interviews that the reader may read."""
    shown = LIST.show(request.args)
    unsaved = _options().unsaved and reader_may("log_interviews")
    return page("interviews/index.html", listing=shown, figures=shown.figures, unsaved=unsaved)


@bp.get("/export.<format>")
@requires("read_interviews")
def export(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return hand_out(LIST, request.args, format, _("interviews"))


@bp.post("/bulk")
@requires("read_interviews")
def change_many(study_id: int) -> ResponseReturnValue:
    """Submit, validate or set the confidentiality of the ticked interviews."""
    order = LIST.order()
    if not reader_may(ACTS[order.action]):
        raise Forbidden
    outcome = bulk.apply(order.action, order.value, listing.source().keys(order.query))
    undo = url_for(".undo_many", action=order.action, after=outcome.after, until=outcome.until) if outcome.done else None
    return see(_back(), _said(outcome), undo_url=undo, kind="ok" if outcome.done else "warn")


@bp.post("/bulk/undo/<action>")
@requires("read_interviews")
def undo_many(study_id: int, action: str) -> ResponseReturnValue:
    """Take a bulk change back, but for the interviews that have moved on since."""
    after, until = (request.args.get(name, 0, int) for name in ("after", "until"))
    if action not in bulk.ACTIONS or not 0 <= after <= until < 2**31:
        raise NotFound
    return see(_back(), _said(bulk.undo(action, after, until)))


@bp.route("/<int:interview_id>/cells/<field>", methods=["GET", "POST"])
@requires("log_interviews")
def cell(study_id: int, interview_id: int, field: str) -> ResponseReturnValue:
    """Edit one field in place: GET answers the form, POST the new content of the cell, or the form again."""
    if field not in CELLS:
        raise NotFound
    interview = service.get(interview_id)
    if interview.state.is_sealed:
        said = sentence(Refused("interview_is_validated"))
        return render_template("interviews/_cell_sealed.html", said=said), 200 if request.method == "GET" else 422
    form = CellForm.of(field, interview)
    if form.validate_on_submit() and form.saved_by(lambda values, seen: service.change(interview, field, values[field], seen)):
        column = next(column for column in LIST.columns if column.edit == field)
        return render_template("interviews/_cell_shown.html", shown=column.cell(interview))
    status = (409 if form.conflict else 422) if form.is_submitted() else 200
    return render_template("interviews/_cell.html", form=form, field=form[field], interview=interview), status


def _back() -> str:
    return LIST.url({k: v for k, v in request.args.lists() if k not in ("after", "until")})


def _said(outcome: bulk.Outcome) -> str:
    return with_what_was_left(ngettext("%(num)s interview changed.", "%(num)s interviews changed.", outcome.done), outcome)


def with_what_was_left(done: str, outcome: bulk.Outcome) -> str:
    """Say what a bulk change did and what it left, with the reason."""
    parts = [done]
    for code, number in outcome.left.items():
        left = ngettext("%(num)s left as it was:", "%(num)s left as they were:", number)
        parts.append(f"{left} {sentence(Refused(code))}")
    return " ".join(parts)
