"""The interview guides of the demo study: three of them, published, with the questions that they share.

Titles and labels are kept as a form keeps them, so that saving one unchanged changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from consult.demo.content import Content, Facts
from consult.guides import plain
from consult.guides import service as guides
from consult.guides.conditions import Test, condition
from consult.guides.models import GuideVersion, QuestionKind, TaxBasis
from consult.guides.plain import PlainQuestion, PlainSection
from consult.kernel.model import Confidentiality
from consult.kernel.text import squeeze
from consult.terms.models import TermList


def add_guides(content: Content) -> dict[str, GuideVersion]:
    """Make the library of questions and the guides that ask them, published, in the study in scope; gives the versions by key."""
    library = {key: PlainQuestion(key, _wording(facts), _options(facts)) for key, facts in content.questions.items()}
    plain.words(library.values())
    return {facts["key"]: _guide(facts, library) for facts in content.guides}


def _guide(facts: Facts, library: Mapping[str, PlainQuestion]) -> GuideVersion:
    guide = guides.create({"code": facts["code"], "title_fr": facts["fr"], "title_en": facts["en"]})
    whole = guides.edit(guide)
    plain.write(whole, [_section(part, library) for part in facts["section"]])
    guides.publish(whole)
    return whole


def _section(part: Facts, library: Mapping[str, PlainQuestion]) -> PlainSection:
    facts = {
        "title_fr": squeeze(part["fr"]),
        "title_en": squeeze(part["en"]),
        "help_why_fr": part.get("why"),
        "help_how_fr": part.get("how"),
    }
    when = part.get("when", {})
    asked = tuple(replace(library[key], condition=_condition(when.get(key))) for key in part["questions"])
    return PlainSection(facts | {"condition": _condition(part.get("when_section"))}, asked)


def _condition(facts: list[str] | None) -> dict[str, Any] | None:
    return condition(facts[0], Test(facts[1]), facts[2]) if facts else None


def _wording(facts: Facts) -> dict[str, Any]:
    low, high = facts.get("scale", (None, None))
    low_fr, low_en, high_fr, high_en = map(squeeze, facts.get("ends", (None,) * 4))
    return {
        "kind": QuestionKind(facts["kind"]), "label_fr": squeeze(facts["fr"]), "label_en": squeeze(facts["en"]),
        "why_fr": facts.get("why"), "how_fr": facts.get("how"), "unit": facts.get("unit"), "currency": facts.get("currency"),
        "tax_basis": TaxBasis(facts["basis"]) if "basis" in facts else None, "scale_min": low, "scale_max": high,
        "scale_min_fr": low_fr, "scale_min_en": low_en, "scale_max_fr": high_fr, "scale_max_en": high_en,
        "term_list": TermList(facts["list"]) if "list" in facts else None, "required": facts.get("required", False),
        "sensitive": facts.get("sensitive", False), "confidentiality": Confidentiality(facts.get("confidentiality", "team")),
    }  # fmt: skip


def _options(facts: Facts) -> tuple[tuple[str, str, str | None], ...]:
    return tuple((code, str(squeeze(french)), squeeze(english)) for code, french, english in facts.get("options", ()))
