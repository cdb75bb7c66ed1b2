"""People: listed, shown, created, edited; and their posts."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.kernel.errors import Refused
from consult.kernel.listing import whole_numbers
from consult.kernel.model import now
from consult.organisations import affiliations, consents_views, doubts, parts, people_service, showing
from consult.organisations.blueprint import bp, person_url, saved
from consult.organisations.history_views import in_a_line
from consult.organisations.people_forms import AffiliationForm, NewPersonForm, PersonForm
from consult.organisations.people_list import PEOPLE
from consult.organisations.people_models import Person
from consult.studies.gate import requires
from consult.studies.handing_out import hand_out
from consult.web import sources
from consult.web.i18n import _
from consult.web.pages import page, see
from consult.web.refusals import sentence


@bp.get("/people/")
@requires("read_people")
def people(study_id: int) -> ResponseReturnValue:
    """Show the people of the study's organisations."""
    return page("organisations/people.html", listing=PEOPLE.show(request.args))


@bp.get("/people/export/<format>")
@requires("read_people")
def export_people(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return hand_out(PEOPLE, request.args, format, _("people"))


@bp.get("/people/<int:person_id>")
@requires("read_people")
def show_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Show a person with their posts."""
    person = people_service.get(person_id)
    shown = showing.person(person_id, person) | consents_views.told(person)
    shown["latest"] = [in_a_line(moment) for moment in shown["latest"]]
    shown["origin"] = sources.of(shown.pop("batch_id"))
    return page("organisations/person.html", phone=showing.phone, **shown)


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
    return saved(person_url(made[0].id), _("Person created."), doubts.said_of_numbers(made[0]), undo)


def _name_organisation(form: Any) -> None:
    if isinstance(form.organisation_id.data, int):
        form.organisation_id.chosen_label = parts.name_of(form.organisation_id.data)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires("edit_directory")
def edit_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Change a person's own fields, addresses and numbers."""
    person = people_service.get(person_id)
    form, before = PersonForm(data=_fields_of(person)), doubts.of_person(person)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: people_service.update(person, values, seen)):
        return page("organisations/person_form.html", form=form, person=person)
    return saved(person_url(person_id), _("Saved."), doubts.said_of_numbers(person, but=before))


def _fields_of(person: Person) -> dict[str, Any]:
    """Return what the form shows of a person: addresses and numbers one a line."""
    return {
        **{name: getattr(person, name) for name in (*people_service.PLAIN, "version")},
        "emails": "\n".join(e.address for e in person.emails),
        "phones": "\n".join(showing.phone(p) for p in person.phones),
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
