"""Cells that say more than their field holds: what else they say has its place too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from consult.excel import address_end, name_and_post
from consult.excel.text import fold
from consult.exchange import list_words
from consult.exchange.placing import place_in
from consult.interviews.models import InterviewMode
from consult.kernel.changes import Given, Planned
from consult.organisations.models import OrganisationKind, RoleKind
from consult.organisations.participation import Disposition, Priority
from tests.exchange.conftest import Importer

Csv = Callable[..., Path]


def told(row: Planned) -> dict[str, object]:
    """What a planned row would write, by field or header."""
    return {change.field: change.new for part in row.parts for change in part.changes}


def only(importer: Importer, path: Path) -> dict[str, object]:
    """What the only row of a file would write, every cell of which has its place."""
    _table, plan = importer.plan(path)
    cells = plan.cells
    assert cells.read == cells.fields + cells.extra + cells.refused + cells.ignored
    return told(plan.rows[0])


def test_the_registered_name_is_the_name_where_no_other_is_given(importer: Importer, csv: Csv) -> None:
    path = csv("Raison sociale;Enseigne;Ville", "Morel SAS;;Morteau", "Lamy SARL;Bracelets Lamy;Maîche")
    _table, plan = importer.plan(path)
    assert plan.counts["new"] == 2
    assert [told(row)["organisation.name"] for row in plan.rows] == ["Morel SAS", "Bracelets Lamy"]


def test_a_registered_name_alone_renames_nobody(importer: Importer, csv: Csv) -> None:
    importer.apply(csv("Enseigne;SIREN;Ville", "Bracelets Lamy;732829320;Maîche"))
    _table, plan = importer.plan(csv("Raison sociale;Enseigne;SIREN", "Lamy SARL;;732829320", "Morel SAS;Horlo Morel;775670417"))
    assert "organisation.name" not in told(plan.rows[0])


def test_a_narrower_word_than_the_list_has_is_kept_beside_the_member(importer: Importer, csv: Csv) -> None:
    found = only(importer, csv("Entreprise;Type;Ville", "Morel;PME;Morteau"))
    assert (found["organisation.kind"], found["Type"]) == (OrganisationKind.COMPANY, "PME")
    found = only(importer, csv("Entreprise;Type;Ville", "Morel;Entreprises;Morteau"))
    assert found["organisation.kind"] == OrganisationKind.COMPANY
    assert "Type" not in found


def test_classes_of_size_alone_are_no_kind(importer: Importer, csv: Csv) -> None:
    table, _plan = importer.plan(csv("Entreprise;Catégorie;Ville", "Morel;PME;Morteau", "Lamy;ETI;Maîche"))
    assert [use.field for use in table.uses] == ["organisation.name", None, "organisation.commune"]


def test_a_post_behind_a_name_is_the_job_title(importer: Importer, csv: Csv) -> None:
    found = only(importer, csv("Entreprise;Contact;Ville", "Morel;M. Jean DUPONT, DG;Morteau"))
    assert (found["person.first_name"], found["person.last_name"], found["person.job_title"]) == ("Jean", "DUPONT", "DG")


def test_where_a_column_gives_the_job_title_the_post_behind_the_name_stays_beside(importer: Importer, csv: Csv) -> None:
    found = only(importer, csv("Entreprise;Contact;Fonction;Ville", "Morel;Jean DUPONT (directeur);Directeur général;Morteau"))
    assert (found["person.last_name"], found["person.job_title"]) == ("DUPONT", "Directeur général")
    assert "Jean DUPONT (directeur)" in found.values()


@pytest.mark.parametrize(
    ("cell", "name", "post"),
    [
        ("Anne ROY (directrice)", "Anne ROY", "directrice"),
        ("Anne ROY - Responsable achats", "Anne ROY", "Responsable achats"),
        ("Anne ROY\nDRH", "Anne ROY", "DRH"),
        ("ROY, Anne", "ROY, Anne", ""),
        ("Anne-Marie ROY", "Anne-Marie ROY", ""),
        ("Directeur, Anne ROY", "Directeur, Anne ROY", ""),
    ],
)
def test_a_name_is_told_from_the_post_beside_it(cell: str, name: str, post: str) -> None:
    assert name_and_post(cell) == (name, post)


@pytest.mark.parametrize(
    ("cells", "commune"),
    [
        (("CP Ville", "25500 Morteau"), ("Morteau", "25411", "25500")),
        (("Adresse", "12 rue de la Gare, 25500 MORTEAU CEDEX 9"), ("Morteau", "25411", "25500")),
        (("Ville", "Morteau (25)"), ("Morteau", "25411", None)),
        (("Adresse", "ZA des Sorbiers"), (None, None, None)),
    ],
)
def test_a_site_is_placed_by_whatever_names_its_town(
    importer: Importer, csv: Csv, cells: tuple[str, str], commune: tuple[str | None, ...]
) -> None:
    found = only(importer, csv(f"Entreprise;{cells[0]};SIREN", f'Morel;"{cells[1]}";732829320'))
    assert tuple(found.get(f"organisation.{name}") for name in ("commune", "commune_code", "postcode")) == commune


def test_a_town_abroad_is_not_looked_for_in_france() -> None:
    site = Given(1, {"organisation.address": "1 rue du Lac, 25500 Morteau", "organisation.country": "CH"})
    place_in(site)
    assert "organisation.commune" not in site.values


@pytest.mark.parametrize(
    ("address", "end"),
    [
        ("3 place du Marché - 39600 Arbois", ("39600", "Arbois")),
        ("1029 Boulevard Blaise Doumerc 82000 Montauban, France", ("82000", "Montauban")),
        ("ZA des 25000 chênes, bâtiment 3", ("", "")),
        ("12 rue de la Gare", ("", "")),
    ],
)
def test_the_end_of_an_address(address: str, end: tuple[str, str]) -> None:
    assert address_end(address) == end


def test_serial_numbers_under_a_day_that_fills_no_field_are_kept_as_days(importer: Importer, csv: Csv) -> None:
    found = only(importer, csv("Entreprise;Ville;Date d'adhésion;Numéro interne", "Morel;Morteau;45000;45000"))
    assert (found["Date d'adhésion"], found["Numéro interne"]) == ("2023-03-15", "45000")


def test_a_hidden_column_of_dates_is_said_to_hold_them(importer: Importer, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Entreprise", "Ville", "Adhésion le", "Zone"], ["Morel", "Morteau", 45000, "Nord"], ["Lamy", "Maîche", 45012, "Sud"]):
        book.active.append(row)
    for letter in "CD":
        book.active.column_dimensions[letter].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    table, _plan = importer.plan(tmp_path / "hidden.xlsx")
    told = {remark.value: values["columns"] for remark, values in table.layout.remarks}
    assert told == {"hidden_columns": "C (Adhésion le), D (Zone)", "hidden_dates": "C"}


def test_a_record_and_the_line_that_means_it_are_one_candidate(importer: Importer, csv: Csv) -> None:
    importer.apply(csv("Entreprise;Ville;Tél", "Morel;Morteau;03 81 10 10 10"))
    _table, plan = importer.plan(csv("Entreprise;Ville;Tél", "Morel;Morteau;03 81 10 10 10", "Morel;;03 81 20 20 20"))
    candidates = plan.rows[1].parts[0].target.candidates
    assert [(each.label, each.row) for each in candidates] == [("Morel", None)]


def test_other_words_never_take_a_members_own() -> None:
    for members in (OrganisationKind, RoleKind, Disposition, Priority, InterviewMode):
        meant = list_words.words_of(members)
        assert all(meant[fold(text)] is member for member in members for text in (member.fr, member.en))
