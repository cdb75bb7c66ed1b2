"""A note is sent to who answered, who reads it on a telephone, amends a sentence and approves it; the team sees what was changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from consult.interviews import service
from consult.kernel.db import db
from consult.studies.models import Study
from tests.browser.conftest import member
from tests.factories import Make

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def test_an_interviewee_amends_a_sentence_and_approves_without_an_account(
    make: Make, signed_in: Callable[..., Any], address: str, chromium: Any
) -> None:
    study = make.study()
    lead = member(make, study, "lead", "Camille Maire")
    combe = make.organisation(study, "Ateliers de la Combe")
    with make.inside(study, lead):
        db.session.execute(sa.update(Study).where(Study.id == study.id).values(approval_by_interviewee=True))
        facts = {"date": study.created_at.date(), "kind": "individual", "organisations": [combe.id]}
        said = {"note": "Peu de visibilité à quatre mois.", "interviewees": [("Nadia Perrin", "Dirigeante")]}
        logged = service.log({**facts, **said})
        service.validate(logged)
        at = f"{address}/studies/{study.id}/interviews/{logged.id}"
    team = signed_in(lead)
    team.goto(at)
    team.get_by_role("link", name="Envoyer à l’interviewé").click()
    team.get_by_role("button", name="Créer le lien").click()
    link = team.input_value("#link")

    reader = chromium.new_context(viewport=PHONE, locale="fr-FR").new_page()
    reader.goto(link)
    assert "quatre mois" in reader.inner_text("main")
    reader.click("summary")
    reader.fill("#note", "Peu de visibilité à six mois.")
    reader.get_by_role("button", name="Approuver", exact=True).click()
    reader.wait_for_selector("text=Vos corrections sont parvenues à l’équipe.")
    reader.goto(link)
    assert "Vous avez déjà répondu" in reader.inner_text("main")

    team.goto(f"{at}/revisions?former=1&later=2")
    assert team.locator(".compared del").inner_text().strip() == "quatre"
    assert team.locator(".compared ins").inner_text().strip() == "six"
    team.goto(at)
    assert "Amendé" in team.inner_text(".head")
