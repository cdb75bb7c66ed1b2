"""Consents of a person: noted with their proof, withdrawn, deleted, each with a way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.attachments import serving
from consult.kernel.errors import NotFound
from consult.organisations import consents, people_service
from consult.organisations.blueprint import bp, person_url
from consult.organisations.consents_forms import ConsentForm
from consult.organisations.consents_models import ConsentRecord, Purpose
from consult.organisations.people_models import Person
from consult.studies.gate import requires
from consult.web import clock
from consult.web.i18n import _, written_date, written_label
from consult.web.pages import page, see
from consult.web.slots import filled


@bp.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: object) -> None:
    if endpoint == "organisations.add_consent":
        serving.let_in()


@bp.route("/people/<int:person_id>/consents/new", methods=["GET", "POST"])
@requires("edit_directory")
def add_consent(study_id: int, person_id: int) -> ResponseReturnValue:
    """Note what a person was told, or agreed to."""
    person = people_service.get(person_id)
    form = ConsentForm(day=clock.today(), purpose=request.args.get("purpose"))
    if form.validate_on_submit() and form.saved_by(lambda values, _seen: _noted(person, values, form.proof.data)):
        return see(_consents_of(person_id), _("Noted."))
    return page("organisations/consent.html", form=form, person=person)


def _noted(person: Person, values: dict[str, Any], proof: Any) -> None:
    record = consents.ask(person, values)
    if proof:
        consents.prove(record, proof.stream, proof.filename)


@bp.post("/people/<int:person_id>/consents/<int:consent_id>/withdraw")
@requires("edit_directory")
def withdraw_consent(study_id: int, person_id: int, consent_id: int) -> ResponseReturnValue:
    """Note that a consent is withdrawn, from today."""
    people_service.get(person_id)
    consents.withdraw(consents.get(person_id, consent_id))
    undo = url_for(".stand_consent_again", person_id=person_id, consent_id=consent_id)
    return see(_consents_of(person_id), _("Withdrawn: from now on nothing is used for this purpose."), undo_url=undo)


@bp.post("/people/<int:person_id>/consents/<int:consent_id>/stand-again")
@requires("edit_directory")
def stand_consent_again(study_id: int, person_id: int, consent_id: int) -> ResponseReturnValue:
    """Undo a withdrawal."""
    people_service.get(person_id)
    consents.stand_again(consents.get(person_id, consent_id))
    return see(_consents_of(person_id), _("The consent stands again."))


@bp.post("/people/<int:person_id>/consents/<int:consent_id>/delete")
@requires("edit_directory")
def delete_consent(study_id: int, person_id: int, consent_id: int) -> ResponseReturnValue:
    """Put away a record noted by mistake."""
    people_service.get(person_id)
    consents.delete(consents.get(person_id, consent_id))
    undo = url_for(".bring_consent_back", person_id=person_id, consent_id=consent_id)
    return see(_consents_of(person_id), _("Deleted."), undo_url=undo)


@bp.post("/people/<int:person_id>/consents/<int:consent_id>/bring-back")
@requires("edit_directory")
def bring_consent_back(study_id: int, person_id: int, consent_id: int) -> ResponseReturnValue:
    """Bring a deleted record back."""
    people_service.get(person_id)
    consents.bring_back(consents.get(person_id, consent_id, deleted=True))
    return see(_consents_of(person_id), _("The record is back."))


@bp.get("/people/<int:person_id>/consents/<int:consent_id>/proof")
@requires("read_people")
def read_proof(study_id: int, person_id: int, consent_id: int) -> ResponseReturnValue:
    """Hand out the file that proves a record."""
    people_service.get(person_id)
    proof = consents.get(person_id, consent_id).proof
    if proof is None:
        raise NotFound
    return serving.send(proof)


def _consents_of(person_id: int) -> str:
    return f"{person_url(person_id)}#consents"


def told(person: Person) -> dict[str, Any]:
    """Return what a person's page tells: what they were told and asked, and the last contact with them."""
    records = consents.of(person.id)
    contacts = [each for each in filled("person.contact", person) if each is not None]
    return {
        "consents": [_told(record) for record in records],
        "informed": any(record.purpose == Purpose.NOTICE for record in records),
        "last_contact": max(contacts, key=lambda each: each["day"], default=None),
    }


def _told(record: ConsentRecord) -> dict[str, Any]:
    notice = record.purpose == Purpose.NOTICE
    refused, ended = record.given_at is None, record.given_at is not None and record.withdrawn_at is not None
    at = written_date(consents_day(record.given_at or record.withdrawn_at))
    state = _("declined on %(day)s", day=at) if refused else at
    if ended:
        state = _("given on %(day)s, withdrawn on %(end)s", day=at, end=written_date(consents_day(record.withdrawn_at)))
    return {
        "record": record, "notice": notice, "tint": "bad" if refused or ended else "ok", "state": state,
        "detail": " · ".join(part for part in (written_label(record.channel), record.by.name if record.by else "", record.comment) if part),
        "stands": not refused and not ended and not notice,
    }  # fmt: skip


def consents_day(at: dt.datetime | None) -> dt.date | None:
    """Return the day of an instant where the study is worked on."""
    return clock.local(at).date() if at else None
