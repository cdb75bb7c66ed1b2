"""Studies: who makes them, how they are framed, put aside and brought back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.jobs import door as jobs
from consult.kernel import actor, scope
from consult.kernel.audit import Deed
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Forbidden, NotFound
from consult.kernel.model import Confidentiality
from consult.studies import segments, service
from consult.studies.models import Membership, Role, Segment, SegmentKind, Study, StudyState
from tests.factories import Make, count

Browsers = Callable[..., FlaskClient]
FRAME = {
    "title": "Filière horlogère du Doubs",
    "client": "Préfecture du Doubs",
    "starts_on": "09/12/2022",
    "ends_on": "18/05/2023",
    "man_days_planned": "126,5",
    "default_confidentiality": "team",
    "validation_by": "reviewer",
}


def fresh(study: Study) -> Study:
    db.session.rollback()
    return db.session.get_one(Study, study.id, populate_existing=True, execution_options={"include_deleted": True})


def edited(**values: str) -> dict[str, str]:
    return {**FRAME, "state": "preparation", "version": "1"} | values


def test_every_mistake_of_the_frame_is_told_at_once(make: Make, sign_in: Browsers) -> None:
    browser = sign_in(make.user(may_create_studies=True))
    typed = {**FRAME, "title": "", "man_days_planned": "beaucoup", "starts_on": "18/05/2023", "ends_on": "09/12/2022"}
    answer = browser.post("/studies/new", data=typed)
    assert answer.status_code == 422
    for field in ("title", "man_days_planned", "ends_on"):
        assert f'id="{field}-err"' in answer.text, field
    assert "L’étude finirait avant de commencer" in answer.text


def test_an_end_that_cannot_be_read_is_not_said_to_come_too_early(make: Make, sign_in: Browsers) -> None:
    browser = sign_in(make.user(may_create_studies=True))
    answer = browser.post("/studies/new", data={**FRAME, "ends_on": "demain"})
    assert (answer.status_code, "finirait avant" in answer.text) == (422, False)


def test_whoever_may_create_studies_leads_the_one_they_create(make: Make, sign_in: Browsers) -> None:
    user = make.user(may_create_studies=True)
    browser = sign_in(user)
    made = browser.post("/studies/new", data={**FRAME, "id": "77", "ref": "STU-9999", "state": "archived", "role": "guest"})
    study = db.session.scalars(sa.select(Study)).one()
    assert made.location == f"/studies/{study.id}/perimeter"
    assert (study.ref, study.state, study.man_days_planned) == ("STU-0001", StudyState.PREPARATION, Decimal("126.50"))
    membership = db.session.scalars(sa.select(Membership)).one()
    assert (membership.user_id, membership.role) == (user.id, Role.LEAD)
    with make.inside(study):
        assert [each.kind for each in segments.segments()] == [
            SegmentKind.BRAND, SegmentKind.SUBCONTRACTOR, SegmentKind.OUTSIDE, SegmentKind.INSTITUTION,
        ]  # fmt: skip
    assert "Filière horlogère du Doubs" in browser.get("/studies/").text


def test_nobody_else_creates_studies(make: Make, sign_in: Browsers) -> None:
    browser = sign_in(make.user(is_admin=True))
    assert browser.get("/studies/new").status_code == 403
    assert browser.post("/studies/new", data=FRAME).status_code == 403
    assert "/studies/new" not in browser.get("/studies/").text
    with pytest.raises(Forbidden), unit_of_work():
        service.create({"title": "X"}, make.user(), "fr")
    assert count(Study) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 201},
        {"ends_on": "08/12/2022"},
        {"starts_on": "31/02/2022"},
        {"man_days_planned": "many"},
        {"default_confidentiality": "secret"},
    ],
)
def test_a_study_with_an_error_is_shown_again_with_what_was_typed(make: Make, sign_in: Browsers, wrong: dict[str, str]) -> None:
    browser = sign_in(make.user(may_create_studies=True))
    answer = browser.post("/studies/new", data={**FRAME, **wrong})
    assert answer.status_code == 422
    assert "Préfecture du Doubs" in answer.text
    assert 'class="err"' in answer.text
    assert count(Study) == 0


def test_the_list_shows_my_studies_with_my_role_and_no_others(make: Make, sign_in: Browsers) -> None:
    mine, other = make.study("La mienne"), make.study("Celle d’autrui")
    user = make.member(mine, "reviewer")
    make.member(other, "lead")
    text = sign_in(user).get("/studies/").text
    assert "La mienne" in text
    assert "Relecteur" in text
    assert "autrui" not in text


def test_changes_of_different_fields_merge_and_of_the_same_field_show_both_versions(make: Make, sign_in: Browsers) -> None:
    study = make.study(client="Préfecture du Doubs", default_confidentiality=Confidentiality.TEAM)
    one, two = sign_in(make.member(study)), sign_in(make.member(study))
    at = f"/studies/{study.id}/edit"
    base = edited(starts_on="", ends_on="", man_days_planned="")
    assert one.post(at, data={**base, "client": "ANCT"}).status_code == 303
    assert two.post(at, data={**base, "provider": "Cabinet Vallon"}).status_code == 303
    assert (fresh(study).client, fresh(study).provider) == ("ANCT", "Cabinet Vallon")
    late = two.post(at, data={**base, "client": "Région"})
    assert late.status_code == 409
    assert "ANCT" in late.text
    assert "Région" in late.text
    assert fresh(study).client == "ANCT"
    again = two.post(at, data={**base, "client": "Région", "provider": "Cabinet Vallon", "version": str(fresh(study).version)})
    assert again.status_code == 303
    assert fresh(study).client == "Région"


def test_a_state_is_changed_and_changed_back(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    lead = sign_in(make.member(study))
    assert lead.post(f"/studies/{study.id}/state/collection").status_code == 303
    assert fresh(study).state == StudyState.COLLECTION
    assert f"/studies/{study.id}/state/preparation" in lead.get(f"/studies/{study.id}/about").text
    assert lead.post(f"/studies/{study.id}/state/nonsense").status_code == 404


def test_a_deleted_study_is_gone_for_all_and_a_lead_brings_it_back(make: Make, sign_in: Browsers) -> None:
    study = make.study("Étude à supprimer")
    make.segment(study)
    lead, consultant = sign_in(make.member(study, "lead")), sign_in(make.member(study, "consultant"))
    assert consultant.post(f"/studies/{study.id}/delete").status_code == 403
    assert lead.post(f"/studies/{study.id}/delete").status_code == 303
    for browser in (lead, consultant):
        assert browser.get(f"/studies/{study.id}/about").status_code == 404
    assert "Étude à supprimer" in lead.get("/studies/").text
    assert "Étude à supprimer" not in consultant.get("/studies/").text
    assert consultant.post(f"/deleted-studies/{study.id}/restore").status_code == 404
    assert sign_in(make.user(is_admin=True)).post(f"/deleted-studies/{study.id}/restore").status_code == 404
    assert lead.post(f"/deleted-studies/{study.id}/restore").status_code == 303
    assert lead.get(f"/studies/{study.id}/about").status_code == 200
    assert count(Segment) == 1


def test_the_history_says_who_changed_what_and_gives_a_former_value_back(make: Make, sign_in: Browsers) -> None:
    study = make.study(client="Préfecture", default_confidentiality=Confidentiality.TEAM)
    lead = sign_in(make.member(study, name="Camille Perrin"))
    lead.post(f"/studies/{study.id}/edit", data=edited(client="ANCT", title=study.title))
    page = lead.get(f"/studies/{study.id}/history").text
    assert "Camille Perrin" in page
    assert "Préfecture" in page
    entry = service.history(study)[0].id
    assert lead.post(f"/studies/{study.id}/history/{entry}/restore/client").status_code == 303
    assert fresh(study).client == "Préfecture"
    assert lead.post(f"/studies/{study.id}/history/{entry}/restore/ref").status_code == 422
    assert lead.post(f"/studies/{study.id}/history/{entry}/restore/deleted_at").status_code == 422


def test_an_entry_of_another_study_restores_nothing_here(make: Make, sign_in: Browsers) -> None:
    here, there = make.study("Here"), make.study("There", client="Before")
    lead_there = sign_in(make.member(there))
    lead_there.post(f"/studies/{there.id}/edit", data=edited(client="After", title="There"))
    entry = service.history(there)[0].id
    lead_here = sign_in(make.member(here))
    assert lead_here.post(f"/studies/{here.id}/history/{entry}/restore/client").status_code == 422
    assert (fresh(there).client, fresh(here).client) == ("After", None)


def test_a_former_value_that_breaks_a_rule_is_not_restored(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    lead = sign_in(make.member(study))
    segment = make.segment(study, label="Marques")
    lead.post(f"/studies/{study.id}/segments/{segment.id}/edit", data={"label": "Maisons", "kind": "brand", "version": "1"})
    make.segment(study, label="marques")
    entry = next(each.id for each in service.history(study) if each.entity == "segment" and each.deed == Deed.CHANGED)
    assert lead.post(f"/studies/{study.id}/history/{entry}/restore/label").status_code == 422


def test_commands_find_studies_and_act_in_them_with_the_rights_of_whoever_is_named(make: Make) -> None:
    study, other = make.study(), make.study("Other")
    guest, stranger = make.member(study, "guest"), make.user()
    found = service.study_by_ref(study.ref.lower())
    assert found is not None
    assert [each.id for each in service.studies()] == [study.id, other.id]
    assert [each.id for each in service.studies(guest.id)] == [study.id]
    full, narrow = service.scope_of(found, None), service.scope_of(found, guest)
    assert (full.rank, full.user_id) == (3, None)
    assert (narrow.rank, narrow.role, narrow.user_id) == (1, "guest", guest.id)
    with pytest.raises(NotFound):
        service.scope_of(found, stranger)


class _Job:
    def __init__(self, study: Study, user: User | None) -> None:
        self.study_id, self.user_id = study.id, user.id if user else None


def test_a_job_runs_with_the_rights_its_owner_has_now(make: Make) -> None:
    study = make.study()
    guest, outsider = make.member(study, "guest"), make.user()
    with service.job_context(_Job(study, guest)):
        assert scope.current().role == "guest"
        assert actor.current() == actor.Actor(guest.id, actor.Via.JOB)
    with pytest.raises(NotFound), service.job_context(_Job(study, outsider)):
        pytest.fail("an outsider's job ran")
    assert scope.current_or_none() is None


def test_queued_work_enters_through_the_study(app: Flask, make: Make) -> None:
    study = make.study()
    lead = make.member(study)
    seen: list[Any] = []
    jobs.kind("test.look")(lambda job: seen.append(scope.current().study_id))
    with unit_of_work():
        jobs.enqueue(app.extensions["jobs"], "test.look", lead.id, study.id)
    assert seen == [study.id]


def test_pages_are_read_in_both_languages_by_every_role(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    for role in Role:
        assert "Segments et quotas" in sign_in(make.member(study, role.value)).get(f"/studies/{study.id}/about").text
    english = sign_in(make.member(study, "lead", lang="en"))
    titles = {"about": "Segments and quotas", "perimeter": "Add areas", "members": "Add somebody", "history": "History of the study"}
    for path, title in titles.items():
        assert title in english.get(f"/studies/{study.id}/{path}").text
