"""What the steps say and refuse: where the table is, what the columns are, what would change."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange import plans, previewing, service, tasks
from consult.exchange.models import BatchState
from consult.exchange.reading import table_of
from consult.kernel import actor
from consult.kernel.db import unit_of_work
from consult.kernel.errors import Refused
from consult.studies.models import Study
from tests.exchange.conftest import Importer, batch, number_in, send, total
from tests.exchange.test_wizard import _address, _apply, _previewed
from tests.factories import Make

Csv = Callable[..., Path]
PRIMARY = re.compile(r'<button class="btn primary"[^>]*>(?:<svg.*?</svg>)?([^<]+)', re.DOTALL)


def _read(text: str) -> str:
    return text.replace("\xa0", " ")


def _primary(page: str) -> list[str]:
    """The primary buttons of a page, but for those of the dialogs that every page carries."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    return [text.strip() for text in PRIMARY.findall(main.group() if main else "")]


# where the table is


def test_headers_without_a_record_below_are_refused_at_the_step_of_the_table(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Nom;Ville;Téléphone")).location)
    told = "Les en-têtes sont en ligne 1 et il n’y a aucune fiche en dessous."
    shown = browser.get(_address(study, number, "/table"))
    assert (shown.status_code, told in _read(shown.text)) == (200, True)
    assert "Passer aux colonnes" not in _primary(shown.text)
    sent = browser.post(_address(study, number, "/table"), data={"header_row": "1"})
    assert (sent.status_code, told in _read(sent.text)) == (422, True)
    assert browser.get(_address(study, number, "/columns")).location.endswith(_address(study, number, "/table"))
    assert browser.post(_address(study, number, "/columns"), data={"entity": "organisation"}).location.endswith("/table")
    assert total("import_batch") == 1


def test_a_sheet_of_which_every_row_is_left_out_by_choice_is_refused(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Entreprise;Ville", "Alpha;Morteau", "Beta;Maîche")).location)
    answer = browser.post(_address(study, number, "/table"), data={"not_records": ["2", "3"]})
    assert answer.status_code == 422
    assert batch(number).choices == {}


def test_a_row_for_the_headers_beyond_the_sheet_is_refused_by_its_number(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Entreprise;Ville", "Alpha;Morteau", name="liste.csv")).location)
    for query in ("", "?show=1"):
        answer = browser.post(_address(study, number, f"/table{query}"), data={"header_row": "99"})
        assert answer.status_code == 422
        assert "Il n’y a pas de ligne 99 : la feuille « liste » finit à la ligne 2." in _read(answer.text)
        assert 'value="99"' in answer.text
    assert batch(number).found["header_row"] == 1


def test_what_is_sent_as_it_was_shown_is_no_choice(browser: FlaskClient, study: Study, csv: Csv) -> None:
    lines = ("Entreprise;Ville;Effectif", "Alpha;Morteau;4", "Beta;Maîche;5", "Gamma;Morteau;6", "Total;;15")
    number = number_in(send(browser, study, csv(*lines)).location)
    page = browser.get(_address(study, number, "/table")).text
    names = ("header_row", "last_row", "shown_header_row", "shown_last_row", "shown_sheet")
    sent = {name: found.group(1) for name in names if (found := re.search(rf'name="{name}"[^>]* value="([^"]*)"', page))}
    assert set(sent) == set(names)
    browser.post(_address(study, number, "/table"), data=sent)
    assert {"header_row", "last_row"}.isdisjoint(batch(number).choices)
    assert batch(number).found["not_records"] == [[5, "total", "Total"]]
    browser.post(_address(study, number, "/table"), data={**sent, "last_row": "3"})
    assert batch(number).choices["last_row"] == 3
    browser.post(_address(study, number, "/table"), data={**sent, "last_row": "3", "shown_last_row": "3"})
    assert batch(number).choices["last_row"] == 3


def test_blank_rows_are_not_counted_among_those_that_are_no_records(browser: FlaskClient, study: Study, shared: Path) -> None:
    number = number_in(send(browser, study, shared / "data" / "stakeholders_xy_mit.xlsx").location)
    assert "9 fiches, 1 ligne qui n’est pas une fiche (titre au-dessus du tableau)." in _read(
        browser.get(_address(study, number, "/table")).text
    )


def test_all_rows_that_are_no_records_are_counted_though_not_all_are_listed(browser: FlaskClient, study: Study, csv: Csv) -> None:
    lines = [line for n in range(250) for line in (f"Alpha {n};Morteau;{n}", "", f"Total {n};;{n}")]
    number = number_in(send(browser, study, csv("Entreprise;Ville;Effectif", *lines)).location)
    assert batch(number).found["not_records_count"] == 250
    assert "250 lignes qui ne sont pas des fiches" in browser.get(_address(study, number, "/table")).text


# what the columns are


def test_the_cells_of_the_whole_file_are_counted_not_those_of_a_sample(browser: FlaskClient, study: Study, csv: Csv) -> None:
    lines = [f"Alpha {n};Morteau;{'x' if n > 300 else ''}" for n in range(330)]
    number = number_in(send(browser, study, csv("Entreprise;Ville;Remarque", *lines)).location)
    page = _read(browser.get(_address(study, number, "/columns")).text)
    assert "330 cellules remplies" in page
    assert "29 cellules remplies" in page
    assert "seulement plus bas" in page
    assert "200 cellules" not in page


def test_another_kind_of_record_is_proposed_without_being_decided(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Nom,Prénom,Entreprise", "Martin,Jeanne,Alpha", "Petit,Paul,Beta")).location)
    page = browser.get(_address(study, number, "/columns?entity=person")).text
    assert '<option selected value="person.last_name">' in page
    assert "entity" not in batch(number).choices
    assert browser.get(_address(study, number, "/columns?entity=zorglub")).status_code == 200


def test_a_file_of_another_kind_says_so_before_and_when_it_is_sent_all_the_same(browser: FlaskClient, study: Study, shared: Path) -> None:
    number = number_in(send(browser, study, shared / "data" / "plan_action_exemple_rempli_tet.xlsx").location)
    for step in ("/table", "/columns"):
        assert "(plan d’actions), qui ne s’importe pas encore" in _read(browser.get(_address(study, number, step)).text)
    answer = browser.post(_address(study, number, "/columns"), data={"entity": ""})
    assert answer.status_code == 422
    assert "Choisissez ce que sont les lignes de ce fichier." in answer.text


# what would change


def test_when_nothing_changes_it_is_said_and_nothing_is_to_be_applied(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Entreprise,Ville", "Alpha,Morteau", "Beta,Maîche")
    _apply(browser, study, _previewed(browser, study, path))
    number = _previewed(browser, study, path)
    page = _read(browser.get(_address(study, number, "/preview")).text)
    assert "Rien à importer : les 2 lignes sont déjà dans l’annuaire." in page
    assert _primary(page) == []
    assert "/apply" not in page


def test_when_rows_wait_for_a_decision_that_is_what_there_is_to_do(browser: FlaskClient, make: Make, study: Study, csv: Csv) -> None:
    make.organisation(study, "Ateliers Dubois Décolletage", commune="25411")
    number = _previewed(browser, study, csv("Nom,Ville,Tél", "Ateliers Dubois Decoletage,Morteau,0381000001"))
    page = browser.get(_address(study, number, "/preview")).text
    assert _primary(page) == ["Prendre ces réponses"]
    assert "/apply" not in page


def test_a_long_name_is_whole_or_ends_with_an_ellipsis(browser: FlaskClient, study: Study, csv: Csv) -> None:
    name = "Association intercommunale pour la sauvegarde du patrimoine horloger de la vallée de la Loue"
    path = csv("Entreprise,Ville,SIREN", f"{name},Morteau,732829320")
    number = _previewed(browser, study, path)
    assert f"<b>{name}</b>" in browser.get(_address(study, number, "/preview")).text
    _apply(browser, study, number)
    assert f">{name}</a>" in browser.get(_address(study, number)).text
    again = _previewed(browser, study, path)
    assert f">{name[:80]}…</a>" in browser.get(_address(study, again, "/preview")).text


def test_the_verdict_chosen_stays_in_the_address_from_page_to_page(browser: FlaskClient, study: Study, csv: Csv) -> None:
    lines = [f"Alpha {n},Morteau" if n % 2 else f",Maîche {n}" for n in range(120)]
    number = _previewed(browser, study, csv("Entreprise,Ville", *lines))
    page = browser.get(_address(study, number, "/preview?verdict=refused")).text
    assert f"{_address(study, number, '/preview')}?verdict=refused&amp;page=2" in page
    assert len(re.findall(r'data-label="Verdict"', page)) == 50
    assert re.search(r'href="[^"]*verdict=refused" aria-current="true"', page)
    second = browser.get(_address(study, number, "/preview?verdict=refused&page=2")).text
    assert len(re.findall(r'data-label="Verdict"', second)) == 10
    assert "Nouvelle" not in re.sub(r'<ul class="verdicts".*?</ul>', "", second, flags=re.DOTALL)


def test_a_preview_whose_rows_are_lost_is_made_again(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau"))
    plans.forget(tasks.store().folder, number)
    answer = browser.get(_address(study, number, "/preview"))
    assert answer.location.endswith(_address(study, number, "/columns"))


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(importer: Importer, lead: User, csv: Csv) -> None:
    with actor.acting(actor.Actor(lead.id)), importer.inside():
        number = _begun(csv("Entreprise,Ville,Zorglub", "Alpha,Morteau,x"))
        before = dict(batch(number).choices)
        foreseen = previewing.foresee(tasks.store(), number, {**before, "columns": {"3": "ignore"}})
        other = previewing.foresee(tasks.store(), number, {**before, "columns": {"3": "extra"}})
        with unit_of_work():
            previewing.take(tasks.store(), number, before, other)
        with pytest.raises(Refused, match="import_chosen_meanwhile"), unit_of_work():
            previewing.take(tasks.store(), number, before, foreseen)
    kept = batch(number)
    assert (kept.state, kept.choices["columns"], kept.plan_digest) == (BatchState.PREVIEWED, {"3": "extra"}, other.plan.digest)
    assert plans.exists(tasks.store().folder, number)


def _begun(path: Path) -> int:
    with path.open("rb") as stream:
        file = tasks.store().receive(stream, path.name)
    with table_of(tasks.store(), file, {}) as table, unit_of_work():
        return service.begin(file, table).id
