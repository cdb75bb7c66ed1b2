"""The list of quotes: its columns and filters, the right set in place, and what is handed out: the list, or what partners may have."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.excel.tables import FORMATS
from consult.interviews import quote_bulk, quote_listing, quotes
from consult.interviews.blueprint import bp
from consult.interviews.bulk import Outcome
from consult.interviews.capture_forms import RightForm
from consult.interviews.list_views import with_what_was_left
from consult.interviews.models import QuoteRight
from consult.interviews.quote_views import TINTS
from consult.kernel import audit
from consult.kernel.db import aside
from consult.kernel.errors import NotFound
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.organisations.cells import badge
from consult.studies.gate import requires
from consult.studies.handing_out import hand_out
from consult.web.i18n import _, _l, lang, ngettext, written_date, written_label
from consult.web.lists import BulkAction, Column, Filter, ListView, View
from consult.web.pages import abort, page, see

SHORT = 160
"""How much of a quote its list shows."""


def _shortened(row: Any) -> str:
    return row.text if len(row.text) <= SHORT else f"{row.text[: SHORT - 1].rstrip()}…"


def _right(row: Any) -> Markup:
    mark = badge(written_label(row.right), TINTS[row.right])
    return mark if row.usable else mark + badge(_("consent withdrawn"), "bad")


def _checked(moved: bool | None) -> Markup | str:
    return badge(_("to check"), "warn") if moved else ""


def _members(members: Any) -> list[tuple[str, str]]:
    return [(m.value, m.label(lang())) for m in members]


def _views() -> list[View]:
    return [
        View("all", _("All")),
        View("quotable", _("Quotable"), {"right": ["quotable"]}),
        View("anonymous", _("Without name"), {"right": ["anonymous"]}),
        View("internal", _("Internal"), {"right": ["internal"]}),
    ]


def _empty() -> dict[str, Any]:
    text = _("Quotes are taken down on the page of an interview: select the words and press Alt+Q.")
    return {"title": _("No quote yet"), "icon": "quote", "text": text, "url": url_for("interviews.index"), "action": _("Interviews")}


LIST = ListView(
    name="quotes",
    title=_l("Quotes"),
    endpoint="interviews.quotes",
    source=quote_listing.source,
    row="interviews.show_quote",
    row_argument="quote_id",
    label=lambda row: row.ref,
    columns=(
        Column("text", _l("Words"), _shortened, export=lambda row: row.text),
        Column("organisation", _l("Organisation"), lambda row: row.organisation, sort="organisation"),
        Column("speaker", _l("Speaker"), lambda row: row.speaker, capability="read_people"),
        Column("right", _l("Right"), _right, export=lambda row: written_label(row.right), sort="right", edit="right"),
        Column("segment", _l("Segment"), lambda row: row.segment),
        Column("date", _l("Date"), lambda row: written_date(row.date), export=lambda row: row.date, sort="date"),
        Column("check", _l("To check"), _checked, export=lambda moved: _("Yes") if moved else "", values=quote_listing.to_check,
               capability="read_steering"),
        Column("confidentiality", _l("Confidentiality"), lambda row: written_label(row.confidentiality), default=False),
        Column("ref", _l("Reference"), lambda row: row.ref, sort="ref", default=False),
    ),
    filters=(
        Filter("right", _l("Right"), choices=lambda: _members(QuoteRight)),
        Filter("segment", _l("Segment"), choices=quote_listing.segments),
        Filter("confidentiality", _l("Confidentiality"), choices=lambda: _members(Confidentiality)),
        Filter("period", _l("Period"), "date"),
        Filter("withdrawn", _l("Consent withdrawn"), "bool", capability="read_steering"),
        Filter("to_check", _l("To check"), "bool", capability="read_steering"),
        Filter("organisation", _l("Organisation"), listed=False, capability="read_steering"),
        Filter("interview", _l("Interview"), listed=False, capability="read_steering"),
    ),
    bulk=(BulkAction("right", _l("Right"), "quote", options=lambda: _members(QuoteRight), capability="log_interviews"),),
    bulk_endpoint="interviews.set_rights",
    export_endpoint="interviews.export_quotes",
    edit_endpoint="interviews.quote_cell",
    views=_views,
    empty=_empty,
)  # fmt: skip


@bp.get("/quotes/", endpoint="quotes")
@requires("read_interviews")
def index(study_id: int) -> ResponseReturnValue:
    """Show the quotes that the reader may read."""
    shown = LIST.show(request.args)
    narrowed = LIST.kept(request.args)
    partners = url_for("interviews.export_for_partners", format="xlsx", **cast(Any, narrowed)) if shown.total else None
    return page("interviews/quotes.html", listing=shown, partners_url=partners)


@bp.get("/quotes/export.<format>")
@requires("read_interviews")
def export_quotes(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return hand_out(LIST, request.args, format, _("quotes"))


@bp.get("/quotes/for-partners.<format>")
@requires("report")
def export_for_partners(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out of the list what partners may have: nothing internal, nothing strict, no name where none may stand."""
    if format not in FORMATS:
        abort(404)
    rows = quote_listing.for_partners(LIST.asked(request.args).query)
    entry = audit.note(audit.Deed.EXPORTED, "list", None, current().study_id, listing="quotes for partners", format=format, rows=len(rows))
    aside(lambda session: audit.write(session, [entry]), vital=True)
    write, mime = FORMATS[format]
    headers = [_("Words"), _("Organisation"), _("Speaker"), _("Segment"), _("Right")]
    answer = Response(write(str(LIST.title), headers, [_for_partners(row) for row in rows]), mimetype=mime)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_('quotes-for-partners')}.{format}")
    return answer


