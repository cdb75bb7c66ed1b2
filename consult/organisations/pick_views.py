"""What boxes that are typed into are told: organisations, people, communes, specialities and tags."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from consult.organisations import people_service, service
from consult.organisations.blueprint import bp, suggestions
from consult.organisations.form_fields import communes, terms
from consult.studies.gate import requires
from consult.terms.models import TermList
from consult.web.picking import NEW


@bp.get("/organisations/pick")
@requires("read_directory")
def pick(study_id: int) -> ResponseReturnValue:
    """Suggest organisations of the study."""
    return suggestions(service.pick(_typed()))


@bp.get("/people/pick")
@requires("read_people")
def pick_person(study_id: int) -> ResponseReturnValue:
    """Suggest people of the study, of some organisations when they are named."""
    ids = [int(v) for v in request.args.getlist("organisation") if v.isascii() and v.isdecimal() and len(v) < 10]
    return suggestions(people_service.pick(_typed(), ids))


@bp.get("/organisations/pick-communes")
@requires("read_directory")
def pick_commune(study_id: int) -> ResponseReturnValue:
    """Suggest communes by name, postcode or INSEE code."""
    return suggestions([(f"{NEW}{code}", name, hint) for code, name, hint in communes(_typed())])


@bp.get("/organisations/pick-specialities")
@requires("read_directory")
def pick_speciality(study_id: int) -> ResponseReturnValue:
    """Suggest specialities."""
    return suggestions(terms(TermList.SPECIALITY, _typed()))


@bp.get("/organisations/pick-tags")
@requires("read_directory")
def pick_tag(study_id: int) -> ResponseReturnValue:
    """Suggest tags."""
    return suggestions(terms(TermList.TAG, _typed()))


def _typed() -> str:
    return request.args.get("q", "")[:200].replace("\x00", "")
