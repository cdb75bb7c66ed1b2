"""People: listed, shown, created, edited; and their posts."""

from __future__ import annotations

import functools
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from consult.kernel.errors import NotFound, Refused
from consult.kernel.listing import whole_numbers
from consult.kernel.model import now
from consult.organisations import affiliations, parts, people_service, showing
from consult.organisations.blueprint import bp, export_of
from consult.organisations.forms import OrganisationForm
from consult.organisations.history_views import in_a_line
from consult.organisations.identifiers import written_phone
from consult.organisations.people_forms import AffiliationForm, NewPersonForm, PersonForm
from consult.organisations.people_list import PEOPLE
from consult.organisations.people_models import Person
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _
from consult.web.pages import page, see
from consult.web.refusals import sentence

CELLS: dict[str, type[Form]] = {"phone": OrganisationForm, "email": OrganisationForm}
"""The fields corrected in place: a person's first number and first address."""


def person_url(person_id: int) -> str:
    """Return the address of a person's page."""
    return url_for("organisations.show_person", person_id=person_id)


@bp.get("/people/")
@requires("read_people")
def people(study_id: int) -> ResponseReturnValue:
    """Show the people of the study's organisations."""
    return page("organisations/people.html", listing=PEOPLE.show(request.args))


@bp.get("/people/export/<format>")
@requires("read_people")
def export_people(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return export_of(PEOPLE, request.args, format, _("people"))


@bp.get("/people/<int:person_id>")
@requires("read_people")
def show_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Show a person with their posts."""
    shown = showing.person(person_id, people_service.get(person_id))
    shown["latest"] = [in_a_line(moment) for moment in shown["latest"]]
    return page("organisations/person.html", phone=written_phone, **shown)


@bp.route("/people/new", methods=["GET", "POST"])
@requires("edit_directory")
def create_person(study_id: int) -> ResponseReturnValue:
    """Create a person with their post."""
    came_from = whole_numbers(request.args.getlist("organisation"))
    form = NewPersonForm(organisation_id=came_from[0] if came_from else None)
    _name_organisation(form)
    made: list[Person] = []
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: made.append(people_service.create(values))):
        return page("organisations/person_form.html", form=form, person=None)
    undo = url_for(".delete_person", person_id=made[0].id)
    return see(person_url(made[0].id), _("Person created."), undo_url=undo)


def _name_organisation(form: Any) -> None:
    if isinstance(form.organisation_id.data, int):
        form.organisation_id.chosen_label = parts.name_of(form.organisation_id.data)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires("edit_directory")
def edit_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Change a person's own fields, addresses and numbers."""
    person = people_service.get(person_id)
    form = PersonForm(data=_fields_of(person))
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: people_service.update(person, values, seen)):
        return page("organisations/person_form.html", form=form, person=person)
    return see(person_url(person_id), _("Saved."))


def _fields_of(person: Person) -> dict[str, Any]:
    """Return what the form shows of a person: addresses and numbers one a line."""
    return {
        **{name: getattr(person, name) for name in (*people_service.PLAIN, "version")},
        "emails": "\n".join(e.address for e in person.emails),
        "phones": "\n".join(p.typed for p in person.phones),
        "shared_mailbox": any(e.is_shared for e in person.emails),
    }


@bp.post("/people/<int:person_id>/delete")
@requires("edit_directory")
def delete_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Delete a person."""
    people_service.delete(people_service.get(person_id))
    return see(url_for(".people"), _("Person deleted."), undo_url=url_for(".restore_person", person_id=person_id))


@bp.post("/people/<int:person_id>/restore")
@requires("edit_directory")
def restore_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Bring a deleted person back."""
    people_service.restore(person_id)
    return see(person_url(person_id), _("Person restored."))


@bp.route("/people/<int:person_id>/cells/<field>", methods=["GET", "POST"])
@requires("edit_directory")
def person_cell(study_id: int, person_id: int, field: str) -> ResponseReturnValue:
    """Correct a person's first number or address in place."""
    if field not in CELLS:
        raise NotFound
    person = people_service.get(person_id)
    first = {"phone": person.phones[0].typed if person.phones else None, "email": person.emails[0].address if person.emails else None}
    form = _cell_form(field)(obj=person, **({} if request.method == "POST" else {field: first[field]}))
    if form.validate_on_submit() and form.saved_by(lambda values, seen: people_service.set_field(person, field, values[field], seen)):
        if "HX-Request" in request.headers:
            return render_template("organisations/_cell_shown.html", shown=_shown(person, field))
        return see(person_url(person_id), _("Saved."))
    template = "organisations/_person_cell.html" if "HX-Request" in request.headers else "organisations/person_cell.html"
    return page(template, form=form, field=form[field], person=person)


@functools.cache
def _cell_form(field: str) -> type[EntityForm]:
    return type(f"PersonCell_{field}", (EntityForm,), {field: getattr(CELLS[field], field)})


def _shown(person: Person, field: str) -> str:
    if field == "email":
        return person.emails[0].address if person.emails else ""
    return written_phone(person.phones[0].number or person.phones[0].typed) if person.phones else ""


@bp.route("/people/<int:person_id>/posts/new", methods=["GET", "POST"])
@requires("edit_directory")
def add_post(study_id: int, person_id: int) -> ResponseReturnValue:
    """Give a person a post."""
    person = people_service.get(person_id)
    form = AffiliationForm()
    _name_organisation(form)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: affiliations.add(person_id, values)):
        return page("organisations/post.html", form=form, person=person, title=_("New post"))
    return see(person_url(person_id), _("Post added."))


@bp.route("/people/<int:person_id>/posts/<int:affiliation_id>", methods=["GET", "POST"])
@requires("edit_directory")
def edit_post(study_id: int, person_id: int, affiliation_id: int) -> ResponseReturnValue:
    """Change a post; its organisation stays."""
    person = people_service.get(person_id)
    post = affiliations.get(person_id, affiliation_id)
    form = AffiliationForm(obj=post)
    _name_organisation(form)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: affiliations.update(post, values)):
        return page("organisations/post.html", form=form, person=person, title=_("Post"))
    return see(person_url(person_id), _("Saved."))


@bp.post("/people/<int:person_id>/posts/<int:affiliation_id>/end")
@requires("edit_directory")
def end_post(study_id: int, person_id: int, affiliation_id: int) -> ResponseReturnValue:
    """End a post today: the person has left."""
    affiliations.end(affiliations.get(person_id, affiliation_id), now().date())
    return see(person_url(person_id), _("Post ended today."))


@bp.post("/people/<int:person_id>/posts/<int:affiliation_id>/delete")
@requires("edit_directory")
def delete_post(study_id: int, person_id: int, affiliation_id: int) -> ResponseReturnValue:
    """Delete a post entered by mistake."""
    try:
        affiliations.delete(affiliations.get(person_id, affiliation_id))
    except Refused as refusal:
        return see(person_url(person_id), sentence(refusal), kind="bad")
    undo = url_for(".restore_post", person_id=person_id, affiliation_id=affiliation_id)
    return see(person_url(person_id), _("Post deleted."), undo_url=undo)


@bp.post("/people/<int:person_id>/posts/<int:affiliation_id>/restore")
@requires("edit_directory")
def restore_post(study_id: int, person_id: int, affiliation_id: int) -> ResponseReturnValue:
    """Bring a deleted post back."""
    people_service.get(person_id)
    affiliations.restore(affiliations.get(person_id, affiliation_id, deleted=True))
    return see(person_url(person_id), _("Post restored."))
