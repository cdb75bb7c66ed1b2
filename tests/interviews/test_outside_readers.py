"""What each role reads of an interview that it may read: who answered, what it took and how it was reviewed stay within the team."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.interviews import service
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.organisations import people_service
from consult.studies.models import Membership, Role
from tests.interviews.conftest import ROLES, Field

SignIn = Callable[..., FlaskClient]
TEAM, OUTSIDE = ("lead", "reviewer", "consultant"), ("guest", "cluster")
EVERY_COLUMN = "&".join(f"cols={key}" for key in ("organisations", "date", "interviewees", "effort", "interviewers"))

TOLD_TO_ALL = ("Ateliers de la Combe", "Le carnet de commandes")
OF_THE_TEAM = ("Vuillemin", "Cheffe d’atelier", "3,75", "Cellule importée", "Demander le bilan")
"""A name and the job title beside it, effort, a cell that an import kept, what a reviewer said."""


@pytest.fixture
def interview(work: Field) -> int:
    """A validated interview that guests may read, of which everything is known."""
    with work.acting("lead"):
        person = {"first_name": "Hortense", "last_name": "Vuillemin", "organisation_id": work.combe.id}
        person_id = people_service.create({**person, "emails": ["hortense@combe.example"]}).id
    interview_id = work.logged(
        "lead",
        summary="Le carnet de commandes est plein.",
        interviewees=[(person_id, "Cheffe d’atelier")],
        effort_days=Decimal("3.75"),
        confidentiality=Confidentiality.PARTNERS,
        extra={"Remarque": "Cellule importée"},
    )
    with work.acting("lead"):
        service.submit(service.get(interview_id))
    with work.acting("lead"):
        service.return_(service.get(interview_id), "Demander le bilan.")
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    work.more["person"] = person_id
    return interview_id


def _text(answer: Any) -> str:
    if answer.mimetype.endswith("sheet"):
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row).replace("3.75", "3,75")
    return str(answer.get_data(as_text=True)).replace("3.75", "3,75")


SURFACES: dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    # address: what the team reads there; what a guest does. The numbers are places in TOLD_TO_ALL and OF_THE_TEAM.
    "show": ("interviews/{id}", (0, 1), (0, 1, 2, 3, 4)),
    "list": (f"interviews/?{EVERY_COLUMN}", (0,), (0, 2)),
    "list sorted by effort": (f"interviews/?{EVERY_COLUMN}&sort=effort", (0,), (0, 2)),
    "search by organisation": (f"interviews/?{EVERY_COLUMN}&q=combe", (0,), (0, 2)),
    "search by notes": (f"interviews/?{EVERY_COLUMN}&q=carnet", (0,), (0, 2)),
    "export to xlsx": (f"interviews/export.xlsx?{EVERY_COLUMN}", (0,), (0, 2)),
    "export to csv": (f"interviews/export.csv?{EVERY_COLUMN}", (0,), (0, 2)),
    "organisation": ("organisations/{organisation}", (0, 1), ()),
    "palette": ("palette?q=combe", (0,), ()),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("surface", SURFACES)
def test_names_effort_and_review_are_for_the_team_on_every_surface(
    work: Field, sign_in: SignIn, interview: int, role: str, surface: str
) -> None:
    path, to_all, to_team = SURFACES[surface]
    address = f"/studies/{work.study.id}/{path.format(id=interview, organisation=work.combe.id)}"
    answer = sign_in(work.members[role]).get(address, buffered=True)
    if role == "cluster" and path.startswith("interviews"):
        assert answer.status_code == 403
        return
    text = _text(answer)
    wanted = to_all if role != "cluster" else to_all[:1]  # an organisation's page tells the cluster nothing of its interviews
    assert [TOLD_TO_ALL[n] for n in wanted if TOLD_TO_ALL[n] not in text] == []
    seen = [word for word in OF_THE_TEAM if word in text]
    if role in TEAM:
        assert [OF_THE_TEAM[n] for n in to_team if OF_THE_TEAM[n] not in seen] == []
    else:
        assert seen == []


CLOSED = ("interviews/{id}/history", "interviews/{id}/edit", "interviews/{id}/cells/mode", "interviews/new", "people/", "people/{person}")
"""History, forms, cells edited in place, people: pages of the team alone. A reviewer changes nothing, but reads all of it."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", CLOSED)
def test_pages_of_the_team_do_not_open_to_others(work: Field, sign_in: SignIn, interview: int, role: str, path: str) -> None:
    address = f"/studies/{work.study.id}/{path.format(id=interview, person=work.more['person'])}"
    status = sign_in(work.members[role]).get(address).status_code
    writes = path.endswith(("edit", "mode", "new"))
    reads = role in TEAM and not (writes and role == "reviewer")
    assert (status != 403) is reads
    if role in OUTSIDE:
        assert status == 403


