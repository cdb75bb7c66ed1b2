"""The shipped communes, inter-municipal bodies and activities answer as the official lists do."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from consult.studies import territory_reference as reference

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PERIMETER = {"242504116": 8, "242504355": 17, "200023075": 42, "242504181": 47, "200068070": 71, "242500361": 67}


def test_a_commune_is_found_by_its_code_with_every_column():
    morteau = reference.commune("25411")
    assert morteau is not None
    assert (morteau.name, morteau.postcodes, morteau.department, morteau.region) == ("Morteau", ("25500",), "25", "27")
    assert (morteau.epci, morteau.population) == ("242504116", 6953)


def test_codes_of_corsica_overseas_and_leading_zeros_are_text():
    assert [reference.commune(code).name for code in ("01001", "2A004", "2b033", "97411", "98735")] == [
        "L'Abergement-Clémenciat", "Ajaccio", "Bastia", "Saint-Denis", "Papeete",
    ]  # fmt: skip
    assert reference.commune("99999") is None
    assert reference.commune("") is None


def test_a_code_given_up_by_a_merger_answers_with_the_commune_of_today():
    assert reference.commune("75115").name == "Paris"
    assert reference.commune("25439").name == "Ougney-Douvot"


def test_the_six_bodies_of_the_perimeter_hold_their_communes():
    assert {siren: len(reference.communes_of(siren)) for siren in PERIMETER} == PERIMETER
    assert all(reference.epci(siren).communes == count for siren, count in PERIMETER.items())
    assert "Villers-le-Lac" in {commune.name for commune in reference.communes_of("242504116")}
    assert reference.communes_of("000000000") == ()


def test_a_body_over_two_departments_holds_the_communes_of_both():
    across = reference.epci("200006682")
    assert len(across.departments) > 1
    assert {commune.department for commune in reference.communes_of(across.siren)} == set(across.departments)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("CC du val de mort", "CC du Val de Morteau"),
        ("grand besancon", "CU Grand Besançon Métropole"),
        ("communauté de communes du Plateau de Russey", "CC du Plateau de Russey"),
        ("LOUE LISON", "CC Loue-Lison"),
        ("242 504 181", "CC des Portes du Haut-Doubs"),
        ("maiche", "CC du Pays de Maîche"),
    ],
)
def test_a_body_is_found_whatever_the_accents_the_case_and_its_kind(typed, name):
    assert reference.search_epci(typed)[0].name == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("MAICHE", "Maîche"),
        ("st vit", "Saint-Vit"),
        ("Saint vit", "Saint-Vit"),
        ("villers lac", "Villers-le-Lac"),
        ("saint", "Saint-Étienne"),
        ("25411", "Morteau"),
    ],
)
def test_communes_are_searched_by_beginnings_of_words_or_by_code(typed, name):
    assert reference.search_communes(typed)[0].name == name


def test_a_postcode_lists_the_communes_it_serves_and_the_limit_holds():
    found = reference.search_communes("25500", limit=20)
    assert {"Morteau", "Les Fins", "Montlebon"} <= {commune.name for commune in found}
    assert len(reference.search_communes("saint", limit=3)) == 3
    assert reference.search_communes("  ") == [] == reference.search_epci("du")


@pytest.mark.parametrize(
    ("name", "postcode", "found"),
    [
        ("BESANCON CEDEX 9", "25009", "Besançon"),
        ("PARIS 15", "75015", "Paris"),
        ("Lyon 3e Arrondissement", "69003", "Lyon"),
        ("FINS (LES)", "25500", "Les Fins"),
        ("Russey", "25 210", "Le Russey"),
        ("ST VIT", "25410", "Saint-Vit"),
        ("Roche lez Beaupré", "25220", "Roche-lez-Beaupré"),
        ("Auxon-Dessus", "25870", "Les Auxons"),
        ("bourg en bresse", "1000", "Bourg-en-Bresse"),
        ("AJACCIO", "20000", "Ajaccio"),
        ("Morteau", "", "Morteau"),
    ],
)
def test_an_address_means_one_commune_however_it_is_written(name, postcode, found):
    assert reference.commune_by_name_and_postcode(name, postcode).name == found


@pytest.mark.parametrize(
    ("name", "postcode"), [("Saint-Denis", ""), ("Nulle-Part", "25000"), ("", "25000"), ("Zürich", "8001"), ("Morteau", "75001")]
)
def test_where_there_is_doubt_no_commune_is_guessed(name, postcode):
    assert reference.commune_by_name_and_postcode(name, postcode) is None


def test_activities_have_their_label_at_every_level():
    assert reference.naf_label("26.52Z") == "Horlogerie" == reference.naf_label("2652z")
    assert reference.naf_label("25.62A") == "Décolletage"
    assert reference.naf_label("C") == "INDUSTRIE MANUFACTURIÈRE"
    assert reference.naf_label("99.99X") is None
    assert ("25.62A", "Décolletage") in reference.search_naf("decoll")


def test_the_shipped_files_weigh_less_than_700_kb_and_carry_no_date():
    files = sorted(reference.REFERENCE.glob("*.tsv.gz"))
    assert len(files) == 5
    assert sum(file.stat().st_size for file in files) < 700_000
    assert all(file.read_bytes()[4:8] == b"\0\0\0\0" for file in files)
    assert (reference.REFERENCE / "NOTICE.md").is_file()


def test_rebuilding_from_the_extracts_gives_the_shipped_bytes(tmp_path):
    if not (DATA / "communes_fr.csv").is_file():
        if os.environ.get("CI"):
            pytest.fail("the extracts are missing")
        pytest.skip("the extracts are not beside this tree")
    names = ("communes_fr.csv", "epci_fr.csv", "naf_rev2.csv")
    paths = [part for option, name in zip(("--communes", "--epci", "--naf-csv"), names, strict=True) for part in (option, str(DATA / name))]
    subprocess.run([sys.executable, "tools/reference.py", *paths, "--target", str(tmp_path)], check=True, cwd=ROOT)
    for built in tmp_path.iterdir():
        assert built.read_bytes() == (reference.REFERENCE / built.name).read_bytes(), built.name
    with (DATA / "communes_fr.csv").open(encoding="utf-8", newline="") as stream:
        for row in list(csv.DictReader(stream))[::97]:
            assert reference.commune(row["code_insee"]).name == row["nom"]
            assert reference.commune(row["code_insee"]).region == row["region"]
