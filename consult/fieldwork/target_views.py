"""The target list: shown, exported, changed in bulk with the way back; targets named, shared out, suggested, replaced."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.fieldwork import sharing, sheet, suggestions, targets
from consult.fieldwork.blueprint import bp, call_url, going_on
from consult.fieldwork.dispositions import OPEN
from consult.fieldwork.forms import ReplacementForm, ShareForm, SuggestionForm, TargetForm
from consult.fieldwork.target_lists import TARGETS
from consult.kernel.errors import NotFound, Refused
from consult.kernel.listing import ListQuery, whole_numbers
from consult.organisations import bulk, bulk_undo
from consult.organisations.forms import offer
from consult.studies.gate import reader_may, requires
from consult.studies.handing_out import hand_out
from consult.studies.permissions import refuse_without
from consult.web.i18n import _, ngettext, written_label
from consult.web.pages import page, see
from consult.web.refusals import sentence


@bp.get("/targets/")
@requires("read_steering")
def target_list(study_id: int) -> ResponseReturnValue:
    """Show the target list."""
    share_url = url_for(".share", **TARGETS.kept(request.args)) if reader_may("steer") else None  # type: ignore[arg-type]
    return page("fieldwork/targets.html", listing=TARGETS.show(request.args), share_url=share_url)


@bp.get("/targets/export/<format>")
@requires("read_steering")
def export_targets(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the target list shows."""
    return hand_out(TARGETS, request.args, format, _("targets"))


@bp.post("/targets/bulk")
@requires("do_fieldwork")
def change_many(study_id: int) -> ResponseReturnValue:
    """Change many targets at once, or share them out between the consultants."""
    order = TARGETS.order()
    back = TARGETS.url(TARGETS.kept(request.args))
    ids = targets.source().keys(order.query)
    try:
        if order.action == "share":
            refuse_without("steer")
            outcome = sharing.share(ids, sharing.consultants(), order.value)
        else:
            outcome = bulk.apply(order.action, order.value, ids)
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    return see(back, _said(outcome), undo_url=_undo(outcome), kind="ok" if outcome.done else "warn")


def _undo(outcome: bulk.Outcome) -> str | None:
    if not outcome.done:
        return None
    return url_for(".undo_many", **TARGETS.kept(request.args), after=outcome.after, until=outcome.until)  # type: ignore[arg-type]


@bp.post("/targets/bulk/undo")
@requires("do_fieldwork")
def undo_many(study_id: int) -> ResponseReturnValue:
    """Take a bulk change of one's own back, but for what was changed since."""
    after, until = (request.args.get(name, 0, int) for name in ("after", "until"))
    if not 0 <= after <= until < 2**31:
        raise NotFound
    return see(TARGETS.url(TARGETS.kept(request.args)), _said(bulk_undo.undo(after, until)))


def _said(outcome: bulk.Outcome) -> str:
    done = ngettext("%(num)s target changed.", "%(num)s targets changed.", outcome.done)
    if not outcome.left:
        return done
    left = ngettext("%(num)s left as it was:", "%(num)s left as they were:", outcome.left)
    return f"{done} {left} {sentence(Refused(outcome.reason))}"


@bp.route("/targets/share", methods=["GET", "POST"])
@requires("steer")
def share(study_id: int) -> ResponseReturnValue:
    """Share the targets of a list out between members of the team: those still open, unless the list was filtered by disposition."""
    asked = TARGETS.asked(request.args).query
    query = ListQuery(text=asked.text, filters={"disposition": [each.value for each in OPEN], **asked.filters})
    loads = sharing.loads()
    form = ShareForm(data={"among": sharing.consultants()})
    form.among.choices = [(load.user_id, load.name) for load in loads]
    done: list[bulk.Outcome] = []

    def carry_out(values: dict[str, Any], _seen: int | None) -> None:
        done.append(sharing.share(targets.source().keys(query), values["among"] or [], values["how"]))

    if not form.validate_on_submit() or not form.saved_by(carry_out):
        return _share_page(form, loads, targets.source().count(query))
    return see(TARGETS.url(TARGETS.kept(request.args)), _said(done[0]), undo_url=_undo(done[0]))


