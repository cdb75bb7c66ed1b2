"""Words as they are indexed and asked for, and the passage that is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.kernel.passages import Piece, passage
from consult.kernel.search_words import Asked, Term, parse, stems, stems_of
from tests.kernel.french import FORMS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Égalité", "egalites"),
        ("sous-traitants", "SOUS TRAITANT"),
        ("horlogère", "horlogers"),
        ("recrutement", "recrutements"),
        ("l’atelier", "ateliers"),
        ("œuvre", "oeuvres"),
        ("décolletage", "decolletages"),
    ],
)
def test_accents_case_number_and_gender_do_not_matter(one: str, other: str) -> None:
    assert stems(one) == stems(other) != ""


def test_words_that_every_text_has_are_left_out_but_not_summer() -> None:
    assert stems("Les ateliers de la vallée en été") == "ateli valle ete"
    assert parse("les de la") == Asked((), silent=True)
    assert parse(" … ") == Asked(())


def test_digits_typed_with_spaces_are_one_number_and_quotation_marks_keep_words_together() -> None:
    assert parse("552 100 554").words == ("552100554",)
    assert parse("«traitement de surface» prix") == Asked(
        (Term(("traitement", "surface"), ("trait", "surfac")), Term(("prix",), ("prix",)))
    )
    assert parse('"commandes').terms == (Term(("commandes",), ("command",)),)


@given(st.text(max_size=400), st.text(max_size=60))
def test_a_passage_is_made_of_the_text_and_every_search_can_be_read(text: str, words: str) -> None:
    asked = parse(words)
    told = passage(text, asked)
    for hit in (piece.text for piece in told if piece.is_hit):
        assert any(stem in asked.stems or word.startswith(asked.words) for word, stem in stems_of(hit))
    assert sum(len(piece.text) for piece in told) < 400


def test_a_passage_shows_where_most_of_the_words_stand_without_marks_of_markdown() -> None:
    note = "## Prix\n\n" + "Rien de neuf. " * 60 + "Le **recrutement** des [décolleteurs](https://x.example) est difficile. " + "Fin. " * 80
    told = passage(note, parse("recrutements décolleteur prix"))
    assert [piece.text for piece in told if piece.is_hit] == ["recrutement", "décolleteurs"]
    text = "".join(piece.text for piece in told)
    assert "Le recrutement des décolleteurs est difficile." in text
    assert text.startswith("… ")
    assert text.endswith(" …")


def test_a_text_without_the_words_shows_its_beginning() -> None:
    assert passage("Bonjour à tous", parse("recrutement")) == [Piece("Bonjour à tous", False)]
    assert passage(None, parse("x")) == []


@given(
    st.lists(
        st.sampled_from(
            [form for forms in FORMS for form in forms.split()] + ["cœur", "Œuvre", "ÉTÉ", "ay", "l’à-côté", "m²", "½", "straße"]
        ),
        max_size=80,
    ),
    st.data(),
)
def test_words_are_marked_in_a_text_as_each_of_them_says(text: list[str], data: st.DataObject) -> None:
    asked = parse(" ".join(data.draw(st.lists(st.sampled_from(text or ["rien"]), min_size=1, max_size=3))))
    shown = passage(" ".join(text), asked, length=10_000)
    marked = [piece.text for piece in shown if piece.is_hit]
    meant = [
        token
        for token in re.findall(r"[^\W_]+", " ".join(text))
        if any(stem in asked.stems or word.startswith(asked.words or ("\0",)) for word, stem in stems_of(token))
    ]
    assert marked == meant[: len(marked)]
    assert bool(marked) == bool(meant)
