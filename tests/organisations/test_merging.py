"""Two records made one: every reference moves, found in the tables themselves; undone, every table is as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from consult.fieldwork.models import Appointment, ContactAttempt, Outcome, Suggestion
from consult.guides.models import QuestionKind
from consult.interviews import review
from consult.interviews.approval_models import Approval, Revision
from consult.interviews.models import Interview, Interviewee, InterviewOrganisation, InterviewState, QuoteRight, Review
from consult.interviews.quotes_models import Quote
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.errors import Conflict, Refused
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.organisations import merging, people_service, service, unmerging
from consult.organisations.comparing import GONE, Words
from consult.organisations.consents_models import ConsentRecord, Purpose
from consult.organisations.merging import Decisions
from consult.organisations.models import Alias, Organisation, OrganisationRelation, OrganisationRole, OrganisationTerm, RoleKind, Site
from consult.organisations.participation import Disposition, Participation, Priority, Stance
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone
from consult.reports import figures
from tests.factories import Make
from tests.organisations.twins import ORGANISATION, PERSON, Two, answered, fingerprint, naming, rows


def test_every_table_that_names_an_organisation_has_rows_in_this_test(two: Two) -> None:
    assert [name for name, count in naming(ORGANISATION, two.gone.id) if not count] == ["organisation.merged_into_id"]


def test_all_references_to_the_record_that_goes_are_moved(two: Two) -> None:
    two.merge()
    assert [name for name, count in naming(ORGANISATION, two.gone.id) if count] == []


def test_undone_every_table_is_exactly_as_before(two: Two) -> None:
    before = fingerprint()
    two.merge()
    after = fingerprint()
    assert {name for name in before if before[name] != after[name]} >= {
        "organisation", "site", "participation", "affiliation", "alias", "organisation_role", "organisation_relation",
        "organisation_term", "interview_organisation",
    }  # fmt: skip
    assert two.undo() == []
    assert fingerprint() == before


def test_undone_it_is_as_before_whichever_values_were_kept_and_can_be_done_again(two: Two) -> None:
    before = fingerprint()
    for _ in range(3):
        two.merge(dict.fromkeys(("name", "phone", "siren"), GONE), {two.study.id: {"disposition": GONE}})
        two.undo()
        assert fingerprint() == before


# what becomes of each


def test_a_relation_between_the_two_falls_away_and_others_follow(two: Two) -> None:
    two.merge()
    found = {(r.from_id, r.to_id) for r in rows(OrganisationRelation)}
    assert found == {(two.kept.id, two.other.id), (two.other.id, two.kept.id)}


def test_what_both_have_stays_once_and_is_filled(two: Two) -> None:
    two.merge()
    kept = two.kept.id
    roles = {(r.role, r.is_primary, str(r.since)) for r in rows(OrganisationRole, organisation_id=kept)}
    assert roles == {(RoleKind.SUBCONTRACTOR, True, "2010-01-01"), (RoleKind.BRAND, False, "None")}
    assert len(rows(OrganisationTerm, organisation_id=kept)) == 2
    posts = [(p.person_id, p.job_title) for p in rows(Affiliation, organisation_id=kept)]
    assert sorted(posts) == sorted([(two.jeanne.id, None), (two.paul.id, "Gérant")])
    places = {(s.commune_code, s.is_head_office, s.siret) for s in rows(Site, organisation_id=kept)}
    assert places == {("25411", True, None), ("25056", False, "73282932000074"), ("25204", False, None)}


def test_a_name_that_is_not_kept_becomes_another_name_and_its_own_name_is_none(two: Two) -> None:
    two.merge()
    assert {a.name for a in rows(Alias, organisation_id=two.kept.id)} == {"Atelier Combe SARL", "La Combe"}


def test_the_other_name_may_be_kept(two: Two) -> None:
    two.merge({"name": GONE})
    with two.inside():
        assert service.get(two.kept.id).name == "Atelier Combe SARL"
    assert {a.name for a in rows(Alias, organisation_id=two.kept.id)} == {"Atelier de la Combe", "La Combe"}


def test_a_blank_is_filled_and_a_value_that_is_not_kept_stays_beside_with_where_it_came_from(two: Two, make: Make) -> None:
    with two.inside():
        service.set_field(service.get(two.gone.id), "phone", "03 84 00 00 02")
        service.get(two.gone.id).extra = {"Code client": "C-12"}
        service.get(two.kept.id).extra = {"Code client": "K-7"}
    two.merge()
    kept = rows(Organisation, id=two.kept.id)[0]
    assert (kept.email, kept.domain, kept.phone) == ("contact@combe.example.org", "combe.example.org", "+33381670001")
    ref = two.gone.ref
    assert kept.extra == {"Code client": "K-7", f"Code client ({ref})": "C-12", f"phone ({ref})": "+33384000002"}


def test_both_in_one_study_become_one_participation_and_the_more_is_kept(two: Two) -> None:
    with two.inside():
        here, there = service.participation_of(two.kept.id), service.participation_of(two.gone.id)
        assert (here.disposition, there.disposition) == (Disposition.TO_CONTACT, Disposition.DONE)
        here.priority, there.priority, there.influence = Priority.HIGH, Priority.LOW, 4
        here.in_frame = False
        here.disposition = None
    two.merge()
    only = rows(Participation, study_id=two.study.id, organisation_id=two.kept.id)[0]
    assert (only.in_frame, only.disposition, only.priority, only.influence) == (True, Disposition.DONE, Priority.HIGH, 4)
    assert only.search_key == rows(Organisation, id=two.kept.id)[0].search_key
    told = rows(AuditEntry, deed=Deed.MERGED, entity="participation")[0]
    assert told.changes == {"priority": ["low", "high"]}
    assert (told.study_id, told.subject_id) == (two.study.id, two.kept.id)


def test_which_value_is_kept_in_a_study_can_be_chosen(two: Two) -> None:
    with two.inside():
        service.participation_of(two.kept.id).stance = Stance.FAVOURABLE
        service.participation_of(two.gone.id).stance = Stance.RESERVED
    two.merge(studies={two.study.id: {"stance": GONE, "disposition": "kept"}})
    only = rows(Participation, study_id=two.study.id, organisation_id=two.kept.id)[0]
    assert (only.stance, only.disposition) == (Stance.RESERVED, Disposition.TO_CONTACT)


def test_a_participation_that_was_taken_out_gives_way_to_one_that_stands(two: Two) -> None:
    with two.inside():
        here = service.participation_of(two.kept.id)
        here.deleted_at, here.priority = here.created_at, Priority.LOW
        with unscoped("the organisation is out of the study"):
            db.session.flush()
    before = fingerprint()
    with two.make.inside(None):
        kept, gone = (db.session.get_one(Organisation, i) for i in (two.kept.id, two.gone.id))
        merging.merge(ORGANISATION, kept, gone, Decisions(), Words(), {})
    only = rows(Participation, study_id=two.study.id, organisation_id=two.kept.id)[0]
    assert (only.deleted_at, only.disposition, only.priority) == (None, Disposition.DONE, None)
    with two.make.inside(None):
        unmerging.undo(unmerging.of(ORGANISATION, two.gone.id))
    assert fingerprint() == before


def test_a_joint_meeting_of_both_names_the_organisation_once_and_first(two: Two) -> None:
    two.merge()
    links = rows(InterviewOrganisation, interview_id=two.joint.id)
    assert sorted((link.organisation_id, link.position) for link in links) == sorted([(two.kept.id, 0), (two.other.id, 2)])


def test_a_validated_interview_follows_untouched_and_the_audit_says_so(two: Two) -> None:
    before = rows(Interview, id=two.alone.id)[0]
    two.merge()
    after = rows(Interview, id=two.alone.id)[0]
    assert (after.version, after.updated_at, after.state) == (before.version, before.updated_at, before.state)
    assert [link.organisation_id for link in rows(InterviewOrganisation, interview_id=two.alone.id)] == [two.kept.id]
    moved = rows(AuditEntry, entity="interview_organisation", deed=Deed.CHANGED, subject_id=two.alone.id)[0]
    assert (moved.changes, moved.actor_id) == ({"organisation_id": [two.gone.id, two.kept.id]}, two.lead.id)


def test_reopening_an_interview_after_the_merge_gives_the_target_back_what_it_was(two: Two) -> None:
    two.merge()
    only = rows(Participation, study_id=two.study.id, organisation_id=two.kept.id)[0]
    validation = rows(Review, interview_id=two.alone.id)[-1]
    assert list(validation.former) == [str(only.id)]
    with two.inside():
        review.reopen(db.session.get_one(Interview, two.alone.id), "a detail to check")
    assert rows(Participation, id=only.id)[0].disposition == Disposition.TO_CONTACT


def test_figures_count_the_two_as_one(make: Make) -> None:
    study = make.study()
    brand = make.segment(study, "brand")
    kept, gone = (make.organisation(study, name, participation={"segment_id": brand.id}) for name in ("Cadrans du Doubs", "Cadrans Doubs"))
    for each in (kept, gone):
        make.interview(study, each, state="validated")

    def values() -> dict[str, Any]:
        return {each.code: each.value for each in figures.figures(study.id)}

    assert (values()["met_individually"], values()["individual_interviews"]) == (2, 2)
    with make.inside(study):
        merging.merge(ORGANISATION, service.get(kept.id), service.get(gone.id), Decisions(), Words(), {})
    assert (values()["met_individually"], values()["individual_interviews"]) == (1, 2)
    with make.inside(study):
        unmerging.undo(unmerging.of(ORGANISATION, gone.id))
    assert (values()["met_individually"], values()["individual_interviews"]) == (2, 2)


# a table added later


@pytest.fixture
def later(app: Any) -> Iterator[sa.Table]:
    """A table of a slice to come, which names a participation by its key and is unique in it, and whose rows a third table names."""
    table = sa.Table(
        "later_need",
        db.metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("study_id", sa.Integer),
        sa.Column("supplier_id", sa.Integer),
        sa.Column("component", sa.String(40)),
        sa.Column("quality", sa.String(40)),
        sa.ForeignKeyConstraint(["study_id", "supplier_id"], ["participation.study_id", "participation.organisation_id"]),
        sa.UniqueConstraint("study_id", "supplier_id", "component"),
    )
    match = sa.Table(
        "later_match", db.metadata, sa.Column("need_id", sa.ForeignKey("later_need.id"), primary_key=True), sa.Column("text", sa.String(9))
    )
    for each in (table, match):
        each.create(db.engine)
    yield table
    for each in (match, table):
        each.drop(db.engine)
        db.metadata.remove(each)


def test_a_table_added_later_follows_without_being_named(two: Two, later: sa.Table) -> None:
    match = db.metadata.tables["later_match"]
    with two.make.inside(None):
        for organisation, component, quality in ((two.kept, "dial", None), (two.gone, "dial", "high"), (two.gone, "hand", "high")):
            values = {"study_id": two.study.id, "supplier_id": organisation.id, "component": component, "quality": quality}
            made = db.session.execute(sa.insert(later).values(**values).returning(later.c.id)).scalar_one()
            if organisation is two.gone:
                db.session.execute(sa.insert(match).values(need_id=made, text=component))
        db.session.execute(sa.insert(later).values(study_id=two.second.id, supplier_id=two.gone.id, component="case"))
    before = fingerprint()
    two.merge()
    with db.engine.connect() as connection:
        found = connection.execute(sa.select(later.c.study_id, later.c.supplier_id, later.c.component, later.c.quality)).all()
        matches = connection.execute(sa.select(match.c.text, later.c.component).join(later, later.c.id == match.c.need_id)).all()
    assert sorted(map(tuple, found)) == sorted(
        [
            (two.study.id, two.kept.id, "dial", "high"),
            (two.study.id, two.kept.id, "hand", "high"),
            (two.second.id, two.kept.id, "case", None),
        ]
    )
    assert sorted(map(tuple, matches)) == [("dial", "dial"), ("hand", "hand")]
    two.undo()
    assert fingerprint() == before


# people


@pytest.fixture
def people(make: Make) -> tuple[Any, Any, Any]:
    """A study with two records of one person, in one organisation and in one interview."""
    study = make.study()
    lead = make.member(study, "lead")
    office = make.organisation(study, "Atelier de la Combe")
    interview = make.interview(study, office, by=lead)
    with make.inside(study, lead):
        one = people_service.create(
            {"first_name": "Jeanne", "last_name": "Morel", "organisation_id": office.id, "emails": "jm@example.org"}
        )
        other = people_service.create(
            {"last_name": "Morel-Petit", "organisation_id": office.id, "job_title": "Achats", "emails": "jeanne@example.org",
             "phones": "03 81 67 00 01", "do_not_contact": True}
        )  # fmt: skip
        people_service.set_field(one, "phone", "+33 3 81 67 00 01")
        for person, title in ((one, None), (other, "Acheteuse")):
            db.session.add(Interviewee(study_id=study.id, interview_id=interview.id, person_id=person.id, job_title=title))
        _have_worked_on(office.id, other.id)
        of_other = {"study_id": study.id, "interview_id": interview.id, "person_id": other.id}
        db.session.add(Approval(token_hash="0" * 64, revision=1, expires_at=now(), **of_other))
        db.session.add(Review(was=InterviewState.VALIDATED, became=InterviewState.APPROVED, at=now(), **of_other))
        db.session.add(Revision(number=1, at=now(), **of_other))
        answered(interview, QuestionKind.PERSON, value_person_id=other.id)
        agreed = {"purpose": Purpose.QUOTE, "given_at": now()}
        db.session.add(Quote(ref="QUO-1", interview_id=interview.id, speaker_id=other.id, text="Oui.", right=QuoteRight.ANONYMOUS))
        db.session.add(ConsentRecord(study_id=study.id, person_id=other.id, **agreed))
        ids = one.id, other.id
    return (study, lead), *ids


def _have_worked_on(organisation_id: int, person_id: int) -> None:
    """What was done to reach a person."""
    at = dt.datetime(2023, 1, 9, 9, tzinfo=dt.UTC)
    db.session.add_all(
        [
            ContactAttempt(organisation_id=organisation_id, person_id=person_id, outcome=Outcome.NO_ANSWER, at=at),
            Appointment(organisation_id=organisation_id, person_id=person_id, starts_at=at, ends_at=at, uid="two@consult"),
            Suggestion(organisation_id=organisation_id, by_person_id=person_id),
        ]
    )


def test_all_references_to_a_person_are_moved_and_come_back(make: Make, people: tuple[Any, Any, Any]) -> None:
    (study, lead), kept, gone = people
    assert [name for name, count in naming(PERSON, gone) if not count] == ["person.merged_into_id"]
    before = fingerprint()
    with make.inside(study, lead):
        merging.merge(PERSON, people_service.get(kept), people_service.get(gone), Decisions(), Words(), {})
    assert [name for name, count in naming(PERSON, gone) if count] == []
    assert {e.address for e in rows(PersonEmail, person_id=kept)} == {"jm@example.org", "jeanne@example.org"}
    assert [p.typed for p in rows(PersonPhone, person_id=kept)] == ["+33 3 81 67 00 01"]
    assert [(p.job_title, p.is_main) for p in rows(Affiliation, person_id=kept)] == [("Achats", True)]
    assert [i.job_title for i in rows(Interviewee, person_id=kept)] == ["Acheteuse"]
    person = rows(Person, id=kept)[0]
    assert person.do_not_contact
    assert "petit" in person.search_key
    assert person.extra == {f"last_name ({rows(Person, id=gone)[0].ref})": "Morel-Petit"}
    with make.inside(study, lead):
        assert unmerging.undo(unmerging.of(PERSON, gone)) == []
    assert fingerprint() == before


# two at once


def test_a_record_changed_since_it_was_shown_is_not_merged(two: Two) -> None:
    before = fingerprint()
    with pytest.raises(Conflict), two.inside():
        kept, gone = service.get(two.kept.id), service.get(two.gone.id)
        merging.merge(ORGANISATION, kept, gone, Decisions(), Words(), {gone.id: gone.version + 1})
    assert fingerprint() == before


def test_a_record_is_not_merged_with_itself(two: Two) -> None:
    with pytest.raises(Refused, match="nothing_to_merge_with"), two.inside():
        merging.merge(ORGANISATION, service.get(two.kept.id), service.get(two.kept.id), Decisions(), Words(), {})
