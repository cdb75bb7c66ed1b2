"""Managed terms: found however they are written, merged without losing a use, and parted again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import NotFound, Refused
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation, OrganisationTerm
from consult.studies.models import Study
from consult.terms import merging, service
from consult.terms.models import Term, TermList
from tests.factories import Make

Browsers = Callable[..., FlaskClient]
KIND = TermList.SPECIALITY


def term(label: str, english: str | None = None) -> int:
    with unit_of_work():
        return service.create(KIND, label, english).id


def use(make: Make, study: Study, *ids: int) -> Organisation:
    organisation = make.organisation(study)
    with make.inside(None):
        db.session.add_all(OrganisationTerm(organisation_id=organisation.id, term_id=each) for each in ids)
    return organisation


def uses() -> set[tuple[int, int]]:
    db.session.rollback()
    with unscoped("tests look at every use"):
        return set(db.session.execute(sa.select(OrganisationTerm.organisation_id, OrganisationTerm.term_id)))


def test_a_term_is_found_whatever_its_accents_capitals_or_language(make: Make) -> None:
    first = term("Traitement de surface", "Surface treatment")
    with unit_of_work():
        for written in ("traitement de SURFACE", "Traitement  de surface", "surface treatment"):
            assert service.find_or_create(KIND, written).id == first
        assert service.find_or_create(KIND, "Polissage").id != first
        assert service.find_or_create(TermList.TAG, "Traitement de surface").id != first
        with pytest.raises(Refused, match="term_empty"):
            service.find_or_create(KIND, " — ")


def test_merging_moves_every_use_in_every_study_and_its_undo_restores_them(make: Make, sign_in: Browsers) -> None:
    here, there = make.study("Here"), make.study("There")
    kept, other, third = term("Décolletage"), term("Decoletage fin"), term("Tournage")
    use(make, here, other)
    use(make, here, kept, other, third)
    use(make, there, third)
    before = uses()
    lead = sign_in(make.member(here, "lead"))
    asked = lead.get(f"/studies/{here.id}/terms/merge?term={kept}&term={other}&term={third}&term=x")
    assert asked.status_code == 200
    assert lead.post(f"/studies/{here.id}/terms/merge", data={"term": [kept, other, third], "kept": kept}).status_code == 303
    assert {used for _organisation, used in uses()} == {kept}
    assert len(uses()) == 3
    with unit_of_work():
        assert service.get(other).id == kept
        assert service.find_or_create(KIND, "decoletage FIN").id == kept
    assert lead.post(f"/studies/{here.id}/terms/{kept}/undo-merge").status_code == 303
    assert uses() == before
    with unit_of_work():
        assert service.get(other).id == other
    assert lead.post(f"/studies/{here.id}/terms/{kept}/undo-merge").status_code == 422


def test_where_a_label_came_back_meanwhile_the_term_that_bears_it_takes_the_uses_back(make: Make) -> None:
    study = make.study()
    kept, other = term("Décolletage"), term("Tournage")
    first, second, both = use(make, study, other), use(make, study, other), use(make, study, kept, other)
    with make.inside(study):
        merging.merge(service.get(kept), [service.get(other)])
    back = term("Tournage")
    with make.inside(None):
        db.session.add(OrganisationTerm(organisation_id=second.id, term_id=back))
    with make.inside(study):
        merging.undo(service.get(kept))
    assert uses() == {(first.id, back), (second.id, back), (both.id, kept), (both.id, back)}
    with unit_of_work():
        assert service.get(other).id == back
        assert service.find_or_create(KIND, "tournage").id == back


def test_a_term_that_took_the_label_itself_is_not_parted_from_it(make: Make) -> None:
    study = make.study()
    kept, other = term("Décolletage"), term("Tournage")
    with make.inside(study):
        merging.merge(service.get(kept), [service.get(other)])
        service.rename(service.get(kept), {"label_fr": "Tournage", "label_en": None}, None)
    with make.inside(study), pytest.raises(Refused, match="term_taken"):
        merging.undo(service.get(kept))


def test_a_use_removed_after_the_merge_stays_removed(make: Make) -> None:
    study = make.study()
    kept, other = term("Décolletage"), term("Tournage")
    organisation = use(make, study, other)
    with make.inside(study):
        merging.merge(service.get(kept), [service.get(other)])
    with make.inside(None):
        db.session.delete(db.session.scalars(sa.select(OrganisationTerm)).one())
    with make.inside(study):
        merging.undo(service.get(kept))
    assert uses() == set()
    assert organisation.id


def test_merging_twice_and_a_chain_of_merges_lead_to_the_last(make: Make) -> None:
    a, b, c = term("Alpha"), term("Beta"), term("Gamma")
    with unit_of_work():
        merging.merge(service.get(b), [service.get(a)])
        merging.merge(service.get(c), [service.get(b)])
        assert service.get(a).id == c
        with pytest.raises(Refused, match="nothing_to_merge"):
            merging.merge(service.get(c), [service.get(a)])


def test_terms_of_different_lists_do_not_merge(make: Make) -> None:
    first = term("Décolletage")
    with unit_of_work():
        tag = service.create(TermList.TAG, "Relance")
        with pytest.raises(Refused, match="nothing_to_merge"):
            merging.merge(service.get(first), [tag])


def test_uses_are_counted_in_the_study_at_hand(make: Make) -> None:
    here, there = make.study("Here"), make.study("There")
    first = term("Décolletage")
    use(make, here, first)
    use(make, there, first)
    with make.inside(here):
        assert merging.count_uses()[first] == 1


def test_a_label_is_taken_once_and_a_rename_shows_both_versions(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    first, _second = term("Décolletage"), term("Tournage")
    lead = sign_in(make.member(study, "lead"))
    at = f"/studies/{study.id}/terms/{first}/edit"
    assert lead.post(at, data={"label_fr": "TOURNAGE", "version": "1"}).status_code == 422
    assert lead.post(at, data={"label_fr": "Décolletage fin", "version": "1"}).status_code == 303
    late = lead.post(at, data={"label_fr": "Décolletage gros", "version": "1"})
    assert late.status_code == 409
    assert "Décolletage fin" in late.text


def test_two_who_add_a_term_at_the_same_moment_keep_the_rest_of_what_they_do(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    term("Décolletage")
    other = term("Tournage")
    monkeypatch.setattr(service, "_key", lambda _kind, label, _present: label.lower())  # as each of them sees it: nobody has it
    with unit_of_work():
        service.get(other).label_en = "Turning"
        with pytest.raises(Refused, match="term_taken"):
            service.create(TermList.SPECIALITY, "decolletage")
        with pytest.raises(Refused, match="term_taken"):
            service.rename(service.get(other), {"label_fr": "decolletage", "label_en": None}, None)
    with unit_of_work():
        assert [(each.label_fr, each.label_en) for each in service.terms(TermList.SPECIALITY)] == [
            ("Décolletage", None), ("Tournage", "Turning"),
        ]  # fmt: skip


def test_only_a_term_that_nothing_uses_can_be_deleted_and_it_comes_back(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    used, unused = term("Décolletage"), term("Tournage")
    use(make, make.study("Another"), used)
    lead = sign_in(make.member(study, "lead"))
    assert lead.post(f"/studies/{study.id}/terms/{used}/delete").status_code == 422
    assert lead.post(f"/studies/{study.id}/terms/{unused}/delete").status_code == 303
    with pytest.raises(NotFound):
        service.get(unused)
    assert lead.post(f"/studies/{study.id}/terms/{unused}/restore").status_code == 303
    assert db.session.get_one(Term, unused).deleted_at is None


def test_roles_may_what_they_may(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    first = term("Décolletage", "Bar turning")
    consultant, guest = sign_in(make.member(study, "consultant")), sign_in(make.member(study, "guest"))
    assert consultant.post(f"/studies/{study.id}/terms/new/tag", data={"label_fr": "À rappeler"}).status_code == 303
    assert consultant.get(f"/studies/{study.id}/terms/{first}/edit").status_code == 403
    assert guest.get(f"/studies/{study.id}/terms/").status_code == 403
    assert guest.get(f"/studies/{study.id}/terms/pick/speciality?q=DÉCOL").json == [{"value": first, "text": "Décolletage"}]
    assert guest.get(f"/studies/{study.id}/terms/pick/nothing").status_code == 404


def test_the_list_is_read_in_both_languages(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    term("Décolletage", "Bar turning")
    for lang, title in (("fr", "Listes de termes"), ("en", "Lists of terms")):
        assert title in sign_in(make.member(study, "lead", lang=lang)).get(f"/studies/{study.id}/terms/").text
