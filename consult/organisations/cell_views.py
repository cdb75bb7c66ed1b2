"""One field corrected in place, in a list or on the page of a record: GET answers a form, POST what is then to be seen there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from consult.kernel.errors import NotFound
from consult.organisations import cells, doubts, participating, people_service, service, showing
from consult.organisations.blueprint import bp, organisation_url, person_url
from consult.organisations.forms import OrganisationForm, ParticipationForm, offer
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_forms import PersonCellForm
from consult.organisations.people_models import Person
from consult.studies.gate import reader_may, requires
from consult.web.forms import EntityForm
from consult.web.i18n import _, _l, written_date, written_label
from consult.web.pages import page, see

OF_ORGANISATION: dict[str, type[Form]] = {
    "phone": OrganisationForm,
    "email": OrganisationForm,
    "siren": OrganisationForm,
    "workforce_band": OrganisationForm,
    "owner_id": ParticipationForm,
    "segment_id": ParticipationForm,
    "priority": ParticipationForm,
    "disposition": ParticipationForm,
    "channel": ParticipationForm,
    "next_on": ParticipationForm,
}
OF_PERSON: dict[str, type[Form]] = {"phone": PersonCellForm, "email": PersonCellForm}
"""The fields that can be corrected in place, with the form that describes each; a person's are the first number and the first address."""


LABELS = {"phone": _l("Correct the phone number"), "email": _l("Correct the e-mail address"), "siren": _l("Correct the SIREN")}
"""The fields that can be corrected on the page of an organisation too, with what their pencil is called."""


@dataclass(frozen=True)
class Corrected:
    """A field that is being corrected: of which record, at which address, how it is saved, what is then shown and if that is in doubt."""

    name: str
    field: str
    form: EntityForm
    url: str
    back: str
    save: Callable[[Any, int | None], Any]
    shown: Callable[[], tuple[Any, bool]]
    crumb: tuple[str, str]

    def answer(self) -> ResponseReturnValue:
        """Save what was typed and show it; or show the form, again where something is to be mended."""
        form = self.form
        if not form.validate_on_submit() or not form.saved_by(lambda values, seen: self.save(values[self.field], seen)):
            return page(self._form_template(), form=form, field=form[self.field], at=self)
        shown, doubtful = self.shown()
        doubt = doubts.sentence(self.field, shown) if doubtful else None
        if "HX-Request" not in request.headers:
            return see(self.back, doubt or _("Saved."), kind="warn" if doubt else "ok")
        if request.args.get("at") != "page":
            return render_template("organisations/_cell_shown.html", shown=shown, doubt=doubt)
        return render_template("organisations/_inplace.html", cell=_in_place(self.field, shown, doubtful, self.url), doubt=doubt)

    def _form_template(self) -> str:
        if "HX-Request" not in request.headers:
            return "organisations/cell.html"
        return "organisations/_inplace_form.html" if request.args.get("at") == "page" else "organisations/_cell.html"


def on_page(organisation: Organisation) -> dict[str, dict[str, Any]]:
    """Return what the page of an organisation shows of the fields that are corrected there, by field."""
    may, doubtful = reader_may("edit_directory"), doubts.of(organisation)
    urls = {
        field: url_for("organisations.cell", organisation_id=organisation.id, field=field, at="page") if may else "" for field in LABELS
    }
    return {field: _in_place(field, doubts.written(organisation, field), field in doubtful, url) for field, url in urls.items()}


def _in_place(field: str, shown: Any, doubtful: bool, edit_url: str) -> dict[str, Any]:
    link = f"mailto:{shown}" if field == "email" and shown else None
    return {"value": shown, "doubtful": doubtful, "link": link, "edit_url": edit_url, "label": str(LABELS[field])}


@bp.route("/organisations/<int:organisation_id>/cells/<field>", methods=["GET", "POST"])
@requires("edit_directory")
def cell(study_id: int, organisation_id: int, field: str) -> ResponseReturnValue:
    """Correct one field of an organisation, or of how it takes part in the study."""
    form_class = _form(OF_ORGANISATION, field)
    organisation = service.get(organisation_id)
    own = OF_ORGANISATION[field] is OrganisationForm
    record = organisation if own else service.participation_of(organisation_id)
    present = organisation.siren or organisation.unchecked_siren if field == "siren" else getattr(record, field)
    form = form_class(data={field: present, "version": record.version})
    offer(form)
    return Corrected(
        organisation.name,
        field,
        form,
        url_for(".cell", organisation_id=organisation_id, field=field, at=request.args.get("at")),
        organisation_url(organisation_id),
        lambda value, seen: _save(record, field, value, seen),
        lambda: _of_organisation(organisation, field),
        (_("Organisations"), url_for(".index")),
    ).answer()


@bp.route("/people/<int:person_id>/cells/<field>", methods=["GET", "POST"])
@requires("edit_directory")
def person_cell(study_id: int, person_id: int, field: str) -> ResponseReturnValue:
    """Correct a person's first number or address."""
    form_class = _form(OF_PERSON, field)
    person = people_service.get(person_id)
    return Corrected(
        person.full_name,
        field,
        form_class(obj=person, **{field: _of_person(person, field)[0]}),
        url_for(".person_cell", person_id=person_id, field=field, at=request.args.get("at")),
        person_url(person_id),
        lambda value, seen: people_service.set_field(person, field, value, seen),
        lambda: _of_person(person, field),
        (_("People"), url_for(".people")),
    ).answer()


def _form(fields: dict[str, type[Form]], field: str) -> type[EntityForm]:
    if field not in fields:
        raise NotFound
    return _cell_form(fields[field].__name__, getattr(fields[field], field), field)


@functools.cache
def _cell_form(whole: str, described: Any, field: str) -> type[EntityForm]:
    return type(f"{whole}_{field}", (EntityForm,), {field: described})


def _save(record: Organisation | Participation, field: str, value: Any, seen: int | None) -> None:
    if isinstance(record, Organisation):
        service.set_field(record, field, value, seen)
    else:
        participating.update(record, {field: value, **({"in_frame": True} if value and field in participating.FRAMED else {})}, seen)


def _of_organisation(organisation: Organisation, field: str) -> tuple[Any, bool]:
    if OF_ORGANISATION[field] is OrganisationForm:
        return doubts.written(organisation, field), field in doubts.of(organisation)
    here = service.participation_of(organisation.id)
    shown = {
        "owner_id": lambda: here.owner.name if here.owner else "",
        "segment_id": lambda: cells.badge(here.segment.label, cells.tint(here.segment.kind)) if here.segment else "",
        "priority": lambda: cells.of_choice(here.priority),
        "disposition": lambda: cells.of_choice(here.disposition),
        "channel": lambda: written_label(here.channel),
        "next_on": lambda: written_date(here.next_on),
    }
    return shown[field](), False


def _of_person(person: Person, field: str) -> tuple[str, bool]:
    if field == "email":
        return person.emails[0].address if person.emails else "", False
    first = person.phones[0] if person.phones else None
    return (showing.phone(first), first.number is None) if first else ("", False)
