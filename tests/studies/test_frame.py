"""What frames a study: its perimeter of communes, its segments with quotas, its team."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.accounts import service as accounts
from consult.accounts.models import OneTimeLink, User
from consult.kernel.db import db, unit_of_work
from consult.mail.models import OutgoingMessage
from consult.studies import members, perimeter, segments
from consult.studies.models import Membership, PerimeterArea, PerimeterCommune, Role, Segment, Study
from tests.factories import Make, count

Browsers = Callable[..., FlaskClient]
SIX = {
    "CC du Val de Morteau": "242504116", "Plateau de Russey": "242504355", "Pays de Maîche": "200023075",
    "Portes du Haut-Doubs": "242504181", "Loue-Lison": "200068070", "Grand Besançon": "242500361",
}  # fmt: skip
PASSWORD = "trois tasses de thé vert"


@pytest.fixture
def study(make: Make) -> Study:
    """A study without anything."""
    return make.study()


@pytest.fixture
def lead(study: Study, make: Make, sign_in: Browsers) -> FlaskClient:
    """The browser of its lead."""
    return sign_in(make.member(study, "lead", name="Camille Perrin"))


def test_six_epci_are_found_by_name_at_once_and_added_without_script(study: Study, lead: FlaskClient, make: Make) -> None:
    at = f"/studies/{study.id}/perimeter"
    found = lead.get(at, query_string={"q": "; ".join(SIX)}).text
    offered = set(re.findall(r'name="code" value="(\d+)"', found))
    assert set(SIX.values()) <= offered
    assert lead.post(f"{at}/add", data={"code": list(SIX.values())}).status_code == 303
    assert count(PerimeterArea) == 6
    with make.inside(study):
        communes = perimeter.commune_codes()
    assert len(communes) == 252
    assert {"25411", "25056"} <= communes
    assert "39198" not in communes


@pytest.mark.parametrize("asked", ["25500", "Morteau", "MORTEAU ", "25411", "242504116"])
def test_a_commune_or_an_epci_is_found_by_name_postcode_or_code(asked: str) -> None:
    names = [place.name for place in perimeter.search(asked)]
    assert any("Morteau" in name for name in names)


def test_a_search_for_nothing_or_nonsense_finds_nothing() -> None:
    assert perimeter.search("") == perimeter.search(" ; , ") == []
    assert perimeter.search("zzzzqq") == []


def test_a_commune_stays_in_as_long_as_another_area_holds_it(study: Study, lead: FlaskClient, make: Make) -> None:
    at = f"/studies/{study.id}/perimeter"
    lead.post(f"{at}/add", data={"code": ["242504116", "25411"]})
    with make.inside(study):
        areas = {area.kind: area.id for area in perimeter.areas()}
    lead.post(f"{at}/areas/{areas['epci']}/remove")
    with make.inside(study):
        assert perimeter.commune_codes() == {"25411"}
    assert lead.post(f"{at}/put-back/242504116").status_code == 303
    with make.inside(study):
        assert len(perimeter.commune_codes()) == 8


def test_adding_twice_or_nothing_changes_nothing_and_an_unknown_code_is_refused(study: Study, lead: FlaskClient) -> None:
    at = f"/studies/{study.id}/perimeter/add"
    for _ in range(2):
        assert lead.post(at, data={"code": ["242504116"]}).status_code == 303
    assert lead.post(at).status_code == 303
    assert count(PerimeterArea) == 1
    refused = lead.post(at, data={"code": ["200023075", "<b>nowhere</b>"]})
    assert refused.status_code == 422
    assert "<b>nowhere" not in refused.text
    assert (count(PerimeterArea), count(PerimeterCommune)) == (1, 8)


def test_a_segment_has_a_goal_that_is_not_upside_down_and_a_label_of_its_own(study: Study, lead: FlaskClient) -> None:
    at = f"/studies/{study.id}/segments"
    typed = {"label": "Marques", "kind": "brand", "goal_min": "5", "goal_max": "9", "study_id": "99", "position": "7"}
    assert lead.post(f"{at}/new", data=typed).status_code == 303
    assert lead.post(f"{at}/new", data={**typed, "label": "MARQUES"}).status_code == 422
    assert lead.post(f"{at}/new", data={**typed, "label": "Autres", "goal_max": "4"}).status_code == 422
    assert lead.post(f"{at}/new", data={**typed, "label": "Autres", "goal_min": "-1"}).status_code == 422
    assert lead.post(f"{at}/new", data={**typed, "label": "Autres", "kind": "nonsense"}).status_code == 422
    assert count(Segment) == 1
    text = lead.get(at).text
    assert "Marques" in text
    assert ">9<" in text


def test_segments_are_moved_deleted_and_brought_back(study: Study, lead: FlaskClient, make: Make) -> None:
    ids = [make.segment(study, label=label, position=place).id for place, label in enumerate(("A", "B", "C"))]
    at = f"/studies/{study.id}/segments"
    lead.post(f"{at}/{ids[2]}/move/up")
    lead.post(f"{at}/{ids[0]}/move/down")
    with make.inside(study):
        assert [each.label for each in segments.segments()] == ["C", "A", "B"]
    lead.post(f"{at}/{ids[0]}/delete")
    with make.inside(study):
        assert [each.label for each in segments.segments()] == ["C", "B"]
    assert lead.post(f"{at}/{ids[0]}/restore").status_code == 303
    lead.post(f"{at}/{ids[0]}/delete")
    make.segment(study, label="a")
    assert lead.post(f"{at}/{ids[0]}/restore").status_code == 422


def test_two_leads_on_one_segment_see_both_versions(study: Study, lead: FlaskClient, make: Make) -> None:
    segment = make.segment(study, label="Marques")
    at = f"/studies/{study.id}/segments/{segment.id}/edit"
    assert lead.post(at, data={"label": "Maisons", "kind": "brand", "version": "1"}).status_code == 303
    late = lead.post(at, data={"label": "Manufactures", "kind": "brand", "version": "1"})
    assert late.status_code == 409
    assert "Maisons" in late.text
    assert "Manufactures" in late.text


def test_a_user_is_a_member_at_once(study: Study, lead: FlaskClient, make: Make, sign_in: Browsers) -> None:
    user = make.user(email="known@example.org")
    at = f"/studies/{study.id}/members"
    assert sign_in(user).get(f"/studies/{study.id}/about").status_code == 404
    assert lead.post(at, data={"email": "Known@example.org", "role": "reviewer"}).location == at
    assert sign_in(user).get(f"/studies/{study.id}/about").status_code == 200
    assert lead.post(at, data={"email": "known@example.org", "role": "lead"}).status_code == 422
    assert lead.post(at, data={"email": "known@example.org", "role": "owner"}).status_code == 422
    assert count(Membership) == 2


def test_an_unknown_address_is_invited_and_joins_in_the_role_given(study: Study, lead: FlaskClient, client: FlaskClient) -> None:
    assert lead.post(f"/studies/{study.id}/members", data={"email": "new@example.org", "role": "consultant"}).location == "/link"
    message = db.session.scalars(sa.select(OutgoingMessage)).one()
    assert study.title in (message.body or "")
    assert "Camille Perrin" in message.subject
    link = re.search(r"http://localhost(/invitations/\S+)", message.body or "")
    assert link
    typed = {"name": "Nora", "password": PASSWORD, "again": PASSWORD, "role": "lead", "study_id": "1"}
    assert client.post(link[1], data=typed).status_code == 303
    assert client.get(f"/studies/{study.id}/about").status_code == 200
    assert client.get(f"/studies/{study.id}/members").status_code == 403
    db.session.rollback()
    roles = db.session.scalars(sa.select(Membership.role).join(User, User.id == Membership.user_id).where(User.name == "Nora")).all()
    assert roles == [Role.CONSULTANT]


def test_two_invitations_to_one_person_are_both_accepted_with_the_first(make: Make, client: FlaskClient) -> None:
    one, two = make.study("One"), make.study("Two")
    lasting = dt.timedelta(days=14)
    with unit_of_work():
        token = members.add(one, "new@example.org", Role.GUEST, lasting)
        second = members.add(two, "new@example.org", Role.LEAD, lasting)
    assert client.post(f"/invitations/{token}", data={"name": "Nora", "password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert client.get(f"/studies/{two.id}/members").status_code == 200
    assert client.get(f"/studies/{one.id}/members").status_code == 403
    assert client.get(f"/invitations/{second}").status_code == 410


def test_an_invitation_into_a_study_deleted_since_opens_the_account_alone(study: Study, lead: FlaskClient, client: FlaskClient) -> None:
    with unit_of_work():
        token = members.add(study, "new@example.org", Role.GUEST, dt.timedelta(days=14))
    lead.post(f"/studies/{study.id}/delete")
    assert client.post(f"/invitations/{token}", data={"name": "Nora", "password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert count(Membership) == 1


def test_an_invitation_of_another_study_is_not_mine_to_withdraw(study: Study, lead: FlaskClient, make: Make) -> None:
    with unit_of_work():
        members.add(make.study("Other"), "new@example.org", Role.GUEST, dt.timedelta(days=14))
    link = db.session.scalars(sa.select(OneTimeLink.id)).one()
    for action in ("renew", "revoke"):
        assert lead.post(f"/studies/{study.id}/members/invitations/{link}/{action}").status_code == 404


def test_roles_change_and_members_leave_and_come_back(study: Study, lead: FlaskClient, make: Make) -> None:
    user = make.member(study, "guest")
    membership = db.session.scalars(sa.select(Membership.id).where(Membership.user_id == user.id)).one()
    at = f"/studies/{study.id}/members"
    assert lead.post(f"{at}/{membership}/role", data={"role": "consultant", "user_id": "1", "study_id": "9"}).status_code == 303
    assert lead.post(f"{at}/{membership}/role", data={"role": "king"}).status_code == 400
    assert lead.post(f"{at}/{membership}/remove").status_code == 303
    assert count(Membership) == 1
    assert lead.post(f"{at}/put-back/{user.id}/consultant").status_code == 303
    db.session.rollback()
    assert db.session.scalars(sa.select(Membership.role).where(Membership.user_id == user.id)).one() == Role.CONSULTANT


def test_only_who_was_removed_and_has_an_open_account_is_put_back(study: Study, lead: FlaskClient, make: Make) -> None:
    user, stranger = make.member(study, "consultant"), make.user()
    membership = db.session.scalars(sa.select(Membership.id).where(Membership.user_id == user.id)).one()
    at = f"/studies/{study.id}/members"
    assert lead.post(f"{at}/put-back/{stranger.id}/guest").status_code == 404, "who never was in the study is not put back into it"
    assert lead.post(f"{at}/{membership}/remove").status_code == 303
    with make.inside(None):
        db.session.get_one(User, user.id).is_active = False
    refused = lead.post(f"{at}/put-back/{user.id}/consultant")
    assert (refused.status_code, "est fermé" in refused.text) == (422, True)
    assert count(Membership) == 1


def test_a_changed_role_can_be_undone(study: Study, lead: FlaskClient, make: Make) -> None:
    user = make.member(study, "guest")
    membership = db.session.scalars(sa.select(Membership.id).where(Membership.user_id == user.id)).one()
    at = f"/studies/{study.id}/members"
    lead.post(f"{at}/{membership}/role", data={"role": "reviewer"})
    undo = f"{at}/{membership}/role?role=guest"
    assert f'action="{undo}"' in lead.get(at).text
    assert lead.post(undo).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Membership, membership).role is Role.GUEST


def test_an_invitation_taken_back_by_mistake_holds_again(study: Study, lead: FlaskClient, make: Make) -> None:
    with make.inside(None):
        token = members.add(study, "new@example.org", Role.GUEST, dt.timedelta(days=14))
    link = db.session.scalars(sa.select(OneTimeLink.id)).one()
    at = f"/studies/{study.id}/members/invitations/{link}"
    assert lead.post(f"{at}/give-back").status_code == 404, "it was not taken back"
    assert lead.post(f"{at}/revoke").status_code == 303
    assert lead.get(f"/invitations/{token}").status_code == 404
    assert lead.post(f"{at}/give-back").status_code == 303
    assert lead.get(f"/invitations/{token}").status_code == 200


def test_what_takes_something_away_asks_first_and_offers_a_way_back(study: Study, lead: FlaskClient, make: Make) -> None:
    make.member(study, "guest")
    make.segment(study, "brand", label="Marques")
    with make.inside(study):
        perimeter.add_areas(["25411"])
    for page, action in (("members", "/remove"), ("segments", "/delete"), ("perimeter", "/remove")):
        text = lead.get(f"/studies/{study.id}/{page}").text
        forms = [form for form in text.split("<form")[1:] if f'{action}"' in form.partition(">")[0]]
        assert forms, page
        assert all("data-confirm=" in form.partition("</form>")[0] for form in forms), page
        answer = lead.post(re.findall(r'action="([^"]+)"', forms[-1])[0], follow_redirects=True)
        assert answer.status_code == 200
        assert re.search(r"<form[^>]*(put-back|restore)", answer.text), page


def test_the_last_lead_can_neither_leave_nor_step_down(study: Study, lead: FlaskClient, make: Make) -> None:
    closed = make.member(study, "lead")
    with unit_of_work():
        accounts.deactivate(accounts.get(closed.id))
    own = db.session.scalars(sa.select(Membership.id).where(Membership.user_id != closed.id)).one()
    at = f"/studies/{study.id}/members/{own}"
    for path, data in (("remove", {}), ("role", {"role": "guest"})):
        answer = lead.post(f"{at}/{path}", data=data)
        assert answer.status_code == 422
        assert "Camille Perrin" in answer.text
    make.member(study, "lead")
    assert lead.post(f"{at}/role", data={"role": "guest"}).location == f"/studies/{study.id}/about"
    assert lead.get(f"/studies/{study.id}/members").status_code == 403


def test_a_membership_of_another_study_is_out_of_reach(study: Study, lead: FlaskClient, make: Make) -> None:
    other = make.study("Other")
    make.member(other, "lead")
    foreign = db.session.scalars(sa.select(Membership.id).where(Membership.study_id == other.id)).one()
    for path in ("role", "remove"):
        assert lead.post(f"/studies/{study.id}/members/{foreign}/{path}", data={"role": "guest"}).status_code == 404
    assert count(Membership) == 2


def test_only_leads_frame_a_study(study: Study, make: Make, sign_in: Browsers) -> None:
    for role in ("reviewer", "consultant", "cluster", "guest"):
        browser = sign_in(make.member(study, role))
        for path in ("edit", "perimeter", "segments", "segments/new", "members", "history"):
            assert browser.get(f"/studies/{study.id}/{path}").status_code == 403
        assert browser.post(f"/studies/{study.id}/perimeter/add", data={"code": ["25411"]}).status_code == 403
    assert count(PerimeterArea) == 0
