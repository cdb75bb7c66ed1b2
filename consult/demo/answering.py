"""What was answered in the demo study: each interview has its own answers to its guide, the same each time the study is made."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from consult.demo.content import Content, Facts
from consult.guides.conditions import holds
from consult.guides.models import GuideVersion, QuestionKind, TaxBasis
from consult.guides.outline import Asked, Outline, outline
from consult.interviews.answer_models import Answer, MissingCode
from consult.interviews.answer_values import Amount, columns, texts
from consult.interviews.models import Interview
from consult.kernel.db import db
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.terms.models import Term

STAFF = {
    "00": (1, 1), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49), "21": (50, 99), "22": (100, 199),
    "31": (200, 249), "32": (250, 499), "41": (500, 999),
}  # fmt: skip
"""How many people each band of workforce means."""
MISSING, REFUSED, COMMENTED = 0.07, 0.18, 0.07
TURNOVER_EACH = (95_000, 210_000)
INVENTED = "Réponse fictive, écrite pour la démonstration."
"""Stands beside every answer that is put into the mouth of a body that exists."""
BRANDS = frozenset({"brand", "manufacture"})


@dataclass
class Answering:
    """One interview being answered: whom it is held with, and what may be named in the answers."""

    facts: Facts
    content: Content
    organisations: Mapping[str, Organisation]
    people: Sequence[Person]
    terms: Mapping[Any, Sequence[Term]]

    def __post_init__(self) -> None:
        self.chance = random.Random(self.facts["key"])  # noqa: S311 (nothing secret: the same answers each time)
        self.segment = kind_of(self.facts)

    def answers(self, interview: Interview, guide: Outline) -> Iterator[Answer]:
        """Yield the answers to everything that is asked, given those before."""
        known: dict[str, list[str]] = {}
        for part in guide.parts:
            if not holds(part.section.condition, known):
                continue
            for asked in part.items:
                answer = self._answer(interview, asked) if holds(asked.item.condition, known) else None
                if answer is not None:
                    known[asked.key] = texts(asked.wording.kind, answer)
                    yield answer

    def _answer(self, interview: Interview, asked: Asked) -> Answer | None:
        wording, code = asked.wording, self._missing(asked)
        value = self._value(asked) if code is None else None
        if value is None and code is None:
            return None
        comment = self.chance.choice(self.content.comments) if self.chance.random() < COMMENTED else None
        comment = comment if self.facts["fictional"] else INVENTED
        return Answer(
            study_id=interview.study_id, interview_id=interview.id, question_id=wording.question_id, question_version_id=wording.id,
            missing=code, comment=comment, confidentiality=wording.confidentiality, created_by_id=interview.created_by_id,
            **columns(wording.kind, value),
        )  # fmt: skip

    def _missing(self, asked: Asked) -> MissingCode | None:
        drawn = self.chance.random()
        if asked.wording.sensitive and drawn < REFUSED:
            return MissingCode.REFUSES
        if drawn > 1 - MISSING and not asked.wording.required:
            return self.chance.choice((MissingCode.NOT_ASKED, MissingCode.DOES_NOT_KNOW, MissingCode.NOT_APPLICABLE))
        return None

    def _value(self, asked: Asked) -> Any:
        kind, key = asked.wording.kind, asked.key
        if key in ("activite", "creation", "effectif", "chiffre_affaires"):
            return self._of_company(key)
        if kind in (QuestionKind.LONG_TEXT, QuestionKind.TEXT):
            return self.chance.choice(self.content.texts[key])
        if kind in (QuestionKind.NUMBER, QuestionKind.PERCENTAGE, QuestionKind.AMOUNT):
            return self._number(kind, key)
        return getattr(self, f"_{kind.value}", lambda _asked: None)(asked)

    def _of_company(self, key: str) -> Any:
        staff = self._staff()
        if key == "chiffre_affaires":
            return Amount(Decimal(staff * self.chance.randrange(*TURNOVER_EACH, 5_000)), "EUR", TaxBasis.EXCLUDED)
        return {"activite": self.facts["description"], "creation": self.facts.get("created"), "effectif": staff}[key]

    def _staff(self) -> int:
        return random.Random(f"{self.facts['key']} staff").randint(*STAFF.get(self.facts.get("workforce", ""), (6, 30)))  # noqa: S311

    def _number(self, kind: QuestionKind, key: str) -> Any:
        low, high, step = self.content.numbers[self.segment].get(key, (1, 20, 1))
        number = Decimal(self.chance.randrange(low, high + 1, step))
        return Amount(number, "EUR", TaxBasis.EXCLUDED) if kind == QuestionKind.AMOUNT else number

    def _scale(self, asked: Asked) -> int:
        low, high = asked.wording.scale_min or 0, asked.wording.scale_max or 5
        return round(self.chance.triangular(low, high, low + (high - low) * 0.6))

    def _single(self, asked: Asked) -> str:
        return self.chance.choices([option.code for option in asked.options], range(2 * len(asked.options), 0, -2))[0]

    def _multiple(self, asked: Asked) -> list[str]:
        codes = [option.code for option in asked.options]
        chosen = self.chance.sample(codes, self.chance.randint(1, min(4, len(codes))))
        alone = [code for code in chosen if code in ("aucun", "aucune")]
        return alone or sorted(chosen, key=codes.index)

    def _date(self, _asked: Asked) -> dt.date:
        held: dt.date = self.facts["interview"]["date"]
        return held + dt.timedelta(days=self.chance.randrange(20, 400))

    def _organisation(self, _asked: Asked) -> int:
        return self.chance.choice([each.id for key, each in self.organisations.items() if key != self.facts["key"]])

    def _person(self, _asked: Asked) -> int:
        return self.chance.choice(self.people).id

    def _component(self, asked: Asked) -> int:
        return self.chance.choice(self.terms[asked.wording.term_list]).id


def kind_of(facts: Facts) -> str:
    """Return the key of the guide that suits an organisation of the demo study."""
    if facts["segment"] == "outside":
        return "brand" if facts.get("role") in BRANDS else "subcontractor"
    return str(facts["segment"])


def add_answers(
    content: Content, guides: Mapping[str, GuideVersion], held: Mapping[str, Interview], organisations: Mapping[str, Organisation],
    people: Mapping[str, Person],
) -> None:  # fmt: skip
    """Answer each interview, by the key of its organisation, along its guide."""
    outlines = {key: outline(version.id) for key, version in guides.items()}
    terms: dict[Any, list[Term]] = {}
    for term in db.session.scalars(sa.select(Term).order_by(Term.id)):
        terms.setdefault(term.list, []).append(term)
    for facts in content.organisations:
        answering = Answering(facts, content, organisations, list(people.values()), terms)
        interview, guide = held[facts["key"]], outlines[answering.segment]
        interview.guide_version_id = guide.version.id
        db.session.add_all(answering.answers(interview, guide))
    db.session.flush()
