"""A guide goes out as a workbook and comes back the same; what is wrong in one is told cell by cell, and then nothing is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from consult.excel import open_source
from consult.guides import excel, field_sheet, reading, service
from consult.guides.copying import SECTION_FIELDS
from consult.guides.field_sheet import Given, Money
from consult.guides.models import QuestionKind, TaxBasis
from consult.guides.plain import PlainQuestion, PlainSection
from consult.guides.reading import Unreadable
from consult.guides.wording import settled
from consult.kernel.model import Confidentiality
from consult.kernel.text import clean, squeeze
from consult.terms.models import TermList
from tests.factories import Make

LINE: st.SearchStrategy[str] = st.text(min_size=1, max_size=60).map(squeeze).filter(bool).map(str)
NOTE = st.none() | st.text(min_size=1, max_size=200).map(clean).filter(lambda text: bool(text.strip()) and not text.endswith("\u200b"))
TRUTH: st.SearchStrategy[bool] = st.booleans()
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
OPTIONS = st.lists(st.tuples(KEYS, LINE, st.none() | LINE), min_size=2, max_size=5, unique_by=lambda option: option[0]).map(tuple)


@st.composite
def wordings(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(QuestionKind))
    low = draw(st.integers(0, 5))
    texts = {name: draw(NOTE) for name in ("why_fr", "why_en", "how_fr", "how_en")}
    ends = {f"scale_{end}_{lang}": draw(st.none() | LINE) for end in ("min", "max") for lang in ("fr", "en")}
    return settled(
        {
            "kind": kind, "label_fr": draw(LINE), "label_en": draw(st.none() | LINE), "unit": draw(st.none() | st.just("salariés")),
            "currency": draw(st.sampled_from(["EUR", "CHF"])), "tax_basis": draw(st.none() | st.sampled_from(TaxBasis)),
            "scale_min": low, "scale_max": low + draw(st.integers(1, 9)),
            "term_list": draw(st.sampled_from([TermList.COMPONENT, TermList.PROCESS])),
            "required": draw(st.booleans()), "sensitive": draw(st.booleans()), "confidentiality": draw(st.sampled_from(Confidentiality)),
            **texts, **ends,
        }
    )  # fmt: skip


@st.composite
def guides(draw: st.DrawFn) -> tuple[PlainSection, ...]:
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique=True))
    earlier: list[PlainQuestion] = []
    sections: list[PlainSection] = []
    for _number in range(draw(st.integers(1, 3))):
        facts: dict[str, Any] = {
            "title_fr": draw(LINE),
            "title_en": draw(st.none() | LINE),
            **{f"help_{w}_{lang}": draw(NOTE) for w in ("why", "how") for lang in ("fr", "en")},
        }
        facts["condition"] = _condition(draw, earlier)
        asked = []
        for _one in range(draw(st.integers(0, len(keys)))):
            wording = draw(wordings())
            options: tuple[tuple[str, str, str | None], ...] = draw(OPTIONS) if wording["kind"] in ("single", "multiple") else ()
            question = PlainQuestion(keys.pop(), wording, options, _condition(draw, earlier))
            earlier.append(question)
            asked.append(question)
        sections.append(PlainSection(facts, tuple(asked)))
    return tuple(sections)


def _condition(draw: st.DrawFn, earlier: Sequence[PlainQuestion]) -> dict[str, Any] | None:
    if not earlier or draw(TRUTH):
        return None
    of = draw(st.sampled_from(earlier))
    if draw(TRUTH) and of.options:
        test = "equals" if of.wording["kind"] == "single" else "includes"
        return {"question": of.key, "is": test, "value": draw(st.sampled_from([option[0] for option in of.options]))}
    return {"question": of.key, "is": draw(st.sampled_from(["answered", "not_answered"]))}


def back(path: Path, book: Any) -> tuple[PlainSection, ...]:
    book.save(path)
    with open_source(path) as source:
        return reading.read(source)


@given(guides(), st.sampled_from(["fr", "en"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_goes_out_comes_back_the_same(tmp_path: Path, sections: tuple[PlainSection, ...], lang: str) -> None:
    found = back(tmp_path / "guide.xlsx", excel.workbook("Guide", sections, lang))
    assert [dict(section.facts) for section in found] == [dict(section.facts) for section in sections]
    assert [[(q.key, q.said, q.condition) for q in s.questions] for s in found] == [
        [(q.key, q.said, q.condition) for q in s.questions] for s in sections
    ]


def test_a_help_longer_than_a_cell_comes_back_whole(tmp_path: Path) -> None:
    text = "Demander le détail. " * 2_500
    empty = dict.fromkeys(SECTION_FIELDS)
    section = PlainSection({**empty, "title_fr": "Profil", "help_how_fr": text})
    asked = PlainQuestion("a", settled({"kind": QuestionKind.TEXT, "label_fr": "A ?", "confidentiality": Confidentiality.TEAM}))
    (found,) = back(tmp_path / "guide.xlsx", excel.workbook("Guide", [PlainSection(section.facts, (asked,))], "fr"))
    assert found.facts["help_how_fr"] == text


ASKING = (
    {"key": "relocate", "kind": "single", "label_fr": "Relocaliser ?", "options": (("yes", "Oui", "Yes"), ("no", "Non", "No"))},
    {"key": "markets", "kind": "multiple", "label_fr": "Marchés ?", "options": (("ch", "Suisse", None), ("fr", "France", None))},
    {"key": "staff", "kind": "number", "unit": "salariés", "label_fr": "Effectif ?"},
    {"key": "turnover", "kind": "amount", "currency": "EUR", "label_fr": "Chiffre d’affaires ?"},
    {"key": "date", "kind": "date", "label_fr": "Quand ?"},
    {"key": "trust", "kind": "scale", "scale_min": 1, "scale_max": 5, "label_fr": "Confiance ?"},
    {"key": "why", "kind": "long_text", "label_fr": "Pourquoi ?"},
)


@pytest.fixture
def study(make: Make) -> Any:
    return make.study()


def edited(content: bytes, cells: dict[str, Any]) -> BytesIO:
    """The workbook with some cells changed, by `Sheet!A1`."""
    book = load_workbook(BytesIO(content))
    for place, value in cells.items():
        sheet, cell = place.split("!")
        book[sheet][cell] = value
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def test_a_workbook_becomes_the_draft_of_a_guide_and_unchanged_words_stay_the_same_rows(make: Make, study: Any, sign_in: Any) -> None:
    version = make.guide(study, code="MARQUE", asking=ASKING)
    lead = sign_in(make.member(study, "lead", lang="fr"))
    base = f"/studies/{study.id}/guides"
    content = lead.get(f"{base}/versions/{version.id}/workbook.xlsx").data
    changed = edited(content, {"Questions!D4": "Effectif total ?"})
    answer = lead.post(f"{base}/{version.guide_id}/import", data={"file": (changed, "guide.xlsx")})
    assert answer.status_code == 303
    with make.inside(study):
        old, draft = service.outline(version.id), service.outline(service.draft(service.get(version.guide_id)).id)
        assert [asked.key for asked in draft.items] == [asked.key for asked in old.items]
        same = [asked.wording.id for asked in draft.items if asked.wording.id == old.by_key[asked.key].wording.id]
        assert len(same) == len(ASKING) - 1
        assert draft.by_key["staff"].wording.label_fr == "Effectif total ?"
        assert old.by_key["staff"].wording.label_fr == "Effectif ?"


@pytest.mark.parametrize(
    ("cells", "where", "said"),
    [
        ({"Questions!C2": "choix"}, "Questions C2", "ne fait pas partie de"),
        ({"Questions!B3": "relocate"}, "Questions B3", "figure deux fois"),
        ({"Questions!A2": 9}, "Questions A2", "Aucune section ne porte ce numéro"),
        ({"Questions!D2": None}, "Questions D2", "Cette cellule est vide"),
        ({"Options!B2": "no"}, "Options B3", "figure deux fois"),
        ({"Options!A2": "nothing"}, "Options A2", "Aucune question n’a la clé"),
        ({"Sections!A2": "un"}, "Sections A2", "n’est pas un nombre entier"),
        ({"Questions!B1": "Autre"}, "Questions A1", "Il n’y a pas de colonne"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_taken(
    make: Make, study: Any, sign_in: Any, cells: dict[str, Any], where: str, said: str
) -> None:
    version = make.guide(study, asking=ASKING)
    lead = sign_in(make.member(study, "lead", lang="fr"))
    base = f"/studies/{study.id}/guides"
    content = lead.get(f"{base}/versions/{version.id}/workbook.xlsx").data
    answer = lead.post(f"{base}/{version.guide_id}/import", data={"file": (edited(content, cells), "guide.xlsx")})
    assert answer.status_code == 422
    page = re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)).replace("\xa0", " ").replace("&#39;", "'")
    assert where in page
    assert said in page
    with make.inside(study):
        assert service.draft(service.get(version.guide_id)) is None


def test_a_file_that_is_no_workbook_is_refused_in_words(make: Make, study: Any, sign_in: Any) -> None:
    version = make.guide(study)
    lead = sign_in(make.member(study, "lead", lang="fr"))
    url = f"/studies/{study.id}/guides/{version.guide_id}/import"
    for name, content in (("guide.xlsx", b"PK\x03\x04 broken"), ("guide.pdf", b"%PDF-1.7"), ("guide.csv", b"a;b\n1;2\n")):
        assert lead.post(url, data={"file": (BytesIO(content), name)}).status_code == 422, name
    assert lead.post(url, data={}).status_code == 422


MISSING = [("not_asked", "Non posée"), ("refuses", "Refus")]


def test_a_field_sheet_comes_back_with_typed_answers(make: Make, study: Any, tmp_path: Path) -> None:
    version = make.guide(study, asking=ASKING)
    with make.inside(study):
        whole = service.outline(version.id)
        ids = {asked.key: asked.question_id for asked in whole.items}
        given = {
            ids["relocate"]: Given("yes", comment="À confirmer"), ids["markets"]: Given(["ch", "fr"]), ids["staff"]: Given(Decimal("42.5")),
            ids["turnover"]: Given(Money(Decimal(1_200_000), "CHF")), ids["trust"]: Given(Decimal(4)), ids["why"]: Given(missing="refuses"),
        }  # fmt: skip
        field_sheet.workbook(whole, "fr", ["INT-0042"], given, MISSING).save(tmp_path / "sheet.xlsx")
        with open_source(tmp_path / "sheet.xlsx") as source:
            assert field_sheet.read(source, whole, MISSING) == given


def test_a_field_sheet_offers_the_options_of_each_question_and_hides_the_ids(make: Make, study: Any, tmp_path: Path) -> None:
    version = make.guide(study, asking=ASKING)
    with make.inside(study):
        field_sheet.workbook(service.outline(version.id), "fr", missing=MISSING).save(tmp_path / "sheet.xlsx")
    sheet = load_workbook(tmp_path / "sheet.xlsx").worksheets[0]
    assert sheet.column_dimensions["A"].hidden
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"Oui,Non"' in lists.values()
    assert '"Non posée,Refus"' in lists.values()


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("relocate", "Peut-être", "cell_choice"),
        ("markets", "Suisse ; Mars", "cell_choice"),
        ("staff", "beaucoup", "cell_amount"),
        ("trust", 7, "cell_scale"),
        ("date", "bientôt", "cell_date"),
    ],
)
def test_an_answer_that_cannot_be_read_is_named_by_its_cell(
    make: Make, study: Any, tmp_path: Path, key: str, typed: Any, said: str
) -> None:
    version = make.guide(study, asking=ASKING)
    path = tmp_path / "sheet.xlsx"
    with make.inside(study):
        whole = service.outline(version.id)
        field_sheet.workbook(whole, "fr", missing=MISSING).save(path)
        book = load_workbook(path)
        rows = {row[0].value: row for row in book.worksheets[0].iter_rows()}
        cell = rows[whole.by_key[key].question_id][4]
        cell.value = typed
        book.save(path)
        with open_source(path) as source, pytest.raises(Unreadable) as caught:
            field_sheet.read(source, whole, MISSING)
    assert [(fault.cell, fault.refusal.code) for fault in caught.value.faults] == [(cell.coordinate, said)]
