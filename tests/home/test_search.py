"""One search over a study: what each way of writing puts into it, what each role finds, and how the page tells it."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.interviews import answers, quotes
from consult.interviews import service as interviews
from consult.interviews.models import QuoteRight
from consult.kernel import kept, search, search_hits
from consult.kernel.db import db, unit_of_work
from consult.kernel.model import Confidentiality
from consult.kernel.search_words import parse
from consult.organisations import merging, people_service, unmerging
from consult.organisations import service as organisations
from consult.organisations.comparing import Words
from consult.organisations.merge_models import Kind
from tests.counting import statements
from tests.exchange.conftest import Importer
from tests.interviews.conftest import ROLES, Field, Guided

SignIn = Callable[..., FlaskClient]
NOTE = "Le **recrutement** de décolleteurs qualifiés est devenu difficile ; les apprentis partent en Suisse."


def _found(work: Field, text: str, kind: str = "interview", role: str = "lead") -> list[int]:
    with work.acting(role):
        return [hit.id for hit in search_hits.find(kind, parse(text)).hits]


def _page(work: Field, sign_in: SignIn, role: str, query: str) -> str:
    answer = sign_in(work.members[role]).get(f"/studies/{work.study.id}/search?{query}")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("text", ["recrutements", "RECRUTER", "decolleteur", "apprenti suisse", "« décolleteurs qualifiés »", "INT-0001"])
def test_accents_and_word_forms_do_not_matter(work: Field, text: str) -> None:
    assert _found(work, text) == [] != [work.logged(note=NOTE)]
    assert len(_found(work, text)) == 1


@pytest.mark.parametrize("text", ["recrutement aéronautique", "« qualifiés décolleteurs »", "de la", "zz"])
def test_every_word_has_to_be_there_and_those_between_quotation_marks_in_a_row(work: Field, text: str) -> None:
    work.logged(note=NOTE)
    assert _found(work, text) == []


def test_what_is_changed_deleted_and_brought_back_is_found_as_it_is(work: Field) -> None:
    one = work.logged(note=NOTE)
    with work.acting("lead"):
        interviews.change(interviews.get(one), "note", "Il n’est plus question que d’énergie.")
    assert _found(work, "recrutement") == []
    assert _found(work, "énergies") == [one]
    with work.acting("lead"):
        interviews.delete(interviews.get(one))
    assert _found(work, "énergie") == []
    with work.acting("lead"):
        interviews.bring_back(interviews.get(one, deleted=True))
    assert _found(work, "énergie") == [one]


def test_what_an_import_brings_is_found_until_it_is_undone(app: Flask, work: Field, tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    path.write_text("Nom;Commune;Effectif\nÉmaillerie du Val;Morteau;12\nRessorts de Loray;Loray;40\n", encoding="utf-8")
    importer = Importer(app, work.study, work.members["lead"])
    ref, _plan = importer.apply(path)
    assert len(_found(work, "emaill", "organisation")) == 1
    assert len(_found(work, "loray", "organisation")) == 1
    importer.undo(ref)
    assert _found(work, "emaill", "organisation") == []


def test_what_was_rolled_back_is_not_found(work: Field) -> None:
    with pytest.raises(RuntimeError), work.acting("lead"):
        interviews.log({"date": dt.date(2023, 1, 1), "kind": "individual", "organisations": [work.combe.id], "note": NOTE})
        raise RuntimeError
    work.logged(note="Autre chose.")
    assert _found(work, "recrutement") == []


def test_newest_first_or_what_is_most_about_it(work: Field) -> None:
    days = [dt.date(2022, 5, 1), dt.date(2023, 3, 1), dt.date(2022, 12, 1)]
    notes = ["Prix, prix et encore les prix.", "Une remarque sur le prix. " + "Rien de plus. " * 30, "Le prix baisse. " + "Rien. " * 10]
    ids = [work.logged(date=day, note=note) for day, note in zip(days, notes, strict=True)]
    assert _found(work, "prix") == [ids[1], ids[2], ids[0]]
    with work.acting("lead"):
        assert [hit.id for hit in search_hits.find("interview", parse("prix"), best_first=True).hits] == [ids[0], ids[2], ids[1]]
    with work.acting("lead"):
        interviews.change(interviews.get(ids[0]), "date", dt.date(2024, 1, 1))
    assert _found(work, "prix") == [ids[0], ids[1], ids[2]]


def test_organisations_are_found_by_names_places_and_beginnings_and_follow_a_merge_and_its_way_back(work: Field) -> None:
    twin = work.make.organisation(work.study, "Combe Horlogerie", commune="25411")
    with work.acting("lead"):
        for row in (work.combe, work.lac, twin):
            organisations.update(organisations.get(row.id), {"description": f"Terminaisons pour {row.name}"}, None)
    assert set(_found(work, "combe", "organisation")) == {work.combe.id, twin.id}
    assert _found(work, "horlog", "organisation") == [twin.id]
    with work.acting("lead"):
        kept, gone = organisations.get(work.combe.id), organisations.get(twin.id)
        merging.merge(Kind.ORGANISATION, kept, gone, merging.Decisions(), Words(), {})
    assert _found(work, "combe", "organisation") == [work.combe.id]
    assert _found(work, "horlogerie", "organisation") == [work.combe.id]
    with work.acting("lead"):
        unmerging.undo(unmerging.of(Kind.ORGANISATION, twin.id))
    assert _found(work, "horlogerie", "organisation") == [twin.id]


def test_people_are_found_by_name_post_and_address_for_those_who_may_read_people(work: Field, sign_in: SignIn) -> None:
    with work.acting("lead"):
        values = {"first_name": "Hortense", "last_name": "Vuillemin", "organisation_id": work.combe.id, "job_title": "Cheffe d’atelier"}
        person = people_service.create({**values, "emails": ["hv@combe.example"]}).id
    for text in ("vuillemin", "hortense vuil", "cheffes", "hv@combe.example"):
        assert _found(work, text, "person") == [person], text
    for role in ROLES:
        told = _page(work, sign_in, role, "q=vuillemin&kind=person")
        assert ("Cheffe" in told) == (role in ("lead", "reviewer", "consultant")), role


LEVELS = {
    Confidentiality.PUBLIC: {"lead", "reviewer", "consultant", "guest"},
    Confidentiality.PARTNERS: {"lead", "reviewer", "consultant", "guest"},
    Confidentiality.TEAM: {"lead", "reviewer", "consultant"},
    Confidentiality.STRICT: {"lead", "reviewer"},
}


@pytest.mark.parametrize("query", ["q=recrutements", "q=recrutements&kind=interview", "q=recrutements&kind=interview&sort=best"])
@pytest.mark.parametrize("level", LEVELS)
def test_no_role_finds_or_counts_what_is_above_its_level(work: Field, sign_in: SignIn, level: Confidentiality, query: str) -> None:
    work.logged("lead", note=NOTE, confidentiality=level)
    for role in ROLES:
        told = _page(work, sign_in, role, query)
        if role in LEVELS[level]:
            assert "<mark>recrutement</mark>" in told, role
        else:
            assert "apprentis" not in told, role
            assert "Combe" not in told, role
            assert "hit" not in re.findall(r'class="(\w+)', told), role


def test_a_change_of_level_is_felt_at_once(work: Field, sign_in: SignIn) -> None:
    one = work.logged("lead", note=NOTE, confidentiality=Confidentiality.PARTNERS)
    assert "recrutement</mark>" in _page(work, sign_in, "guest", "q=recrutement")
    with work.acting("lead"):
        interviews.make_strict(interviews.get(one))
    assert "recrutement</mark>" not in _page(work, sign_in, "guest", "q=recrutement")


def test_another_study_finds_nothing_of_this_one(work: Field, sign_in: SignIn) -> None:
    work.logged(note=NOTE)
    other = work.make.study("Autre")
    lead = work.make.member(other, "lead")
    answer = sign_in(lead).get(f"/studies/{other.id}/search?q=recrutement").get_data(as_text=True)
    assert "apprentis" not in answer
    assert sign_in(lead).get(f"/studies/{work.study.id}/search?q=recrutement").status_code == 404


def test_the_page_parts_kinds_counts_them_and_pages_them(work: Field, sign_in: SignIn) -> None:
    for number in range(23):
        work.logged(note=f"Le cadran numéro {number}", date=dt.date(2023, 1, 1) + dt.timedelta(number))
    told = _page(work, sign_in, "lead", "q=cadrans")
    assert re.findall(r'class="n">(\d+\+?)<', told)[-2:] == ["1", "23"]
    assert told.count('class="hit"') == 1 + 5
    second = _page(work, sign_in, "lead", "q=cadrans&kind=interview&page=2")
    assert second.count('class="hit"') == 3
    assert "21–23" in second


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "What are you looking for?"),
        ("q=les+de+la", "These words are everywhere"),
        ("q=introuvable", "Nothing found for “introuvable”"),
        ("q=combe&kind=interview", "Nothing of this kind"),
        ("q=combe&kind=x&page=x&sort=x", "Ateliers de la"),
        ("q=%22%28%2A+AND+%29+NEAR%2F", "Nothing found"),
        ("q=" + "x" * 5000, "Nothing found"),
        ("q=combe&page=99999999999999999999", "Ateliers de la"),
    ],
)
def test_whatever_is_asked_is_answered_in_words(work: Field, sign_in: SignIn, query: str, said: str) -> None:
    reader = work.make.member(work.study, "lead", lang="en")
    answer = sign_in(reader).get(f"/studies/{work.study.id}/search?{query}")
    assert said in html.unescape(answer.get_data(as_text=True))


def test_the_palette_leads_on_to_the_search(work: Field, sign_in: SignIn) -> None:
    told = sign_in(work.members["lead"]).get(f"/studies/{work.study.id}/palette?q=prix").get_json()
    assert told[-1]["url"] == f"/studies/{work.study.id}/search?q=prix"


def test_an_installation_that_searched_nothing_yet_is_indexed_as_a_whole(work: Field) -> None:
    one = work.logged(note=NOTE)
    with unit_of_work():
        db.session.execute(sa.delete(search.SearchText))
    assert _found(work, "recrutement") == []
    assert search.missing() == ["organisation", "interview"]
    with unit_of_work():
        search.fill(search.missing())
    assert search.missing() == []
    assert _found(work, "recrutement") == [one]
    with unit_of_work():
        search.rebuild()
    assert _found(work, "recrutement") == [one]


def test_the_number_of_statements_does_not_grow_with_what_is_found(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["lead"])

    def asked() -> int:
        kept.forget()
        with statements() as seen:
            assert browser.get(f"/studies/{work.study.id}/search?q=cadrans").status_code == 200
        return len(seen)

    work.logged(note="cadran")
    asked()
    one = asked()
    for _number in range(12):
        work.logged(note="cadran")
    asked()
    assert asked() == one <= 13


def test_answers_are_found_by_what_they_say_at_the_level_of_each(work: Field, guided: Guided, sign_in: SignIn) -> None:
    one = work.logged("lead", guide_version_id=guided.version_id, confidentiality=Confidentiality.PARTNERS, note="Rien ici.")
    with work.acting("lead"):
        answers.put(one, guided.questions["story"], "Le recrutement patine.", level=Confidentiality.STRICT)
        answers.put(one, guided.questions["trade"], "Cadranier", comment="Recruté à Genève", level=Confidentiality.PARTNERS)
    assert len(_found(work, "recrutements", "answer")) == 2
    told = {role: _page(work, sign_in, role, "q=recruter") for role in ROLES}
    assert {role for role in ROLES if "patine" in told[role]} == {"lead", "reviewer"}
    assert {role for role in ROLES if "Genève" in told[role]} == {"lead", "reviewer", "consultant", "guest"}
    assert f'/interviews/{one}"' in told["guest"]
    with work.acting("lead"):
        interviews.delete(interviews.get(one))
    assert _found(work, "recrutements", "answer") == []
    with work.acting("lead"):
        interviews.bring_back(interviews.get(one, deleted=True))
    assert len(_found(work, "recrutements", "answer")) == 2


def test_a_guest_finds_no_words_quotable_without_name_and_no_memo_of_the_team(work: Field) -> None:
    interview_id = work.logged(confidentiality=Confidentiality.PARTNERS)
    with work.acting("consultant"):
        interview = interviews.get(interview_id)
        for right in ("quotable", "anonymous"):
            values = {"text": f"La relève manque ({right})", "right": QuoteRight(right), "memo": "Confié hors micro"}
            quotes.take_down(interview, {**values, "confidentiality": Confidentiality.PARTNERS})
    with work.acting("guest"):
        found = search_hits.find("quote", parse("relève"))
        assert [
            (found.count, "quotable" in hit.passage[-1].text or any("quotable" in p.text for p in hit.passage)) for hit in found.hits
        ] == [(1, True)]
        assert search_hits.count("quote", parse("relève"))[0] == 1
    assert len(_found(work, "relève", "quote")) == 2
    assert _found(work, "micro", "quote", "guest") == []


def test_the_question_of_an_answer_is_told_in_the_language_of_the_reader(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview_id = work.logged(guide_version_id=guided.version_id)
    with work.acting("consultant"):
        answers.put(interview_id, guided.questions["relation"], 4, comment="Excellentes depuis la fusion")
    for lang, asked in (("fr", "Comment sont vos relations"), ("en", "How are your relations")):
        reader = work.make.member(work.study, "reviewer", lang=lang)
        assert asked in html.unescape(sign_in(reader).get(f"/studies/{work.study.id}/search?q=fusion").text)
