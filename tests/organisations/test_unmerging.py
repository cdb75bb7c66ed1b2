"""Undoing a merge: what was changed since stays where it was changed and is named; what cannot be told apart is refused with its reason."""

from __future__ import annotations

import pytest

from consult.interviews.models import InterviewOrganisation
from consult.kernel.audit import AuditEntry, Deed, values_at
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.organisations import deletion, merging, parts, redirects, service, sites, unmerging
from consult.organisations.comparing import GONE, Words
from consult.organisations.merge_models import Kind
from consult.organisations.merging import Decisions
from consult.organisations.models import Alias, Organisation, Site
from consult.organisations.participation import Participation, Priority
from consult.organisations.redirects import MergedAway
from tests.organisations.twins import ORGANISATION, Two, fingerprint, rows


def test_a_field_changed_since_is_kept_and_named_and_the_rest_goes_back(two: Two) -> None:
    two.merge({"name": GONE})
    with two.inside():
        service.set_field(service.get(two.kept.id), "email", "direction@combe.example.org")
    assert two.undo() == [("organisation", "email")]
    kept, gone = (rows(Organisation, id=i)[0] for i in (two.kept.id, two.gone.id))
    assert (kept.name, kept.email, gone.email, gone.deleted_at) == (
        "Atelier de la Combe", "direction@combe.example.org", "contact@combe.example.org", None,
    )  # fmt: skip


def test_a_field_that_the_merge_left_alone_may_be_changed_since_without_a_word(two: Two) -> None:
    two.merge()
    with two.inside():
        service.set_field(service.get(two.kept.id), "phone", "03 81 67 99 99")
    assert two.undo() == []
    assert rows(Organisation, id=two.kept.id)[0].phone == "+33381679999"


def test_a_value_kept_beside_and_edited_since_is_kept_and_the_others_are_taken_out(two: Two) -> None:
    with two.inside():
        service.set_field(service.get(two.gone.id), "phone", "03 84 00 00 02")
        service.get(two.gone.id).extra = {"Code": "C-12"}
    two.merge()
    with two.inside():
        kept = service.get(two.kept.id)
        kept.extra = {**kept.extra, "Code": "C-13", "Fax": "03"}
    two.undo()
    assert rows(Organisation, id=two.kept.id)[0].extra == {"Code": "C-13", "Fax": "03"}
    assert rows(Organisation, id=two.gone.id)[0].extra == {"Code": "C-12"}


def test_a_row_that_moved_and_was_edited_goes_back_with_the_edit(two: Two) -> None:
    two.merge()
    site = next(s for s in rows(Site, organisation_id=two.kept.id) if s.siret)
    with two.inside():
        sites.get(two.kept.id, site.id).label = "Polissage"
    assert two.undo() == []
    back = rows(Site, id=site.id)[0]
    assert (back.organisation_id, back.label, back.is_head_office) == (two.gone.id, "Polissage", False)


def test_a_row_that_moved_and_was_taken_out_since_is_named(two: Two) -> None:
    two.merge()
    with two.inside():
        parts.set_aliases(service.get(two.kept.id), [])
    assert two.undo() == [("alias", "")]
    assert rows(Alias, organisation_id=two.gone.id) != []


def test_a_site_moved_elsewhere_since_stays_there(two: Two) -> None:
    two.merge()
    site = next(s for s in rows(Site, organisation_id=two.kept.id) if s.siret)
    with two.inside():
        sites.get(two.kept.id, site.id).organisation_id = two.other.id
    assert two.undo() == [("site", "organisation_id")]
    assert rows(Site, id=site.id)[0].organisation_id == two.other.id


def test_what_came_since_stays_with_the_survivor_in_a_study_that_it_came_to_by_the_merge_too(two: Two) -> None:
    two.merge()
    later = two.make.interview(two.second, two.kept)
    with two.make.inside(two.second):
        service.participation_of(two.kept.id).priority = Priority.HIGH
    assert two.undo() == [("participation", "")]
    assert [link.organisation_id for link in rows(InterviewOrganisation, interview_id=later.id)] == [two.kept.id]
    assert [link.organisation_id for link in rows(InterviewOrganisation, interview_id=two.abroad.id)] == [two.gone.id]
    there = {p.organisation_id: p.priority for p in rows(Participation, study_id=two.second.id)}
    assert (there[two.kept.id], there[two.gone.id]) == (Priority.HIGH, Priority.HIGH)


def test_a_participation_edited_since_goes_back_with_the_edit(two: Two) -> None:
    two.merge()
    with two.make.inside(two.second):
        service.participation_of(two.kept.id).priority = Priority.LOW
    assert two.undo() == []
    there = rows(Participation, study_id=two.second.id, organisation_id=two.gone.id)
    assert [p.priority for p in there] == [Priority.LOW]


