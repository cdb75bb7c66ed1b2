"""The demo study's directory: organisations, their sites, people and relations, and how they stand in the study.

Rows are written whole, as they stood at the end of the field work, rather than typed one by one as of today.
"""

from __future__ import annotations

from collections.abc import Mapping

from consult.demo.content import PERSON_NOTE, Content, Facts
from consult.demo.frame import Frame
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.text import fold
from consult.organisations import identifiers, search_text
from consult.organisations.models import (
    Alias,
    Nomenclature,
    Organisation,
    OrganisationKind,
    OrganisationRelation,
    OrganisationRole,
    OrganisationTerm,
    RelationKind,
    RoleKind,
    Site,
    WorkforceBand,
)
from consult.organisations.participation import Disposition, Participation, Priority
from consult.organisations.people_models import Affiliation, Civility, Person, PersonEmail, PersonFunction, PersonPhone
from consult.terms.models import TermList

AS_WRITTEN = ("name", "short_name", "legal_name", "siren", "unchecked_siren", "website", "email", "description")
SHIPPED = "Référentiel des communes et intercommunalités livré avec Consult (INSEE, DGCL)"
INVENTED = "Donnée fictive de démonstration"


def add_organisations(content: Content, frame: Frame) -> dict[str, Organisation]:
    """Add every organisation with its head office, role, terms and participation, by key."""
    numbers = refs.take(Organisation.ref_prefix, len(content.organisations))
    added = {}
    for ref, facts in zip(numbers, content.organisations, strict=True):
        organisation = organisation_of(ref, facts, frame)
        db.session.add_all([organisation, _participation(facts, organisation, frame)])
        added[facts["key"]] = organisation
    db.session.flush()
    search_text.refresh([organisation.id for organisation in added.values()])
    return added


def organisation_of(ref: str, facts: Facts, frame: Frame) -> Organisation:
    """Return an organisation as it is written, with its head office, role and terms."""
    organisation = Organisation(
        ref=ref,
        kind=OrganisationKind(facts["kind"]),
        naf_code=facts.get("naf"),
        naf_edition=Nomenclature.NAF_REV2 if "naf" in facts else None,
        workforce_band=WorkforceBand(facts["workforce"]) if "workforce" in facts else None,
        workforce_year=2022 if "workforce" in facts else None,
        created_year=facts.get("created"),
        phone=identifiers.phone_as_kept(facts.get("phone")),
        domain=identifiers.domain(facts.get("website"), facts.get("email")),
        source=INVENTED if facts["fictional"] else SHIPPED if "siren" in facts else None,
        verified_on=facts["interview"]["date"] if facts["fictional"] and "interview" in facts else None,
        **{name: facts.get(name) for name in AS_WRITTEN},
    )
    organisation.sites = [_head_office(facts)]
    organisation.roles = [OrganisationRole(role=RoleKind(facts["role"]), is_primary=True)]
    organisation.aliases = [Alias(name=name, key=fold(name)) for name in facts["aliases"]]
    organisation.term_links = [OrganisationTerm(term=term) for term in _terms(facts, frame)]
    return organisation


def _terms(facts: Facts, frame: Frame) -> list[object]:
    named = [(TermList.SPECIALITY, key) for key in facts["specialities"]] + [(TermList.TAG, key) for key in facts["tags"]]
    return [frame.terms[each] for each in named]


def _head_office(facts: Facts) -> Site:
    return Site(
        is_head_office=True,
        address=facts.get("address"),
        postcode=facts["postcode"],
        commune_name=facts["city"],
        commune_code=facts["commune"],
        country=facts["country"],
    )


def _participation(facts: Facts, organisation: Organisation, frame: Frame) -> Participation:
    return Participation(
        study_id=frame.study.id,
        organisation=organisation,
        in_frame=True,
        segment_id=frame.segments[facts["segment"]].id,
        owner_id=frame.users[facts["owner"]].id,
        priority=Priority(facts["priority"]),
        disposition=Disposition.DONE,
        influence=facts["influence"],
        interest=facts["interest"],
    )


def add_people(content: Content, organisations: Mapping[str, Organisation]) -> dict[str, Person]:
    """Add everybody with the function they have where they are met, then second and former functions; by key."""
    all_facts = [(facts["key"], person) for facts in content.organisations for person in facts["people"]]
    numbers = refs.take(Person.ref_prefix, len(all_facts))
    people = {}
    for ref, (home, facts) in zip(numbers, all_facts, strict=True):
        people[facts["key"]] = person = person_of(ref, facts)
        db.session.add_all([person, affiliation_of(facts, person, organisations[home], is_main=True)])
    for facts in content.affiliations:
        db.session.add(affiliation_of(facts, people[facts["person"]], organisations[facts["organisation"]], is_main=False))
    db.session.flush()
    for person in people.values():
        search_text.refresh_person(person)
    return people


def person_of(ref: str, facts: Facts) -> Person:
    """Return somebody as they are written, with address and number."""
    person = Person(
        ref=ref,
        civility=Civility(facts["civility"]) if "civility" in facts else None,
        first_name=facts["first"],
        last_name=facts["last"],
        lang=facts.get("lang", "fr"),
        notes=PERSON_NOTE,
        source=INVENTED,
    )
    person.emails = [PersonEmail(address=facts["email"])]
    if "mobile" in facts:
        person.phones = [PersonPhone(number=identifiers.phone(facts["mobile"]), typed=facts["mobile"])]
    return person


def affiliation_of(facts: Facts, person: Person, organisation: Organisation, is_main: bool) -> Affiliation:
    """Return what somebody does, or did, in an organisation."""
    return Affiliation(
        person=person,
        organisation=organisation,
        job_title=facts["title"],
        function=PersonFunction(facts["function"]),
        since=facts.get("since"),
        until=facts.get("until"),
        is_main=is_main,
    )


def add_relations(content: Content, organisations: Mapping[str, Organisation]) -> None:
    """Add who works for whom, buys from whom and belongs to whom."""
    for facts in content.relations:
        db.session.add(
            OrganisationRelation(
                origin=organisations[facts["from"]],
                target=organisations[facts["to"]],
                kind=RelationKind(facts["kind"]),
                since=facts.get("since"),
                source=INVENTED,
            )
        )
    db.session.flush()
