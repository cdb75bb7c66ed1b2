"""Follow-ups: promised with an owner and a day, late by the day alone, ticked with a way back, for the team only."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.interviews import follow_ups, service
from consult.interviews.follow_ups_models import FollowUp
from consult.kernel.db import db
from consult.kernel.errors import Conflict, Forbidden, NotFound, Refused
from consult.kernel.model import Confidentiality
from consult.organisations import deletion
from consult.organisations import service as organisations
from consult.web.clock import today
from tests.factories import count
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


def promised(work: Field, role: str = "consultant", interview_id: int | None = None, **values: Any) -> int:
    with work.acting(role):
        interview = service.get(interview_id) if interview_id else None
        given = {"title": "Envoyer la synthèse", **({} if interview else {"organisation_id": work.combe.id}), **values}
        return follow_ups.add(given, interview).id


def read(work: Field, number: int, role: str = "lead") -> FollowUp:
    with work.acting(role):
        found = follow_ups.get(number)
        db.session.expunge_all()
        return found


def test_of_an_interview_it_is_for_the_organisation_first_named(work: Field) -> None:
    interview_id = work.logged(organisations=[work.lac.id, work.combe.id])
    assert read(work, promised(work, interview_id=interview_id)).organisation_id == work.lac.id
    assert read(work, promised(work, interview_id=interview_id, organisation_id=work.combe.id)).organisation_id == work.combe.id


def test_what_is_wrong_is_said_beside_its_field(work: Field) -> None:
    stranger = work.make.user()
    elsewhere = work.make.organisation(work.make.study("Autre"))
    for values, field in (
        ({"title": None}, "title"), ({"owner_id": stranger.id}, "owner_id"), ({"organisation_id": elsewhere.id}, "organisation_id"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            promised(work, **values)
        assert refusal.value.field == field
    assert count(FollowUp) == 0


def test_late_is_derived_from_the_day() -> None:
    day = dt.date(2023, 3, 1)
    assert follow_ups.is_late(day, None, dt.date(2023, 3, 2))
    assert not follow_ups.is_late(day, None, day)
    assert not follow_ups.is_late(None, None, day)
    assert not follow_ups.is_late(day, dt.datetime(2023, 4, 1, tzinfo=dt.UTC), dt.date(2023, 5, 1))


def test_the_lists_tabs_hold_ones_own_the_late_and_the_done(work: Field, sign_in: SignIn) -> None:
    me, other = work.members["consultant"], work.members["lead"]
    titles: dict[str, dict[str, Any]] = {
        "à moi": {"owner_id": me.id, "due": today() + dt.timedelta(days=5)},
        "en retard": {"owner_id": other.id, "due": today() - dt.timedelta(days=1)},
        "faite": {"owner_id": me.id, "due": today() - dt.timedelta(days=9)},
    }
    ids = {title: promised(work, title=f"Suite {title}", **values) for title, values in titles.items()}
    with work.acting("consultant"):
        follow_ups.finish(follow_ups.get(ids["faite"]))
    browser = sign_in(me)
    shown = {
        tab: {title for title in titles if f"Suite {title}" in browser.get(work.url(f"follow-ups/?{tab}")).text}
        for tab in ("mine=1&state=open", "state=late", "state=done", "")
    }
    assert shown == {"mine=1&state=open": {"à moi"}, "state=late": {"en retard"}, "state=done": {"faite"}, "": set(titles)}


def test_it_is_ticked_and_the_tick_is_taken_back(work: Field, sign_in: SignIn) -> None:
    number = promised(work)
    browser = sign_in(work.members["consultant"])
    done = browser.post(work.url(f"follow-ups/{number}/done?next=/studies/{work.study.id}/"))
    assert done.headers["Location"] == f"/studies/{work.study.id}/"
    assert read(work, number).done_at is not None
    assert f"follow-ups/{number}/reopen" in browser.get(f"/studies/{work.study.id}/").text
    browser.post(work.url(f"follow-ups/{number}/reopen"))
    assert read(work, number).done_at is None
    elsewhere = browser.post(work.url(f"follow-ups/{number}/done?next=//evil.example"))
    assert elsewhere.headers["Location"].endswith("/interviews/follow-ups/")


def test_several_are_ticked_together_and_only_those_come_back(work: Field, sign_in: SignIn) -> None:
    numbers = [promised(work, title=f"Suite {n}") for n in range(3)]
    with work.acting("consultant"):
        follow_ups.finish(follow_ups.get(numbers[0]))
    browser = sign_in(work.members["consultant"])
    told = browser.post(work.url("follow-ups/bulk"), data={"action": "done", "ids": [str(n) for n in numbers]}, follow_redirects=True).text
    assert all(read(work, n).done_at for n in numbers)
    (undo,) = set(re.findall(r'action="([^"]*follow-ups/bulk/undo[^"]*)"', html.unescape(told)))
    assert len(undo) < 200, "the way back has the same length for however many"
    assert browser.post(work.url("follow-ups/bulk/undo?at=hier")).status_code == 404
    browser.post(undo)
    assert [read(work, n).done_at is not None for n in numbers] == [True, False, False]


def test_whoever_has_it_to_do_sees_it_although_the_interview_is_strict_and_nobody_else(work: Field) -> None:
    interview_id = work.logged("lead", confidentiality=Confidentiality.STRICT)
    mine = promised(work, "lead", interview_id, owner_id=work.members["consultant"].id)
    not_mine = promised(work, "lead", interview_id, owner_id=work.members["lead"].id)
    assert read(work, mine, "consultant").title == "Envoyer la synthèse"
    for role, number in (("consultant", not_mine), ("guest", mine), ("cluster", mine)):
        with pytest.raises(NotFound):
            read(work, number, role)
    with work.acting("lead"):
        service.delete(service.get(interview_id))
    with pytest.raises(NotFound):
        read(work, mine, "consultant")


def test_an_organisation_stays_while_something_is_promised_to_it(work: Field) -> None:
    number = promised(work, organisation_id=work.lac.id)
    with pytest.raises(Refused, match="organisation_in_use"), work.acting("lead"):
        deletion.delete(organisations.get(work.lac.id))
    with work.acting("lead"):
        follow_ups.finish(follow_ups.get(number))
        deletion.delete(organisations.get(work.lac.id))


def test_it_is_not_saved_over_what_somebody_else_saved_nor_by_who_may_not(work: Field) -> None:
    number = promised(work)
    with work.acting("consultant"):
        follow_ups.update(follow_ups.get(number), {"title": "Autre chose"}, 1)
    with pytest.raises(Conflict), work.acting("lead"):
        follow_ups.update(follow_ups.get(number), {"title": "Tout autre"}, 1)
    with pytest.raises(Forbidden), work.acting("reviewer"):
        follow_ups.finish(follow_ups.get(number))


def test_it_stands_on_the_organisations_page_and_timeline_and_guests_are_told_nothing(work: Field, sign_in: SignIn) -> None:
    promised(work, due=dt.date(2023, 3, 1))
    address = f"/studies/{work.study.id}/organisations/{work.combe.id}"
    assert sign_in(work.members["consultant"]).get(address).text.count("Envoyer la synthèse") >= 2
    assert "Envoyer la synthèse" not in sign_in(work.members["guest"]).get(address).text


def test_cells_are_corrected_in_place(work: Field, sign_in: SignIn) -> None:
    number = promised(work)
    browser = sign_in(work.members["consultant"])
    assert browser.get(work.url(f"follow-ups/{number}/cells/due")).status_code == 200
    assert "02/03/2023" in browser.post(work.url(f"follow-ups/{number}/cells/due"), data={"due": "02/03/2023", "version": "1"}).text
    assert browser.post(work.url(f"follow-ups/{number}/cells/due"), data={"due": "hier", "version": "2"}).status_code == 422
    assert browser.get(work.url(f"follow-ups/{number}/cells/ref")).status_code == 404