def _share_page(form: ShareForm, loads: list[sharing.Load], number: int) -> ResponseReturnValue:
    kept = TARGETS.kept(request.args)
    rows = [[load.name, written_label(load.role), load.targets] for load in loads]
    return page("fieldwork/share.html", form=form, rows=rows, number=number, kept=kept, list_url=TARGETS.url(kept))


@bp.route("/targets/new", methods=["GET", "POST"])
@requires("do_fieldwork")
def enter(study_id: int) -> ResponseReturnValue:
    """Put an organisation into the target list, created by its name if need be, with who suggested it."""
    named = {name: next(iter(whole_numbers(request.args.getlist(name))), None) for name in ("by_organisation", "by_person")}
    form = TargetForm(**{f"{name}_id": number for name, number in named.items()}, interview_id=request.args.get("interview", ""))
    offer(form)
    _name_picked(form)
    entered: list[Any] = []
    if not form.validate_on_submit():
        return page("fieldwork/enter.html", form=form, alike=[])
    try:
        entered.append(suggestions.enter(form.values()))
    except Refused as refusal:
        form.refuse(refusal)
        return page("fieldwork/enter.html", form=form, alike=refusal.values.get("alike", []))
    return see(going_on(call_url(entered[0].organisation_id)), _("In the target list."))


def _name_picked(form: Any) -> None:
    """Give the boxes over organisations and people the names of what is chosen."""
    for name in ("organisation", "by_organisation_id", "by_person_id"):
        if name in form and isinstance(form[name].data, int):
            form[name].chosen_label = suggestions.name_of("person" if name == "by_person_id" else "organisation", form[name].data)


@bp.route("/targets/<int:organisation_id>/suggestions/new", methods=["GET", "POST"])
@requires("do_fieldwork")
def suggest(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Note who suggested a target."""
    shown = sheet.of(organisation_id)
    form = SuggestionForm()
    _name_picked(form)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: suggestions.suggest(organisation_id, values)):
        return page("fieldwork/suggest.html", form=form, sheet=shown)
    return see(call_url(organisation_id, "suggestions"), _("Noted."))


@bp.post("/targets/<int:organisation_id>/suggestions/<int:suggestion_id>/delete")
@requires("do_fieldwork")
def unsuggest(study_id: int, organisation_id: int, suggestion_id: int) -> ResponseReturnValue:
    """Take a suggestion away."""
    suggestions.remove(suggestions.get(organisation_id, suggestion_id))
    undo = url_for(".resuggest", organisation_id=organisation_id, suggestion_id=suggestion_id)
    return see(call_url(organisation_id, "suggestions"), _("Suggestion taken away."), undo_url=undo)


@bp.post("/targets/<int:organisation_id>/suggestions/<int:suggestion_id>/restore")
@requires("do_fieldwork")
def resuggest(study_id: int, organisation_id: int, suggestion_id: int) -> ResponseReturnValue:
    """Bring a suggestion back."""
    suggestions.bring_back(suggestions.get(organisation_id, suggestion_id, deleted=True))
    return see(call_url(organisation_id, "suggestions"), _("The suggestion is back."))


@bp.route("/targets/<int:organisation_id>/replace", methods=["GET", "POST"])
@requires("do_fieldwork")
def replace(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Have another organisation stand in for a target."""
    shown = sheet.of(organisation_id)
    form = ReplacementForm()
    _name_picked(form)
    if not form.validate_on_submit():
        return page("fieldwork/replace.html", form=form, sheet=shown, alike=[])
    try:
        made = suggestions.replace(organisation_id, form.values())
    except Refused as refusal:
        form.refuse(refusal)
        return page("fieldwork/replace.html", form=form, sheet=shown, alike=refusal.values.get("alike", []))
    undo = url_for(".unreplace", organisation_id=organisation_id)
    return see(call_url(made.by_organisation_id), _("It stands in for %(name)s.", name=shown.organisation.name), undo_url=undo)


@bp.post("/targets/<int:organisation_id>/unreplace")
@requires("do_fieldwork")
def unreplace(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Take a replacement back."""
    try:
        suggestions.unreplace(organisation_id)
    except Refused as refusal:
        return see(call_url(organisation_id), sentence(refusal), kind="bad")
    return see(call_url(organisation_id), _("The replacement is taken back."))