def test_merges_are_undone_in_the_opposite_order(two: Two) -> None:
    before = fingerprint()
    two.merge()
    middle = fingerprint()
    with two.inside():
        merging.merge(ORGANISATION, service.get(two.kept.id), service.get(two.other.id), Decisions(), Words(), {})
    with pytest.raises(Refused, match="undo_later_merge_first") as refused:
        two.undo()
    assert refused.value.values == {"ref": two.other.ref}
    with two.inside():
        unmerging.undo(unmerging.of(ORGANISATION, two.other.id))
    assert fingerprint() == middle
    two.undo()
    assert fingerprint() == before


def test_a_survivor_that_was_merged_further_takes_its_own_along_and_has_to_come_back_first(two: Two) -> None:
    before = fingerprint()
    two.merge()
    with two.inside():
        merging.merge(ORGANISATION, service.get(two.other.id), service.get(two.kept.id), Decisions(), Words(), {})
        assert service.get(two.other.id).search_key.count(two.gone.ref.replace("-", "").lower()) == 1
        with pytest.raises(MergedAway) as led:
            service.get(two.gone.id)
    assert led.value.kept_id == two.other.id
    with pytest.raises(Refused, match="merged_further") as refused:
        two.undo()
    assert refused.value.values == {"ref": two.kept.ref}
    with two.inside():
        unmerging.undo(unmerging.of(ORGANISATION, two.kept.id))
    two.undo()
    assert fingerprint() == before


def test_a_survivor_deleted_since_has_to_come_back_first(two: Two) -> None:
    two.merge()
    with two.make.inside(None):
        db.session.get_one(Organisation, two.kept.id).deleted_at = now()
    with pytest.raises(Refused, match="survivor_deleted"):
        two.undo()


def test_an_identifier_that_another_took_since_keeps_the_two_together(two: Two) -> None:
    with two.make.inside(None):  # the number of the one that goes, given to a third while it is away
        db.session.get_one(Organisation, two.gone.id).siren = "552032534"
    two.merge()
    with two.make.inside(None):
        db.session.get_one(Organisation, two.kept.id).siren = None
        db.session.flush()
        db.session.get_one(Organisation, two.other.id).siren = "552032534"
    after = fingerprint()
    with pytest.raises(Refused, match="cannot_unmerge"):
        two.undo()
    assert fingerprint() == after


def test_what_stands_can_be_undone_once(two: Two) -> None:
    two.merge()
    two.undo()
    with pytest.raises(NotFound):
        two.undo()


def test_the_audit_tells_of_both_and_a_version_can_still_be_rebuilt(two: Two) -> None:
    with two.inside():
        seen = service.get(two.kept.id).version
        service.set_field(service.get(two.kept.id), "phone", "03 81 67 00 09")
    two.merge({"phone": GONE, "name": GONE})
    told = [e for e in rows(AuditEntry, subject="organisation") if e.deed in (Deed.MERGED, Deed.UNMERGED) and e.entity == "organisation"]
    assert {e.subject_id for e in told} == {two.kept.id, two.gone.id}
    assert told[0].changes["merged"] == [f"{two.gone.ref} · Atelier Combe SARL", f"{two.kept.ref} · Atelier de la Combe"]
    with two.inside():
        was = values_at(service.get(two.kept.id), seen)
    assert (was["phone"], was["name"], was["email"]) == ("+33381670001", "Atelier de la Combe", None)
    two.undo()
    assert [e.deed for e in rows(AuditEntry, deed=Deed.UNMERGED)] == [Deed.UNMERGED] * 2


def test_a_record_that_went_leads_nowhere_for_whoever_may_not_see_the_one_that_stayed(two: Two) -> None:
    two.merge()
    third = two.make.study("Third")
    with two.make.inside(third):
        found = redirects.missing(Kind.ORGANISATION, two.gone.id)
        assert type(found) is NotFound
        assert redirects.names(Kind.ORGANISATION, [two.gone.id]) == {}
    with two.make.inside(two.second):
        led = redirects.missing(Kind.ORGANISATION, two.gone.id)
        assert isinstance(led, MergedAway)
        assert (led.kept_id, led.ref, led.kept_ref) == (two.kept.id, two.gone.ref, two.kept.ref)


def test_the_old_reference_number_and_name_find_the_survivor(two: Two) -> None:
    with two.make.inside(None):
        db.session.get_one(Organisation, two.gone.id).siren = "552032534"
    two.merge()
    with two.inside():
        for text in (two.gone.ref, "Atelier Combe SARL", "552 032 534"):
            assert [found[0] for found in service.pick(text)] == [two.kept.id], text
        assert service.find_by_identifier("552032534", None) == two.kept.id
        assert service.find_or_create("Atelier Combe SARL").id == two.kept.id
    two.undo()
    with two.inside():
        assert service.find_by_identifier("552032534", None) == two.gone.id


def test_a_merge_cannot_be_taken_for_a_deletion(two: Two) -> None:
    two.merge()
    with pytest.raises(NotFound), two.inside():
        deletion.restore(two.gone.id)
    with two.make.inside(None), unscoped("tests look"):
        assert unmerging.last_into(ORGANISATION, two.kept.id) != []