def _for_partners(row: Any) -> list[Any]:
    named = row.right == QuoteRight.QUOTABLE
    return [row.text, row.organisation if named else "", row.speaker if named else "", row.segment, written_label(row.right)]


@bp.post("/quotes/bulk")
@requires("log_interviews")
def set_rights(study_id: int) -> ResponseReturnValue:
    """Set the right of several quotes."""
    order = LIST.order()
    outcome = quote_bulk.set_rights(order.value, LIST.source().keys(order.query))
    kept = cast(Any, LIST.kept(request.args))
    undo = url_for(".undo_rights", after=outcome.after, until=outcome.until, **kept) if outcome.done else None
    return see(LIST.url(kept), _rights_said(outcome), undo_url=undo)


@bp.post("/quotes/bulk/undo")
@requires("log_interviews")
def undo_rights(study_id: int) -> ResponseReturnValue:
    """Give several quotes back the right they had, but for those whose right was set since."""
    after, until = (request.args.get(name, 0, int) for name in ("after", "until"))
    if not 0 <= after <= until < 2**31:
        raise NotFound
    return see(LIST.url(LIST.kept(request.args)), _rights_said(quote_bulk.undo(after, until)))


def _rights_said(outcome: Outcome) -> str:
    return with_what_was_left(ngettext("%(num)s quote changed.", "%(num)s quotes changed.", outcome.done), outcome)


@bp.route("/quotes/<int:quote_id>/cells/<field>", methods=["GET", "POST"])
@requires("log_interviews")
def quote_cell(study_id: int, quote_id: int, field: str) -> ResponseReturnValue:
    """Set the right of a quote in its list: GET answers the form, POST the new content of the cell, or the form again."""
    if field != "right":
        raise NotFound
    quote = quotes.get(quote_id)
    form = RightForm(obj=quote)
    if form.validate_on_submit() and form.saved_by(lambda values, seen: quotes.update(quote, values, seen)):
        return render_template("interviews/_cell_shown.html", shown=badge(written_label(quote.right), TINTS[quote.right]))
    status = (409 if form.conflict else 422) if form.is_submitted() else 200
    return render_template("interviews/_capture_cell.html", form=form, field=form.right, url=request.path), status
