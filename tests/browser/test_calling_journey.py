"""My calls in a real browser, on a telephone: a refusal with its reason, somebody unreachable, an appointment with its invitation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consult.organisations.participation import Disposition, Participation
from consult.web import clock
from tests.browser.conftest import member
from tests.factories import Make
from tests.organisations.twins import rows

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844}


def test_calls_end_in_a_refusal_in_nobody_reached_and_in_an_appointment(make: Make, signed_in: Callable[..., Any], address: str) -> None:
    study = make.study()
    caller = member(make, study, "consultant", "Julien Bart")
    owned = {"owner_id": caller.id, "disposition": "to_contact"}
    refusing, silent, willing = (
        make.organisation(study, name, phone=f"+3335301100{n}", participation=owned)
        for n, name in enumerate(("Cadrans du Lac", "Pivots du Plateau", "Ateliers de la Combe"))
    )
    page = signed_in(caller, TELEPHONE)
    calls = f"{address}/studies/{study.id}/my-calls"

    page.goto(calls)
    page.locator(f"#target-{refusing.id} a", has_text="Refus").click()
    page.select_option("[name=cause]", index=1)
    page.fill("[name=reason]", "Pas le temps avant l’été")
    page.locator("[data-key=save]").first.press("Enter")
    page.wait_for_url(lambda url: "/my-calls" in url)
    assert page.locator(f"#target-{refusing.id}").count() == 0

    card = page.locator(f"#target-{silent.id}")
    card.locator(".menu > summary").press("Enter")
    card.locator("a", has_text="Injoignable").press("Enter")
    page.select_option("[name=cause]", index=1)
    page.locator("[data-key=save]").first.press("Enter")
    page.wait_for_url(lambda url: "/my-calls" in url)
    assert page.locator(f"#target-{silent.id}").count() == 0

    page.locator(f"#target-{willing.id} a", has_text="Rendez-vous").press("Enter")
    page.fill("[name=on]", f"{clock_day(make):%d/%m/%Y}")
    page.fill("[name=time]", "10:30")
    page.locator("[data-key=save]").first.press("Enter")
    page.wait_for_url(lambda url: url.endswith(f"/targets/{willing.id}/call") or "/call" in url)
    with page.expect_download() as invitation:
        page.locator("a[download]").first.press("Enter")
    content = invitation.value.path().read_text(encoding="utf-8")
    assert ("METHOD:REQUEST" in content, "SEQUENCE:0" in content) == (True, True)

    stands = {row.organisation_id: row.disposition for row in rows(Participation, study_id=study.id)}
    assert stands == {
        refusing.id: Disposition.REFUSED, silent.id: Disposition.UNREACHABLE, willing.id: Disposition.SCHEDULED,
    }  # fmt: skip


def clock_day(make: Make) -> Any:
    """A day that is still to come."""
    with make.inside(None):
        return clock.today().replace(year=clock.today().year + 1, day=15)
