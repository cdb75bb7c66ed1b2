"""What can be done with organisations, whatever page or command asks for it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.errors import Conflict, NotFound, Refused
from consult.organisations import deletion, duplicates, labelling, participating, parts, perimeter, service, sites
from consult.organisations.models import Organisation, OrganisationKind, RelationKind, RoleKind
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import PerimeterCommune, SegmentKind
from tests.factories import Make, count

SIREN, OTHER_SIREN = "552032534", "356000000"


def test_naming_an_organisation_makes_it_take_part_in_the_study(make: Make) -> None:
    study = make.study()
    with make.inside(study):
        named = service.create({"name": "Atelier de la Combe", "kind": OrganisationKind.COMPANY})
        here = service.participation_of(named.organisation.id)
        assert (here.in_frame, here.disposition, named.joined) == (True, Disposition.TO_CONTACT, False)
        assert here.search_key.startswith("atelier de la combe")
    with make.inside(make.study("Another")), pytest.raises(NotFound):
        service.get(named.organisation.id)


def test_a_siren_known_elsewhere_joins_the_study_instead_of_making_a_double(make: Make) -> None:
    here, there = make.study("Here"), make.study("There")
    with make.inside(there):
        known = service.create({"name": "Known", "siren": SIREN, "phone": "03 81 67 00 01"}).organisation.id
    with make.inside(here):
        named = service.create({"name": "As I call it", "siren": "552 032 534"})
        assert (named.organisation.id, named.joined, named.organisation.name) == (known, True, "Known")
    assert (count(Organisation), count(Participation)) == (1, 2)


def test_a_siret_known_elsewhere_joins_the_study_too(make: Make) -> None:
    with make.inside(make.study("There")):
        known = service.create({"name": "Known", "siret": "55203253400646", "commune": "25056"}).organisation
        assert known.siren == SIREN
    with make.inside(make.study("Here")):
        assert service.create({"name": "Known", "siret": "55203253400646"}).organisation.id == known.id


def test_an_organisation_already_here_is_not_created_again(make: Make) -> None:
    with make.inside(make.study()):
        service.create({"name": "Known", "siren": SIREN})
        with pytest.raises(Refused, match="already_here"):
            service.create({"name": "Known", "siren": SIREN}, anyway=True)


def test_one_taken_out_comes_back_when_it_is_named_again(make: Make) -> None:
    there, here = make.study("There"), make.study("Here")
    with make.inside(there):
        known = service.create({"name": "Known", "siren": SIREN}).organisation.id
    with make.inside(here):
        service.create({"name": "Known", "siren": SIREN})
        deletion.delete(service.get(known))
    with make.inside(here):
        assert service.create({"name": "Known", "siren": SIREN}).joined
        assert service.participation_of(known).deleted_at is None


def test_a_siren_that_fails_its_check_is_kept_and_marked(make: Make) -> None:
    with make.inside(make.study()):
        organisation = service.create({"name": "Atelier", "siren": "999000018"}).organisation
        assert (organisation.siren, organisation.unchecked_siren) == (None, "999000018")
        service.set_field(organisation, "siren", SIREN)
        assert (organisation.siren, organisation.unchecked_siren) == (SIREN, None)


def test_a_siren_of_another_live_organisation_is_refused_and_free_again_once_that_is_deleted(make: Make) -> None:
    with make.inside(make.study()):
        first = service.create({"name": "First", "siren": SIREN}).organisation
        second = service.create({"name": "Second", "siren": OTHER_SIREN}).organisation
        with pytest.raises(Refused, match="siren_taken"):
            service.set_field(second, "siren", SIREN)
        deletion.delete(first)
        service.set_field(second, "siren", SIREN)
        with pytest.raises(Refused, match="siren_taken_since") as refusal:
            deletion.restore(first.id)
        assert refusal.value.values["holder"] == "Second"


def test_sites_leave_with_their_organisation_and_come_back_unless_another_has_a_siret_by_now(make: Make) -> None:
    here, there = make.study("Here"), make.study("There")
    siret = "73282932000074"
    with make.inside(here):
        first = service.create({"name": "First", "siret": siret, "commune": "25411"}).organisation
        gone = sites.add(first, {"commune": "25056"})
        sites.delete(gone)
        deletion.delete(first)
    with make.inside(there):
        second = service.create({"name": "Second", "siret": siret})
        assert not second.joined
        service.set_field(second.organisation, "siren", None)
    with make.inside(here):
        with pytest.raises(Refused, match="siret_taken_since") as refusal:
            deletion.restore(first.id)
        assert refusal.value.values == {"number": "732 829 320 00074", "holder": "Second"}
    with make.inside(there):
        taken = sites.of(second.organisation.id)[0]
        sites.delete(taken)
    with make.inside(here):
        deletion.restore(first.id)
        assert [site.siret for site in sites.of(first.id)] == [siret]
        assert "73282932000074" in service.participation_of(first.id).search_key
    with make.inside(there), pytest.raises(Refused, match="siret_taken_since") as refusal:
        sites.restore(sites.get(second.organisation.id, taken.id, deleted=True))
    assert refusal.value.values["holder"] == "First"


def test_those_that_resemble_are_shown_with_the_reasons_and_one_may_go_on(make: Make) -> None:
    with make.inside(make.study()):
        service.create({"name": "SARL Atelier de la Combe", "commune": "Morteau", "postcode": "25500", "website": "combe.example"})
        alike = {"name": "Ateliers de la Combe", "commune": "25411", "website": "https://www.combe.example/fr"}
        with pytest.raises(Refused, match="look_alike") as refusal:
            service.create(alike)
        assert refusal.value.values["alike"][0].reasons == [duplicates.Reason.DOMAIN, duplicates.Reason.CLOSE_NAME_AND_PLACE]
        assert service.create(alike, anyway=True).organisation.id


@pytest.mark.parametrize(
    "values", [{"name": "Atelier de la Combe", "commune": "25056"}, {"name": "Other", "commune": "25411", "phone": "03 81 67 00 01"}]
)
def test_neither_a_name_nor_a_phone_alone_makes_a_double(make: Make, values: dict[str, str]) -> None:
    with make.inside(make.study()):
        service.create({"name": "Atelier de la Combe", "commune": "25411", "phone": "03 81 67 00 01"})
        assert duplicates.find(duplicates.candidate(values)) == []


def test_a_former_name_stays_findable_as_an_alias(make: Make) -> None:
    with make.inside(make.study()):
        organisation = service.create({"name": "Fabrique Faivre"}).organisation
        service.update(organisation, {"name": "Manufacture Faivre"}, organisation.version)
        assert [a.name for a in parts.aliases(organisation.id)] == ["Fabrique Faivre"]
        assert "fabrique faivre" in service.participation_of(organisation.id).search_key
        assert service.find_or_create("FABRIQUE FAIVRE").id == organisation.id


def test_a_late_save_is_a_conflict(make: Make) -> None:
    with make.inside(make.study()):
        organisation = service.create({"name": "Atelier"}).organisation
        seen = organisation.version
        service.update(organisation, {"name": "Atelier", "phone": "0381670001"}, seen)
        with pytest.raises(Conflict):
            service.update(organisation, {"name": "Late"}, seen)


def test_find_or_create_takes_the_oldest_bearer_of_the_name_else_names_a_new_one(make: Make) -> None:
    with make.inside(make.study()):
        first = service.create({"name": "École d’horlogerie"}).organisation
        service.create({"name": "Ecole d'horlogerie"}, anyway=True)
        assert service.find_or_create("ecole d’HORLOGERIE").id == first.id
        assert service.find_or_create("Lycée").name == "Lycée"


def test_segment_and_disposition_exist_only_in_the_target_list(make: Make) -> None:
    study = make.study()
    segment = make.segment(study, "brand")
    with make.inside(study):
        organisation = service.create({"name": "Atelier", "segment_id": segment.id}).organisation
        here = service.participation_of(organisation.id)
        participating.update(here, {"in_frame": False, "segment_id": segment.id, "disposition": Disposition.DONE}, here.version)
        assert (here.segment_id, here.disposition) == (None, None)
        participating.update(here, {"in_frame": True, "segment_id": None}, None)
        assert here.disposition == Disposition.TO_CONTACT


def test_the_segment_is_proposed_from_kind_role_and_place_on_entering_the_target_list(make: Make) -> None:
    study = make.study()
    segments = {kind: make.segment(study, kind.value).id for kind in SegmentKind}
    with make.inside(study):
        db.session.add(PerimeterCommune(study_id=study.id, commune_code="25411"))
        db.session.flush()
        for values, kind in (
            ({"role": RoleKind.MANUFACTURE, "commune": "25411"}, SegmentKind.BRAND),
            ({"role": RoleKind.CO_CONTRACTOR, "commune": "25411"}, SegmentKind.SUBCONTRACTOR),
            ({"role": RoleKind.BRAND, "commune": "75056"}, SegmentKind.OUTSIDE),
            ({"kind": OrganisationKind.TRAINING, "commune": "75056"}, SegmentKind.INSTITUTION),
            ({"commune": "25411"}, None),
        ):
            made = service.create({"name": str(values), **values}, anyway=True).organisation
            assert service.participation_of(made.id).segment_id == (segments[kind] if kind else None), values


def test_an_override_of_the_perimeter_needs_its_reason(make: Make) -> None:
    study = make.study()
    with make.inside(study):
        organisation = service.create({"name": "Atelier", "commune": "25411"}).organisation
        here = service.participation_of(organisation.id)
        with pytest.raises(Refused, match="override_without_reason"):
            participating.update(here, {"perimeter_override": True, "perimeter_reason": " "}, None)
        participating.update(here, {"perimeter_override": True, "perimeter_reason": "Workshop in Morteau"}, None)
        assert db.session.scalar(sa.select(perimeter.inside()).select_from(Participation)) is True
        participating.update(here, {"perimeter_override": None}, None)
        assert here.perimeter_reason is None
        assert not db.session.scalar(sa.select(perimeter.inside()).select_from(Participation))


def test_only_a_member_of_the_study_can_look_after_an_organisation(make: Make) -> None:
    study, stranger = make.study(), make.user()
    member = make.member(study, "consultant")
    with make.inside(study):
        here = service.participation_of(service.create({"name": "Atelier", "owner_id": member.id}).organisation.id)
        assert here.owner_id == member.id
        with pytest.raises(Refused, match="owner_not_member"):
            participating.update(here, {"owner_id": stranger.id}, None)


def test_an_organisation_another_study_shares_only_leaves_this_one(make: Make) -> None:
    here, there = make.study("Here"), make.study("There")
    with make.inside(there):
        shared = service.create({"name": "Shared", "siren": SIREN}).organisation.id
    with make.inside(here):
        service.create({"name": "Shared", "siren": SIREN})
        alone = service.create({"name": "Alone"}).organisation
        deletion.delete(service.get(shared))
        deletion.delete(alone)
        with pytest.raises(NotFound):
            service.get(shared)
    with make.inside(there):
        assert service.get(shared).deleted_at is None
    with make.inside(here):
        deletion.restore(alone.id)
        deletion.restore(shared)
        assert service.get(alone.id).deleted_at is None
        assert service.get(shared).name == "Shared"


def test_what_something_stands_on_is_not_deleted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make.study()
    with make.inside(study):
        organisation = service.create({"name": "Atelier"}).organisation
        monkeypatch.setattr(deletion, "KEPT_BECAUSE", [lambda ids: set(ids)])
        with pytest.raises(Refused, match="organisation_in_use"):
            deletion.delete(organisation)


def test_one_role_is_primary_in_general_and_one_in_the_study(make: Make) -> None:
    with make.inside(make.study()):
        organisation = service.create({"name": "Atelier", "role": RoleKind.BRAND}).organisation
        parts.add_role(organisation, {"role": RoleKind.SUBCONTRACTOR, "is_primary": True})
        parts.add_role(organisation, {"role": RoleKind.RESEARCH, "is_primary": True, "here_only": True})
        assert {(r.role, r.is_primary, r.study_id is not None) for r in parts.roles(organisation.id)} == {
            (RoleKind.BRAND, False, False),
            (RoleKind.SUBCONTRACTOR, True, False),
            (RoleKind.RESEARCH, True, True),
        }
        former = next(r for r in parts.roles(organisation.id) if r.role == RoleKind.SUBCONTRACTOR)
        parts.remove(former)
        parts.add_role(organisation, {"role": RoleKind.MANUFACTURE, "is_primary": True})
        parts.bring_back(former)
        assert former.is_primary is False


def test_a_role_in_another_study_is_that_studys_own(make: Make) -> None:
    here, there = make.study("Here"), make.study("There")
    with make.inside(there):
        shared = service.create({"name": "Shared", "siren": SIREN}).organisation
        parts.add_role(shared, {"role": RoleKind.FUNDER, "here_only": True})
    with make.inside(here):
        service.create({"name": "Shared", "siren": SIREN})
        assert parts.roles(shared.id) == []


def test_a_relation_is_read_from_both_ends_and_never_leads_to_itself(make: Make) -> None:
    with make.inside(make.study()):
        one, two = (service.create({"name": name}).organisation for name in ("One", "Two"))
        parts.relate(one, {"kind": RelationKind.SUBSIDIARY_OF, "other_id": two.id})
        assert [r.label("fr") for r in parts.relations(one.id)] == ["filiale de"]
        assert [(r.label("fr"), r.name) for r in parts.relations(two.id)] == [("société mère de", "One")]
        with pytest.raises(Refused, match="related_to_itself"):
            parts.relate(one, {"kind": RelationKind.CUSTOMER_OF, "other_id": one.id})
        with pytest.raises(Refused, match="related_already"):
            parts.relate(two, {"kind": RelationKind.SUBSIDIARY_OF, "other_id": one.id, "direction": "to"})


def test_a_relation_with_an_organisation_of_another_study_only_is_not_seen(make: Make) -> None:
    here, there = make.study("Here"), make.study("There")
    with make.inside(there):
        shared = service.create({"name": "Shared", "siren": SIREN}).organisation
        secret = service.create({"name": "Secret"}).organisation
        parts.relate(shared, {"kind": RelationKind.CUSTOMER_OF, "other_id": secret.id})
    with make.inside(here):
        service.create({"name": "Shared", "siren": SIREN})
        assert parts.relations(shared.id) == []


def test_a_site_knows_its_commune_by_name_or_code_and_its_siret_must_be_the_organisations(make: Make) -> None:
    with make.inside(make.study()):
        organisation = service.create({"name": "Atelier", "siren": SIREN}).organisation
        site = sites.add(organisation, {"commune": "morteau", "postcode": "25500", "siret": "55203253400646"})
        assert (site.commune_code, site.commune_name, site.is_head_office) == ("25411", "Morteau", True)
        assert "morteau" in service.participation_of(organisation.id).search_key
        with pytest.raises(Refused, match="siret_of_another"):
            sites.add(organisation, {"siret": "35600000049837"})


def test_making_a_site_the_head_office_takes_it_from_the_other(make: Make) -> None:
    with make.inside(make.study()):
        organisation = service.create({"name": "Atelier", "commune": "25411"}).organisation
        second = sites.add(organisation, {"commune": "25056", "is_head_office": True})
        assert [(s.commune_code, s.is_head_office) for s in sites.of(organisation.id)] == [("25056", True), ("25411", False)]
        sites.delete(second)
        third = sites.add(organisation, {"commune": "25356", "is_head_office": True})
        sites.restore(second)
        assert third.is_head_office
        assert not second.is_head_office


def test_terms_are_shared_whatever_their_case_and_new_ones_are_made(make: Make) -> None:
    with make.inside(make.study()):
        one = service.create({"name": "One", "tags": ["R&D"], "specialities": ["Décolletage"]}).organisation
        two = service.create({"name": "Two", "tags": ["r & d"]}).organisation
        assert {link.term_id for link in service.terms_of(two.id)} <= {link.term_id for link in service.terms_of(one.id)}
        labelling.set_terms(one, {"tags": []})
        assert [link.term.label_fr for link in service.terms_of(one.id)] == ["Décolletage"]


def test_every_change_of_an_organisation_and_its_parts_is_on_its_history(make: Make) -> None:
    study = make.study()
    with make.inside(study):
        organisation = service.create({"name": "Atelier", "commune": "25411", "role": RoleKind.BRAND, "tags": ["R&D"]}).organisation
        entities = {e.entity for e in audit.history("organisation", organisation.id)}
    assert entities == {"organisation", "site", "organisation_role", "organisation_term", "participation"}
