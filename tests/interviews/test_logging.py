"""Logging and editing an interview through its pages: what is required, what may be created in passing, what an error keeps."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.interviews import service
from consult.interviews.models import Draft, Interview, InterviewKind, InterviewOrganisation
from consult.kernel import scope
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from tests.factories import count
from tests.interviews.conftest import DAY, Field

SignIn = Callable[..., FlaskClient]


def _typed(work: Field, **more: object) -> dict[str, object]:
    least = {"organisations": [str(work.combe.id)], "date": "12/01/2023", "kind": "individual", "lang": "fr", "confidentiality": "team"}
    return {**least, "interviewers": [str(work.members["consultant"].id)], **more}


def _only(work: Field) -> Interview:
    with scope.unscoped("tests read back"):
        db.session.rollback()
        return db.session.scalars(sa.select(Interview)).one()


def _names(work: Field, interview_id: int) -> list[str]:
    with work.acting("lead"):
        return [link.organisation.name for link in service.get(interview_id).organisation_links]


@pytest.mark.parametrize("role", ["lead", "consultant"])
def test_an_organisation_a_date_and_a_kind_are_enough(work: Field, sign_in: SignIn, role: str) -> None:
    answer = sign_in(work.members[role]).post(work.url("new"), data=_typed(work))
    assert answer.status_code == 303
    logged = _only(work)
    assert (logged.state, logged.ref, logged.version) == ("draft", "INT-0001", 1)
    assert answer.location.endswith(f"/interviews/{logged.id}")


@pytest.mark.parametrize("role", ["reviewer", "guest", "cluster"])
def test_those_who_do_not_log_cannot_open_the_form(work: Field, sign_in: SignIn, role: str) -> None:
    browser = sign_in(work.members[role])
    assert browser.get(work.url("new")).status_code == 403
    assert browser.post(work.url("new"), data=_typed(work)).status_code == 403
    assert count(Interview) == 0


def test_the_form_starts_with_today_oneself_and_the_organisation_one_came_from(work: Field, sign_in: SignIn) -> None:
    text = sign_in(work.members["consultant"]).get(work.url(f"new?organisation_id={work.combe.id}")).get_data(as_text=True)
    assert f'<option value="{work.combe.id}" selected>Ateliers de la Combe</option>' in text
    assert f'<option selected value="{work.members["consultant"].id}">Consultant Martin</option>' in text


@pytest.mark.parametrize("missing", ["organisations", "date", "kind"])
def test_each_required_field_is_asked_for_and_what_was_typed_is_kept(work: Field, sign_in: SignIn, missing: str) -> None:
    typed = {k: v for k, v in _typed(work, note="Deux mots **importants**", place="Villers-le-Lac").items() if k != missing}
    answer = sign_in(work.members["consultant"]).post(work.url("new"), data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Deux mots **importants**" in text
    assert "Villers-le-Lac" in text
    assert count(Interview) == 0


def test_a_date_that_is_none_is_refused_and_shown_as_it_was_typed(work: Field, sign_in: SignIn) -> None:
    answer = sign_in(work.members["consultant"]).post(work.url("new"), data=_typed(work, date="31/02/2023"))
    assert answer.status_code == 422
    assert "31/02/2023" in answer.get_data(as_text=True)


def test_organisation_and_person_are_created_in_the_same_form(work: Field, sign_in: SignIn) -> None:
    typed = _typed(work, organisations=["new:Aiguilles du Saugeais"], person_0="new:Nadia Perrin", job_title_0="Dirigeante")
    assert sign_in(work.members["consultant"]).post(work.url("new"), data=typed).status_code == 303
    interview_id = _only(work).id
    with work.acting("lead"):
        interview = service.get(interview_id)
        assert [link.organisation.name for link in interview.organisation_links] == ["Aiguilles du Saugeais"]
        link = interview.interviewee_links[0]
        assert (link.person.full_name, link.job_title) == ("Nadia Perrin", "Dirigeante")


def test_naming_an_organisation_that_is_there_takes_it_rather_than_a_second_one(work: Field, sign_in: SignIn) -> None:
    sign_in(work.members["consultant"]).post(work.url("new"), data=_typed(work, organisations=["new:ateliers de la combe"]))
    assert count(Organisation) == 2
    assert _names(work, _only(work).id) == ["Ateliers de la Combe"]


def test_without_script_names_are_typed(work: Field, sign_in: SignIn) -> None:
    typed = _typed(
        work, organisations=[], person_0="", **{"organisations-typed": "cadrans du lac; Verres du Mont", "person_0-typed": "Luc Boillat"}
    )
    assert sign_in(work.members["consultant"]).post(work.url("new"), data=typed).status_code == 303
    assert _names(work, _only(work).id) == ["Cadrans du Lac", "Verres du Mont"]
    assert count(Person) == 1


def test_without_script_a_name_that_could_be_several_is_asked_before_anything_is_made(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    typed = _typed(work, organisations=[], note="Deux mots", **{"organisations-typed": "Ateliers"})
    answer = browser.post(work.url("new"), data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(rf'type="checkbox"[^>]* name="organisations" value="{work.combe.id}"><span>Ateliers de la Combe', text)
    assert "Deux mots" in text
    assert count(Interview) == 0
    assert browser.post(work.url("new"), data={**typed, "organisations": ["new:Ateliers"]}).status_code == 303
    assert _names(work, _only(work).id) == ["Ateliers"]


@pytest.mark.parametrize(
    ("sent", "field"), [({"organisations": ["new:" + "x" * 201]}, "organisations"), ({"person_0": "new:" + "x" * 201}, "person_0")]
)
def test_a_name_too_long_is_an_error_beside_its_box_and_stays_in_it(
    work: Field, sign_in: SignIn, sent: dict[str, object], field: str
) -> None:
    answer = sign_in(work.members["consultant"]).post(work.url("new"), data=_typed(work, **sent))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-err"' in text
    assert f'<option value="new:{"x" * 201}" selected>{"x" * 201}</option>' in text


def test_a_joint_meeting_concerns_several_organisations_in_their_order(work: Field, sign_in: SignIn) -> None:
    sign_in(work.members["lead"]).post(
        work.url("new"), data=_typed(work, organisations=[str(work.lac.id), str(work.combe.id), str(work.lac.id)])
    )
    assert _names(work, _only(work).id) == ["Cadrans du Lac", "Ateliers de la Combe"]


def test_a_job_title_left_empty_is_the_one_of_the_directory_on_that_day(work: Field) -> None:
    with work.acting("consultant"):
        first = service.log({**_log(work), "interviewees": [("Nadia Perrin", "Dirigeante")]})
        person = first.interviewee_links[0].person_id
    with work.acting("consultant"):
        second = service.log({**_log(work), "interviewees": [(person, None)]})
        assert second.interviewee_links[0].job_title == "Dirigeante"


def _log(work: Field, **more: object) -> dict[str, object]:
    return {"date": DAY, "kind": InterviewKind.INDIVIDUAL, "organisations": [work.combe.id], **more}


@pytest.mark.parametrize(("values", "code", "field"), [
    ({"organisations": []}, "organisation_required", "organisations"),
    ({"organisations": [2**30]}, "organisation_unknown", "organisations"),
    ({"interviewers": [2**30]}, "interviewer_not_in_team", "interviewers"),
    ({"interviewees": [(2**30, None)]}, "person_unknown", "person_0"),
    ({"organisations": ["x" * 201]}, "name_too_long", "organisations"),
    ({"date": None}, "date_required", "date"),
    ({"kind": None}, "kind_required", "kind"),
])  # fmt: skip
def test_the_service_refuses_what_the_form_could_not_see(work: Field, values: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Refused) as refusal, work.acting("consultant"):
        service.log({**_log(work), **values})
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert count(Interview) == 0


@pytest.mark.parametrize("role", ["guest", "cluster"])
def test_only_members_of_the_team_are_interviewers(work: Field, role: str) -> None:
    with pytest.raises(Refused), work.acting("consultant"):
        service.log({**_log(work), "interviewers": [work.members[role].id]})


def test_an_organisation_of_another_study_is_not_known_here(work: Field, sign_in: SignIn) -> None:
    elsewhere = work.make.organisation(work.make.study("Ailleurs"), "Secret SA")
    answer = sign_in(work.members["lead"]).post(work.url("new"), data=_typed(work, organisations=[str(elsewhere.id)]))
    assert answer.status_code == 422
    assert "Secret SA" not in answer.get_data(as_text=True)


def test_a_form_sent_twice_logs_once(work: Field, sign_in: SignIn) -> None:
    browser, typed = sign_in(work.members["consultant"]), _typed(work, once="a" * 22, organisations=["new:Pierres du Doubs"])
    places = {browser.post(work.url("new"), data=typed).location for _ in range(3)}
    assert len(places) == 1
    assert (count(Interview), count(Organisation)) == (1, 3)


def test_fields_that_the_form_does_not_have_change_nothing(work: Field, sign_in: SignIn) -> None:
    typed = _typed(work, state="validated", ref="INT-9999", study_id="77", id="55", validated_by_id="1", submitted_at="2020-01-01")
    sign_in(work.members["consultant"]).post(work.url("new"), data=typed)
    logged = _only(work)
    assert (logged.state, logged.ref, logged.study_id, logged.validated_by_id) == ("draft", "INT-0001", work.study.id, None)


@pytest.mark.parametrize(
    ("then", "role", "state"), [("submit", "consultant", "submitted"), ("validate", "lead", "validated"), ("", "lead", "draft")]
)
def test_saving_can_take_the_next_step_at_once(work: Field, sign_in: SignIn, then: str, role: str, state: str) -> None:
    sign_in(work.members[role]).post(work.url("new"), data=_typed(work, then=then))
    assert _only(work).state == state


def test_a_consultant_cannot_validate_by_adding_it_to_the_form(work: Field, sign_in: SignIn) -> None:
    assert sign_in(work.members["consultant"]).post(work.url("new"), data=_typed(work, then="validate")).status_code == 403
    assert count(Interview) == 0


def test_the_studys_own_confidentiality_is_the_default(work: Field) -> None:
    with work.make.inside(None):
        db.session.get(type(work.study), work.study.id).default_confidentiality = "strict"
    assert work.read(work.logged()).confidentiality == "strict"


# editing


def _edit(work: Field, browser: FlaskClient, interview_id: int) -> dict[str, object]:
    """Return what the edit form would send unchanged."""
    text = browser.get(work.url(f"{interview_id}/edit")).get_data(as_text=True)
    hidden = dict(re.findall(r'<input id="(?:version|base)" name="(version|base)" type="hidden" value="([^"]*)">', text))
    return _typed(work, **{name: html.unescape(value) for name, value in hidden.items()})


def test_the_edit_form_carries_version_and_what_it_showed(work: Field, sign_in: SignIn) -> None:
    sent = _edit(work, sign_in(work.members["consultant"]), work.logged())
    assert sent["version"] == "1"
    assert json.loads(str(sent["base"]))["organisations"] == [work.combe.id]


def test_changes_of_different_fields_merge_by_themselves(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début", place="Morteau")
    one, two = sign_in(work.members["consultant"]), sign_in(work.members["lead"])
    first, second = _edit(work, one, interview_id), _edit(work, two, interview_id)
    assert one.post(work.url(f"{interview_id}/edit"), data={**first, "note": "Fin", "place": "Morteau"}).status_code == 303
    assert two.post(work.url(f"{interview_id}/edit"), data={**second, "note": "Début", "place": "Maîche"}).status_code == 303
    kept = work.read(interview_id)
    assert (kept.note, kept.place) == ("Fin", "Maîche")


def test_changes_of_the_same_field_show_both_and_the_next_save_is_a_choice(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début")
    one, two = sign_in(work.members["consultant"]), sign_in(work.members["lead"])
    first, second = _edit(work, one, interview_id), _edit(work, two, interview_id)
    one.post(work.url(f"{interview_id}/edit"), data={**first, "note": "Version de Camille"})
    answer = two.post(work.url(f"{interview_id}/edit"), data={**second, "note": "Version de Luc"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Version de Camille" in text
    assert "Version de Luc" in text
    assert work.read(interview_id).note == "Version de Camille"
    again = two.post(work.url(f"{interview_id}/edit"), data={**second, "version": "2", "note": "Version de Luc"})
    assert again.status_code == 303
    assert work.read(interview_id).note == "Version de Luc"


def test_two_people_who_add_different_names_both_keep_theirs(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    third = work.make.organisation(work.study, "Troisième")
    one, two = sign_in(work.members["consultant"]), sign_in(work.members["lead"])
    first, second = _edit(work, one, interview_id), _edit(work, two, interview_id)
    both = [str(work.combe.id), str(work.lac.id)]
    assert one.post(work.url(f"{interview_id}/edit"), data={**first, "organisations": both, "person_0": "new:Anne Roy"}).status_code == 303
    late = {
        **second,
        "organisations": [str(work.combe.id), str(third.id)],
        "interviewers": [str(work.members["lead"].id)],
        "person_0": "new:Luc Petit",
    }
    assert two.post(work.url(f"{interview_id}/edit"), data=late).status_code == 303
    with work.acting("lead"):
        kept = service.get(interview_id)
        assert {link.organisation.name for link in kept.organisation_links} == {"Ateliers de la Combe", "Cadrans du Lac", "Troisième"}
        assert {link.person.full_name for link in kept.interviewee_links} == {"Anne Roy", "Luc Petit"}
        assert [link.user_id for link in kept.interviewer_links] == [work.members["lead"].id]


def test_what_the_form_showed_may_be_tampered_with_without_harm(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    for base in ("", "x", "[]", '{"organisations": "a"}', json.dumps({"organisations": [1], "interviewers": [2], "interviewees": [[3]]})):
        assert browser.post(work.url(f"{interview_id}/edit"), data={**_typed(work), "base": base}).status_code == 303
    assert _names(work, interview_id) == ["Ateliers de la Combe"]


def test_a_save_that_arrives_after_the_validation_is_refused_and_the_text_given_back(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    sent = _edit(work, browser, interview_id)
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    answer = browser.post(work.url(f"{interview_id}/edit"), data={**sent, "note": "Trop tard"})
    assert answer.status_code == 422
    assert "Trop tard" in answer.get_data(as_text=True)
    assert work.read(interview_id).note is None
    assert browser.get(work.url(f"{interview_id}/edit")).status_code == 303


def test_the_last_organisation_cannot_be_taken_out(work: Field) -> None:
    interview_id = work.logged()
    with pytest.raises(Refused) as refusal, work.acting("lead"):
        service.update(service.get(interview_id), {"organisations": []}, None)
    assert refusal.value.code == "organisation_required"


def test_a_change_of_who_takes_part_alone_moves_the_version(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        service.update(service.get(interview_id), {"organisations": [work.combe.id, work.lac.id]}, 1)
    assert work.read(interview_id).version == 2


# deleting


def test_deleting_is_undone_and_leaves_no_trace_in_the_list(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    assert browser.post(work.url(f"{interview_id}/delete"), data={"version": "1"}).status_code == 303
    assert browser.get(work.url(str(interview_id))).status_code == 404
    assert browser.post(work.url(f"{interview_id}/bring-back")).status_code == 303
    assert browser.get(work.url(str(interview_id))).status_code == 200


def test_a_validated_interview_is_not_deleted(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    assert sign_in(work.members["lead"]).post(work.url(f"{interview_id}/delete")).status_code == 422
    assert work.read(interview_id).deleted_at is None


def test_the_database_itself_refuses_an_organisation_twice_and_one_of_another_study(work: Field) -> None:
    interview_id = work.logged()
    elsewhere = work.make.organisation(work.make.study("Ailleurs"), "Ailleurs SA")
    for organisation_id in (work.combe.id, elsewhere.id):
        link = InterviewOrganisation(study_id=work.study.id, interview_id=interview_id, organisation_id=organisation_id)
        with pytest.raises(sa.exc.IntegrityError), work.acting("lead"):
            db.session.add(link)  # leaving the unit of work flushes


def test_saving_forgets_the_draft(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    browser.post(work.url("autosave"), json={"fields": {"note": "x"}, "base_version": None})
    assert count(Draft) == 1
    browser.post(work.url("new"), data=_typed(work))
    assert count(Draft) == 0
