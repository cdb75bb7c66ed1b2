"""Two records of one company, in two studies, with something in every table that names them; and what whole tables look like."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.fieldwork.models import Appointment, ContactAttempt, ContactClaim, Outcome, Replacement, Suggestion
from consult.guides.models import Question, QuestionKind, QuestionVersion
from consult.interviews import review
from consult.interviews.answer_models import Answer
from consult.interviews.follow_ups_models import FollowUp
from consult.interviews.models import Interview
from consult.kernel.db import db, unit_of_work
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.organisations import merging, service, unmerging
from consult.organisations.comparing import Words
from consult.organisations.merge_models import DirectoryMerge, Kind
from consult.organisations.merging import Decisions
from consult.organisations.models import (
    Alias,
    Organisation,
    OrganisationRelation,
    OrganisationRole,
    OrganisationTerm,
    RelationKind,
    RoleKind,
    Site,
)
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation
from consult.organisations.references import links_onto
from consult.sourcing.models import Capability, Need
from consult.studies.models import Study
from consult.terms.models import Term, TermList
from tests.factories import Make

GROWING = {"audit_entry", "directory_merge", "ref_counter", "alembic_version"}
"""What only grows: the audit, the merges themselves, the numbers given."""
ORGANISATION, PERSON = Kind.ORGANISATION, Kind.PERSON


def fingerprint() -> dict[str, str]:
    """Hash every table, row by row; only versions go up even when a value goes back."""
    found = {}
    db.session.rollback()
    with unscoped("tests compare whole tables"), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            if table.name not in GROWING:
                columns = [column for column in table.c if column.name != "version"]
                rows = connection.execute(sa.select(*columns).order_by(*table.primary_key.columns))
                found[table.name] = hashlib.sha256("\n".join(json.dumps([str(v) for v in row]) for row in rows).encode()).hexdigest()
    return found


def answered(interview: Interview, kind: QuestionKind, **value: int) -> None:
    """Put an answer into an interview that names a record of the directory."""
    question = Question(study_id=interview.study_id, key=kind.value)
    db.session.add(question)
    db.session.flush()
    wording = QuestionVersion(study_id=interview.study_id, question_id=question.id, number=1, kind=kind, label_fr="Qui ?")
    db.session.add(wording)
    db.session.flush()
    place = {"study_id": interview.study_id, "interview_id": interview.id}
    db.session.add(Answer(question_id=question.id, question_version_id=wording.id, **place, **value))


class Two:
    """Two records of one company in two studies, with something in every table that names them."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.study, self.second = make.study("First"), make.study("Second")
        self.lead: User = make.member(self.study, "lead", name="Camille Morel")
        self.kept = make.organisation(self.study, "Atelier de la Combe", commune="25411", siren="732829320", phone="+33381670001")
        self.gone = make.organisation(self.study, "Atelier Combe SARL", commune="25411", email="contact@combe.example.org")
        self.other = make.organisation(self.study, "Bracelets du Haut-Doubs")
        self.elsewhere = make.organisation(self.second, "Boîtiers Vuillemin")
        self._take_part(self.second, self.gone)
        self._fill()

    def _take_part(self, study: Study, organisation: Organisation, **values: Any) -> None:
        with self.make.inside(study):
            db.session.add(Participation(study_id=study.id, organisation_id=organisation.id, in_frame=True, **values))

    def _fill(self) -> None:
        make, kept, gone, other = self.make, self.kept, self.gone, self.other
        self.jeanne = make.person(gone, "Morel", first_name="Jeanne")
        self.paul = make.person(kept, "Vuillemin", first_name="Paul")
        with make.inside(self.study, self.lead):
            tags = [Term(list=TermList.TAG, key=name, label_fr=name) for name in ("luxe", "export")]
            db.session.add_all(tags)
            db.session.flush()
            db.session.add_all(
                [
                    Affiliation(person_id=self.paul.id, organisation_id=gone.id, job_title="Gérant", is_main=False),
                    OrganisationTerm(organisation_id=kept.id, term_id=tags[0].id),
                    OrganisationTerm(organisation_id=gone.id, term_id=tags[0].id),
                    OrganisationTerm(organisation_id=gone.id, term_id=tags[1].id),
                    OrganisationRole(organisation_id=kept.id, role=RoleKind.SUBCONTRACTOR, is_primary=True),
                    OrganisationRole(organisation_id=gone.id, role=RoleKind.BRAND, is_primary=True),
                    OrganisationRole(organisation_id=gone.id, role=RoleKind.SUBCONTRACTOR, since=dt.date(2010, 1, 1)),
                    OrganisationRelation(from_id=gone.id, to_id=kept.id, kind=RelationKind.SUBSIDIARY_OF),
                    OrganisationRelation(from_id=gone.id, to_id=other.id, kind=RelationKind.CUSTOMER_OF),
                    OrganisationRelation(from_id=other.id, to_id=gone.id, kind=RelationKind.MEMBER_OF),
                    Alias(organisation_id=gone.id, name="La Combe", key="la combe"),
                    Alias(organisation_id=gone.id, name="Atelier de la Combe", key="atelier de la combe"),
                    Site(organisation_id=gone.id, commune_code="25056", commune_name="Besançon", siret="73282932000074"),
                    Site(organisation_id=gone.id, commune_code="25204", commune_name="Damprichard", deleted_at=now()),
                    *self._field_work(),
                ]
            )
        self.alone = make.interview(self.study, gone, by=self.lead)
        self.joint = make.interview(self.study, gone, kept, other, by=self.lead)
        self.abroad = make.interview(self.second, gone)
        with make.inside(self.study, self.lead):
            self._capture(gone, tags[0].id)
        with make.inside(self.study, self.lead):
            review.validate(db.session.get_one(Interview, self.alone.id))

    def _field_work(self) -> Iterator[Any]:
        """What was done to reach either, each in one table that names organisations."""
        gone, kept, other, at = self.gone.id, self.kept.id, self.other.id, dt.datetime(2023, 1, 9, 9, tzinfo=dt.UTC)
        yield ContactAttempt(organisation_id=gone, outcome=Outcome.NO_ANSWER, at=at)
        yield ContactAttempt(organisation_id=kept, outcome=Outcome.CALL_BACK, at=at)
        yield Appointment(organisation_id=gone, starts_at=at, ends_at=at + dt.timedelta(hours=1), uid="one@consult")
        yield Suggestion(organisation_id=gone, by_organisation_id=other)
        yield Suggestion(organisation_id=other, by_organisation_id=gone)
        yield Replacement(organisation_id=gone, by_organisation_id=other)
        yield Replacement(organisation_id=other, by_organisation_id=gone)
        for claimed in (gone, kept):
            yield ContactClaim(organisation_id=claimed, user_id=self.lead.id, at=at, expires_at=at)

    def _capture(self, gone: Organisation, term_id: int) -> None:
        told = {"organisation_id": gone.id, "interview_id": self.alone.id}
        answered(self.alone, QuestionKind.ORGANISATION, value_organisation_id=gone.id)
        db.session.add_all(
            [
                FollowUp(ref="FUP-1", title="Send the summary", **told),
                Need(ref="NEED-1", component_id=term_id, **told),
                Capability(ref="CAP-1", process_id=term_id, **told),
            ]
        )

    def inside(self) -> Any:
        return self.make.inside(self.study, self.lead)

    def merge(self, fields: dict[str, str] | None = None, studies: dict[int, dict[str, str]] | None = None) -> DirectoryMerge:
        with self.inside():
            kept, gone = service.get(self.kept.id), service.get(self.gone.id)
            return merging.merge(ORGANISATION, kept, gone, Decisions(fields or {}, studies or {}), Words(), {})

    def undo(self) -> list[unmerging.Kept]:
        with self.inside():
            return unmerging.undo(unmerging.of(ORGANISATION, self.gone.id))


def naming(kind: Kind, record_id: int) -> Iterator[tuple[str, int]]:
    """How many rows of each table name a record, by whatever foreign key."""
    with unscoped("tests look"), db.engine.connect() as connection:
        for link in links_onto(kind.value):
            query = sa.select(sa.func.count()).where(link.table.c[link.columns[0]] == record_id)
            yield f"{link.table.name}.{link.columns[0]}", connection.execute(query).scalar_one()


def rows(model: Any, **values: Any) -> list[Any]:
    """Rows of a table, whatever the study, deleted ones too."""
    with unit_of_work(), unscoped("tests look"):
        query = sa.select(model).filter_by(**values).order_by(model.id).execution_options(include_deleted=True, populate_existing=True)
        found = list(db.session.scalars(query))
        db.session.expunge_all()
        return found
