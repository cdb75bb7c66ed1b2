"""What the field work knows stands beside an interview and on the stored day; whom an interview suggests is linked back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from consult.fieldwork import appointments, attempts, suggestions
from consult.fieldwork.models import MeetingMode, Outcome
from consult.interviews.models import Interview
from consult.kernel.model import Confidentiality, now
from consult.web import clock
from tests.factories import count
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


def _arranged(work: Field, organisation: Any, starts: dt.datetime, **more: Any) -> int:
    with work.acting("consultant"):
        given = {
            "user_id": work.members["consultant"].id, "starts_at": starts, "ends_at": starts + dt.timedelta(hours=1),
            "mode": MeetingMode.ON_SITE, "place": "Rue du Bief", "commune": "Morteau", "travel_min": 35, **more,
        }  # fmt: skip
        return appointments.make(organisation.id, given).id


def _at(hour: int) -> dt.datetime:
    return clock.instant(clock.today(), dt.time(hour))


def test_an_interview_shows_the_appointment_and_the_attempts_that_led_to_it(work: Field, sign_in: SignIn) -> None:
    with work.acting("consultant"):
        attempts.log(work.lac.id, {"at": now(), "outcome": Outcome.LEFT_MESSAGE})
    _arranged(work, work.lac, _at(10))
    interview = work.logged(organisations=[work.lac.id], date=clock.today())
    shown = sign_in(work.members["consultant"]).get(work.url(str(interview))).text
    part = shown.split('id="field-work"')[1].split("</section>")[0]
    assert [said in part for said in ("10:00–11:00", "Rue du Bief", "Morteau", "35", "Message laissé")] == [True] * 5


def test_the_field_work_is_not_for_guests(work: Field, sign_in: SignIn) -> None:
    interview = work.logged(confidentiality=Confidentiality.PUBLIC)
    assert 'id="field-work"' not in sign_in(work.members["guest"]).get(work.url(str(interview))).text


def test_the_stored_day_holds_appointments_without_interview_and_whom_to_call(work: Field, sign_in: SignIn) -> None:
    call = work.make.organisation(
        work.study, "Pivots du Plateau", phone="+33353011001",
        participation={"owner_id": work.members["consultant"].id, "disposition": "to_contact", "next_on": clock.today()},
    )  # fmt: skip
    made = _arranged(work, work.combe, _at(9))
    day = sign_in(work.members["consultant"]).get(work.url("day")).text
    begin = f"appointment={made}"
    assert [said in day for said in ("Ateliers de la Combe", "Rue du Bief", "35", begin)] == [True] * 4
    stored = day.split('data-pages="')[1].split('"')[0]
    assert begin in stored
    assert [said in day.split('id="to-call"')[1] for said in (call.name, "tel:+33353011001", "03 53 01 10 01")] == [True] * 3


def test_an_appointment_that_led_to_an_interview_stands_there_once(work: Field, sign_in: SignIn) -> None:
    made = _arranged(work, work.combe, _at(9))
    work.logged(date=clock.today())
    day = sign_in(work.members["consultant"]).get(work.url("day")).text
    assert (day.count("Rue du Bief"), f"appointment={made}" in day) == (1, False)


def test_whom_an_interview_suggests_enters_the_target_list_and_is_linked_both_ways(work: Field, sign_in: SignIn) -> None:
    interview, browser = work.logged(), sign_in(work.members["consultant"])
    page = browser.get(work.url(str(interview))).text
    address = page.split('id="suggested"')[1].split('<a class="btn')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert f"interview={interview}" in address
    form = {"organisation": "new:Ressorts de la Loue", "interview_id": str(interview), "by_organisation_id": str(work.combe.id)}
    done = browser.post(address, data=form)
    assert done.headers["Location"].endswith(f"/interviews/{interview}#suggested")
    assert "Ressorts de la Loue" in browser.get(work.url(str(interview))).text.split('id="suggested"')[1]
    with work.acting("consultant"):
        target = suggestions.by(work.combe.id)[0].organisation_id
    sheet = browser.get(f"/studies/{work.study.id}/targets/{target}/call").text
    assert work.url(str(interview)) in sheet.split('id="suggestions"')[1]


def test_an_interview_that_nobody_knows_suggests_nobody(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    form = {"organisation": str(work.lac.id), "interview_id": "4711"}
    assert browser.post(f"/studies/{work.study.id}/targets/new", data=form).status_code == 404
    assert count(Interview) == 0
