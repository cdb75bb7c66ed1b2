"""Cells become values; what cannot is kept beside its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.excel import Converter, ErrorCell, Flaw, FormulaCell, code_and_label, converter, separators_found, split_person, split_values

KINDS = (
    "text name note email phone url siren siret vat naf postcode insee commune integer number money year yes_no latitude date band "
    "terms address".split()
)


@pytest.mark.parametrize(
    ("kind", "cell", "value", "flaw"),
    [
        ("date", 47727, date(2030, 9, 1), None),
        ("date", "12/14/20", date(2020, 12, 14), None),
        ("date", "05/06/2020", date(2020, 6, 5), None),
        ("date", "31/02/2020", None, Flaw.DATE),
        ("date", "1er janvier 2020", date(2020, 1, 1), None),
        ("number", "1\u202f234,50\u00a0€", 1234.5, None),
        ("number", "12,5 k€", 12500, None),
        ("number", "1,234.5", 1234.5, None),
        ("integer", "35 salariés", 35, None),
        ("integer", "10-19", None, Flaw.NUMBER),
        ("band", "Entre 200 et 500", "32", Flaw.APPROXIMATE),
        ("band", "20 à 49 salariés", "12", None),
        ("band", date(2024, 9, 6), "03", None),
        ("band", "plus de 250", None, Flaw.BAND),
        ("siren", 5520243, None, Flaw.SIREN),
        ("siren", "732 829 320", "732829320", None),
        ("siren", 732829320.0, "732829320", None),
        ("siren", "123456789", "123456789", Flaw.CHECKSUM),
        ("siret", 73282932000074.0, "73282932000074", None),
        ("siret", "7,33E+13", None, Flaw.ROUNDED),
        ("phone", 381000000, "+33381000000", None),
        ("phone", "03.81.11.22.33", "+33381112233", None),
        ("phone", "+41 32 930 11 11", "+41329301111", None),
        ("phone", "03 81 11 11 11 / 06 12 34 56 78", "+33381111111", Flaw.SEVERAL),
        ("email", "Jean <j@D.fr>", "j@d.fr", None),
        ("naf", "70.10Z – Activités des sièges", "70.10Z", None),
        ("postcode", 1000, "01000", None),
        ("postcode", "25030 CEDEX 9", "25030", None),
        ("commune", "25000 Besançon CEDEX 9", "Besançon", None),
        ("yes_no", "✓", True, None),
        ("yes_no", "FAUX", False, None),
        ("name", "néant", None, None),
        ("name", "  A\u00a0\u202eB ", "A B", None),
        ("name", ErrorCell("#REF!"), None, Flaw.ERROR),
        ("integer", FormulaCell("=A1"), None, Flaw.FORMULA),
    ],
)
def test_a_cell_is_converted_or_says_why_not(kind: str, cell: Any, value: Any, flaw: Flaw | None) -> None:
    found, why, original = converter(kind)(cell)
    assert (found, why) == (value, flaw)
    assert (original is not None) == (flaw is not None)


def test_a_column_settles_what_one_cell_leaves_in_doubt() -> None:
    assert converter("date", sample=["12/14/20", "05/06/2020"])("05/06/2020")[1] is Flaw.AMBIGUOUS_DATE
    assert converter("band", sample=["12", "03", "NN", "11"])("12")[0] == "12"
    assert converter("band")("12")[0] == "11"
    assert converter("postcode", sample=["2400", "1200", "25000"])("2400")[0] == "2400"
    assert converter("money", header="CA (k€)")(12)[0] == 12_000
    assert converter("date", date1904=True)(40_000)[0] == date(2013, 7, 7)


def test_codes_people_and_several_values_are_parted() -> None:
    assert code_and_label("70.10Z – Activités des sièges") == ("70.10Z", "Activités des sièges")
    assert split_person("Mme Anne-Marie DUPONT") == ("Mme", "Anne-Marie", "DUPONT")
    assert split_person("DUPONT Jean") == ("", "Jean", "DUPONT")
    assert split_person("Dupont, Jean") == ("", "Jean", "Dupont")
    assert split_values("a ; b\n- c (d, e), f") == ["a", "b", "c (d, e)", "f"]
    assert separators_found(["a;b", "c; d", "e"]) == (";",)


_CONVERTERS: dict[str, Converter] = {kind: converter(kind) for kind in KINDS}


@given(
    st.sampled_from(KINDS),
    st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times()),
)
def test_no_cell_breaks_a_converter_and_none_is_lost(kind: str, cell: Any) -> None:
    value, flaw, original = _CONVERTERS[kind](cell)
    if flaw is not None:
        assert original == str(cell)
    elif value is None and isinstance(cell, str):
        assert not any(letter.isdigit() for letter in cell) or kind == "commune" or cell.strip().casefold() == "x0"