@pytest.mark.parametrize("role", ROLES)
def test_an_interview_is_found_by_the_name_of_a_person_in_the_team_alone(work: Field, sign_in: SignIn, interview: int, role: str) -> None:
    browser, found = sign_in(work.members[role]), role in TEAM
    for asked in ("vuillemin", "hortense", "hortense@combe.example", "combe vuillemin"):
        text = browser.get(work.url(f"?q={asked}")).get_data(as_text=True)
        assert (f'/interviews/{interview}"' in text) is found, asked
        export = browser.get(work.url(f"export.csv?q={asked}"), buffered=True)
        assert ("Ateliers de la Combe" in export.get_data(as_text=True)) is found, asked
    palette = browser.get(f"/studies/{work.study.id}/palette?q=vuillemin").json
    assert any("/search?" not in hit["url"] for hit in palette) is found


@pytest.mark.parametrize("role", ROLES)
def test_man_days_are_told_to_the_team_alone(work: Field, sign_in: SignIn, interview: int, role: str) -> None:
    with work.make.inside(None):
        db.session.get_one(type(work.study), work.study.id).man_days_planned = Decimal("126.5")
    work.make.segment(work.study, "brand", goal_min=4)
    browser = sign_in(work.members[role])
    here = f"/studies/{work.study.id}/"
    dashboard, about, mine = (browser.get(path).get_data(as_text=True) for path in (here, f"{here}about", "/studies/"))
    told = role in TEAM
    assert (("3,75" in dashboard), ("126,5" in dashboard), ("126,5" in about)) == (told, told, told)
    assert ("Organisations entendues, sur les quotas" in mine) is told


def test_whoever_is_a_guest_now_reads_as_a_guest_what_they_wrote_before(work: Field, sign_in: SignIn) -> None:
    strict = work.logged("consultant", confidentiality=Confidentiality.STRICT)
    open_one = work.logged("consultant", confidentiality=Confidentiality.PUBLIC)
    writer = work.members["consultant"]
    with work.make.inside(None):
        membership = db.session.scalars(sa.select(Membership).where(Membership.user_id == writer.id)).one()
        membership.role = Role.GUEST
    browser = sign_in(writer)
    assert [browser.get(work.url(str(each))).status_code for each in (strict, open_one)] == [404, 200]
    assert f'/interviews/{strict}"' not in browser.get(work.url("?mine=1")).get_data(as_text=True)


@pytest.mark.parametrize("role", ["lead", "guest"])
def test_a_guest_is_offered_neither_a_review_nor_a_cell_to_edit_and_told_of_nothing_that_is_not_so(
    work: Field, sign_in: SignIn, role: str
) -> None:
    work.logged("consultant", confidentiality=Confidentiality.TEAM)
    browser, of_the_team = sign_in(work.members[role]), role == "lead"
    listed = browser.get(work.url()).get_data(as_text=True)
    assert ("À valider" in listed, "modifier une cellule" in listed) == (of_the_team, of_the_team)
    page = browser.get(f"/studies/{work.study.id}/organisations/{work.combe.id}").get_data(as_text=True)
    assert ("que vous puissiez lire" in page) is not of_the_team
    assert "Aucun entretien avec cette organisation pour l’instant" not in page
