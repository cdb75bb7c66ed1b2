"""Who changed what in the directory, in the reader's words, and the way back to a former value."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from consult.kernel.actor import Via
from consult.kernel.audit import Deed
from consult.kernel.errors import Refused
from consult.kernel.model import Choice
from consult.organisations import history, merge_history, people_service, redirects, service
from consult.organisations.blueprint import bp, organisation_url
from consult.organisations.desks import ORGANISATIONS, PEOPLE
from consult.organisations.forms import OrganisationForm, ParticipationForm, RelationForm, RoleForm, SiteForm
from consult.organisations.identifiers import written_phone
from consult.organisations.merge_models import Kind
from consult.organisations.people_forms import AffiliationForm, PersonForm
from consult.studies.gate import reader_may, requires
from consult.web import sources
from consult.web.i18n import _, _l, written_date, written_datetime, written_label
from consult.web.pages import page, see
from consult.web.refusals import sentence, sentences

sentences({"value_taken_since": _l("The former value belongs to another record now.")})

FORMS: dict[str, type[Form]] = {
    "organisation": OrganisationForm,
    "participation": ParticipationForm,
    "site": SiteForm,
    "organisation_role": RoleForm,
    "organisation_relation": RelationForm,
    "person": PersonForm,
    "affiliation": AffiliationForm,
}
WHAT = {
    "organisation": _l("organisation"),
    "participation": _l("participation in the study"),
    "site": _l("site"),
    "organisation_role": _l("role"),
    "organisation_relation": _l("relation"),
    "organisation_term": _l("specialities and tags"),
    "alias": _l("other names"),
    "person": _l("person"),
    "affiliation": _l("post"),
    "person_email": _l("e-mail addresses"),
    "person_phone": _l("phone numbers"),
    "consent_record": _l("information or consent"),
}
MORE_LABELS = {
    "unchecked_siren": _l("SIREN (to check)"),
    "unchecked_siret": _l("SIRET (to check)"),
    "commune_name": _l("Commune"),
    "commune_code": _l("INSEE code"),
    "term_id": _l("Term"),
    "from_id": _l("From"),
    "to_id": _l("To"),
    "perimeter_override": _l("Perimeter"),
    "address": _l("Address"),
    "is_shared": _l("Shared mailbox"),
    "typed": _l("Phone"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "name": _l("Name"),
    "merged": _l("Merged into"),
    "purpose": _l("Purpose"),
    "basis": _l("Legal basis"),
    "notice_version": _l("Version of the privacy notice"),
    "channel": _l("Channel"),
    "given_at": _l("Given on"),
    "withdrawn_at": _l("Withdrawn on"),
    "comment": _l("Comment"),
}
DEEDS = {
    Deed.CREATED: _l("added: %(what)s"),
    Deed.CHANGED: _l("changed: %(what)s"),
    Deed.DELETED: _l("deleted: %(what)s"),
    Deed.RESTORED: _l("restored: %(what)s"),
    Deed.MERGED: _l("merged: %(what)s"),
    Deed.UNMERGED: _l("undid a merge: %(what)s"),
}


def also_told(name: str, what: Any, form: type[Form] | None = None, **labels: Any) -> None:
    """Have the history say what a row of an upper slice is called, and its fields: by the form over it, and by further labels."""
    WHAT[name] = what
    MORE_LABELS.update(labels)
    if form is not None:
        FORMS[name] = form


FEW = 3
"""How many values a line tells of what was added or deleted."""


@bp.get("/organisations/<int:organisation_id>/history")
@requires("read_steering")
def organisation_history(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Show who changed what of an organisation."""
    organisation = service.get(organisation_id)
    entries = _whole(Kind.ORGANISATION, organisation_id, ".restore_value", organisation_id=organisation_id)
    merges = merge_history.into(ORGANISATIONS, organisation_id)
    back = organisation_url(organisation_id)
    return page("organisations/history.html", title=organisation.name, back_url=back, entries=entries, merges=merges)


@bp.get("/people/<int:person_id>/history")
@requires("read_people")
def person_history(study_id: int, person_id: int) -> ResponseReturnValue:
    """Show who changed what of a person."""
    person = people_service.get(person_id)
    entries = _whole(Kind.PERSON, person_id, ".restore_person_value", person_id=person_id)
    back = url_for(".show_person", person_id=person_id)
    merges = merge_history.into(PEOPLE, person_id)
    return page("organisations/history.html", title=person.full_name, back_url=back, entries=entries, merges=merges)


