"""The history of a guide, and restoring a former value in its draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.accounts.models import initials_of
from consult.guides import conditions, service
from consult.guides import history as past
from consult.guides.blueprint import bp
from consult.guides.forms import GuideForm, QuestionForm, SectionForm
from consult.guides.models import Guide
from consult.kernel.audit import Deed
from consult.organisations.history import Moment
from consult.studies.gate import reader_may, requires
from consult.web.i18n import _, _l, lang, ngettext, written_datetime
from consult.web.pages import page, see

LABELS = {
    "state": _l("State"), "condition": _l("Condition"), "note": _l("What is new"), "code": _l("Code"), "label_fr": _l("French label"),
    "label_en": _l("English label"),
}  # fmt: skip
DEEDS = {
    ("guide", Deed.CREATED): _l("made the guide"),
    ("guide", Deed.CHANGED): _l("changed the guide"),
    ("guide", Deed.DELETED): _l("deleted the guide"),
    ("guide", Deed.RESTORED): _l("brought the guide back"),
    ("guide_version", Deed.CREATED): _l("began a version"),
    ("guide_version", Deed.CHANGED): _l("changed the state of a version"),
    ("guide_version", Deed.DELETED): _l("discarded a draft"),
    ("guide_version", Deed.RESTORED): _l("brought a draft back"),
    ("guide_section", Deed.CREATED): _l("added a section"),
    ("guide_section", Deed.CHANGED): _l("changed a section"),
    ("guide_section", Deed.DELETED): _l("took a section out"),
    ("guide_section", Deed.RESTORED): _l("put a section back"),
    ("guide_item", Deed.CREATED): _l("added a question"),
    ("guide_item", Deed.CHANGED): _l("changed when a question is asked"),
    ("guide_item", Deed.DELETED): _l("took a question out"),
    ("guide_item", Deed.RESTORED): _l("put a question back"),
    ("question_version", Deed.CHANGED): _l("changed the words of a question"),
    ("question_option", Deed.CHANGED): _l("changed an option"),
}


@bp.get("/<int:guide_id>/history")
@requires("read_guides")
def history(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Show who changed what, newest first."""
    guide = service.get(guide_id)
    entries = [_told(guide, moment, number) for moment, number in past.folded(past.of(guide))]
    return page("guides/history.html", guide=guide, entries=entries)


@bp.post("/<int:guide_id>/history/<int:entry_id>/restore/<field>")
@requires("build_guides")
def restore_value(study_id: int, guide_id: int, entry_id: int, field: str) -> ResponseReturnValue:
    """Give a field its former value back."""
    guide = service.get(guide_id)
    past.restore(guide, entry_id, field)
    return see(url_for(".history", guide_id=guide.id), _("The former value is back."))


def _added(entity: str, number: int) -> str:
    if entity == "guide_item":
        return ngettext("added %(num)s question", "added %(num)s questions", number)
    return ngettext("added %(num)s section", "added %(num)s sections", number)


def _told(guide: Guide, moment: Moment, number: int) -> dict[str, Any]:
    said = _added(moment.entity, number) if number > 1 else DEEDS.get((moment.entity, moment.deed))
    return {
        "who": moment.who or _("The system"), "initials": initials_of(moment.who or "•"), "at": written_datetime(moment.at),
        "when": moment.at.isoformat(), "text": str(said) if said else moment.deed.label(lang()), "reason": moment.reason,
        "changes": list(_changes(guide, moment)),
    }  # fmt: skip


def _changes(guide: Guide, moment: Moment) -> Iterator[dict[str, Any]]:
    for change in moment.changes:
        restorable = reader_may("build_guides") and change.field in past.RESTORABLE.get(moment.entity, ())
        url = url_for(".restore_value", guide_id=guide.id, entry_id=change.entry_id, field=change.field) if restorable else None
        yield {"label": field_label(change.field), "old": _written(change.old), "new": _written(change.new), "restore_url": url}


def _written(value: Any) -> Any:
    return conditions.words(value, lang()) if isinstance(value, dict) else value


def field_label(field: str) -> str:
    """Return what a field is called, as its form calls it."""
    if field in LABELS and field not in ("label_fr", "label_en"):
        return str(LABELS[field])
    for form in (GuideForm, QuestionForm, SectionForm):
        if hasattr(form, field):
            return str(getattr(form, field).args[0])
    return str(LABELS.get(field, field))
