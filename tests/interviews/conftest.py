"""What the tests of interviews stand on: one study with a member of each role and two organisations of its target list."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from consult.accounts.models import User
from consult.guides import questions, sections
from consult.guides import service as guides
from consult.interviews import service
from consult.interviews.models import Interview, InterviewKind
from consult.kernel import actor, scope
from consult.kernel.db import db, unit_of_work
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.studies.models import Role, Study
from tests.factories import Make

ROLES = ("lead", "reviewer", "consultant", "cluster", "guest")
DAY = dt.date(2023, 1, 12)


@dataclass
class Field:
    """The study and those who work in it."""

    make: Make
    study: Study
    members: dict[str, User]
    combe: Organisation
    lac: Organisation
    more: dict[str, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def acting(self, role: str, user: User | None = None) -> Iterator[None]:
        """One unit of work of a member, seeing and able to do what that role does."""
        who = user or self.members[role]
        seen = scope.Scope(self.study.id, who.id, role, Role(role).rank)
        with unit_of_work(), actor.acting(actor.Actor(who.id, actor.Via.WEB)), scope.within(seen, db.session()):
            yield

    def logged(self, role: str = "consultant", **values: Any) -> int:
        """Log an interview as a member and return its id."""
        with self.acting(role):
            given = {"date": DAY, "kind": InterviewKind.INDIVIDUAL, "organisations": [self.combe.id], **values}
            return service.log(given).id

    def read(self, interview_id: int) -> Interview:
        """Return an interview as the database holds it, whatever anybody may read."""
        with scope.unscoped("tests read back"):
            db.session.rollback()
            db.session.expunge_all()
            return db.session.scalars(
                sa.select(Interview).where(Interview.id == interview_id).execution_options(include_deleted=True)
            ).one()

    def disposition(self, organisation: Organisation) -> str | None:
        """Return where an organisation stands in the target list."""
        with scope.unscoped("tests read back"):
            db.session.rollback()
            return db.session.scalar(sa.select(Participation.disposition).where(Participation.organisation_id == organisation.id))

    def url(self, path: str = "") -> str:
        """Return an address of the study's interviews."""
        return f"/studies/{self.study.id}/interviews/{path}"


@pytest.fixture
def work(make: Make) -> Field:
    """A study with a member of each role and two organisations to be met."""
    study = make.study()
    members = {role: make.member(study, role, name=f"{role.title()} Martin") for role in ROLES}
    combe = make.organisation(study, "Ateliers de la Combe")
    lac = make.organisation(study, "Cadrans du Lac", participation={"disposition": "scheduled"})
    return Field(make, study, members, combe, lac)


@dataclass
class Guided:
    """A published guide of two sections, and its questions by key."""

    version_id: int
    questions: dict[str, int]


ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "relation": (
        "scale",
        {"label_fr": "Comment sont vos relations ?", "label_en": "How are your relations?", "scale_min": 1, "scale_max": 5},
    ),
    "turnover": ("amount", {"label_fr": "Chiffre d’affaires", "currency": "EUR", "tax_basis": "ht"}),
    "workforce": ("number", {"label_fr": "Effectif", "unit": "salariés"}),
    "share": ("percentage", {"label_fr": "Part du premier client"}),
    "since": ("date", {"label_fr": "Depuis quand ?"}),
    "story": ("long_text", {"label_fr": "Racontez", "why_fr": "Pour comprendre", "how_fr": "Laisser parler"}),
    "trade": ("text", {"label_fr": "Métier"}),
    "channel": ("single", {"label_fr": "Canal principal"}),
    "markets": ("multiple", {"label_fr": "Marchés"}),
    "customer": ("organisation", {"label_fr": "Premier client"}),
    "contact": ("person", {"label_fr": "Qui d’autre voir ?"}),
}
OPTIONS = [("direct", "Vente directe", "Direct"), ("agent", "Agent", "Agent"), ("web", "En ligne", "Online")]


@pytest.fixture
def guided(work: Field) -> Guided:
    """A published guide that asks one question of each kind, in two sections."""
    with work.acting("lead"):
        guide = guides.create({"code": "marque", "title_fr": "Marques", "title_en": "Brands"})
        draft = guides.draft(guide)
        assert draft is not None
        parts = [sections.add(draft, {"title_fr": title}) for title in ("Profil", "Marchés")]
        ids = {}
        for n, (key, (kind, values)) in enumerate(ASKED.items()):
            choices = OPTIONS if kind in ("single", "multiple") else ()
            worded = questions.create({"key": key, "kind": kind, **values}, choices)
            questions.add(parts[n // 6], worded)
            ids[key] = worded.question_id
        guides.publish(draft)
        return Guided(draft.id, ids)