def _whole(kind: Kind, record_id: int, endpoint: str, **values: Any) -> list[dict[str, Any]]:
    """Tell the history of a record, and that of the records merged into it, which cannot be restored one by one."""
    own = [(moment, endpoint) for moment in history.of(kind, record_id)]
    merged = [moment for each in redirects.merged_into(kind, record_id) for moment in history.of(kind, each)]
    told_elsewhere = (Deed.MERGED, Deed.UNMERGED, Deed.DELETED)
    theirs = [(moment, None) for moment in merged if not (moment.entity == kind and moment.deed in told_elsewhere)]
    return [told(moment, where, **values) for moment, where in sorted([*own, *theirs], key=lambda pair: -pair[0].id)]


@bp.post("/organisations/<int:organisation_id>/history/<int:entry_id>/restore/<field>")
@requires("edit_directory")
def restore_value(study_id: int, organisation_id: int, entry_id: int, field: str) -> ResponseReturnValue:
    """Give a field of an organisation its former value back."""
    service.get(organisation_id)
    back = url_for(".organisation_history", organisation_id=organisation_id)
    return _restored("organisation", organisation_id, entry_id, field, back)


@bp.post("/people/<int:person_id>/history/<int:entry_id>/restore/<field>")
@requires("edit_directory")
def restore_person_value(study_id: int, person_id: int, entry_id: int, field: str) -> ResponseReturnValue:
    """Give a field of a person its former value back."""
    people_service.get(person_id)
    return _restored("person", person_id, entry_id, field, url_for(".person_history", person_id=person_id))


def _restored(subject: str, subject_id: int, entry_id: int, field: str, back: str) -> ResponseReturnValue:
    try:
        history.restore(subject, subject_id, entry_id, field)
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    return see(back, _("The former value is back."))


def told(moment: history.Moment, endpoint: str | None = None, **values: Any) -> dict[str, Any]:
    """Return what the history shows of a moment; with an endpoint, each former value can be restored by who may."""
    restorable = endpoint if reader_may("edit_directory") and moment.entity in history.RESTORABLE and moment.deed == Deed.CHANGED else None
    name = _("Somebody of another study") if moment.elsewhere else moment.who or _("The system")
    whole = moment.deed not in history.FIELD_BY_FIELD
    text = str(DEEDS[moment.deed]) % {"what": WHAT[moment.entity]}
    return {
        "who": name,
        "initials": "".join(word[0] for word in name.split()[:2]).upper() if moment.who else "•",
        "at": written_datetime(moment.at),
        "when": moment.at.isoformat(),
        "text": _with_values(text, moment) if whole else text,
        "reason": moment.reason,
        "source": sources.of(moment.batch_id, moment.via == Via.UNDO),
        "changes": [] if whole else [_change(moment, change, restorable, values) for change in moment.changes],
    }


def in_a_line(moment: history.Moment) -> dict[str, Any]:
    """Return a moment as one line: which fields were changed, not how."""
    line = told(moment)
    merged = [change.old for change in moment.changes if change.field == "merged"]
    if line["changes"]:
        line["text"] = str(DEEDS[moment.deed]) % {"what": ", ".join(merged or [change["label"] for change in line["changes"]])}
    return {**line, "changes": []}


def _with_values(text: str, moment: history.Moment) -> str:
    """Name what was added or deleted by its first few values."""
    values = [(c.field, c.new if moment.deed == Deed.CREATED else c.old) for c in moment.changes]
    said = [written_date(v) if type(v) is dt.date else str(_of_field(name, v)) for name, v in values if v not in (None, "", True, False)]
    return f"{text} ({', '.join(said[:FEW])})" if said else text


def written(value: Any) -> Any:
    """Write a member of a closed list in the reader's language; anything else stays as it is."""
    return (
        written_label(value)
        if isinstance(value, Choice)
        else str(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else value
    )


def _change(moment: history.Moment, change: history.Change, endpoint: str | None, values: dict[str, Any]) -> dict[str, Any]:
    url = url_for(endpoint, entry_id=change.entry_id, field=change.field, **values) if endpoint else None
    old, new = _of_field(change.field, change.old), _of_field(change.field, change.new)
    return {"label": label(moment.entity, change.field), "old": old, "new": new, "restore_url": url}


def _of_field(name: str, value: Any) -> Any:
    return written_phone(value) if name == "phone" else written(value)


def label(entity: str, field: str) -> str:
    """Return what a field is called in the reader's language."""
    unbound = getattr(FORMS.get(entity), field, None)
    if unbound is not None and getattr(unbound, "args", None):
        return str(unbound.args[0])
    return str(MORE_LABELS.get(field, field.replace("_", " ")))
