"""What an interview said when it was validated or amended, kept so that two of them can be laid side by side."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa

from consult.interviews import passages
from consult.interviews.approval_models import Revision
from consult.interviews.models import Interview
from consult.kernel import scope
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.text import clean
from consult.studies.models import Role

LONGEST_COMPARED = 20_000
"""Beyond so many characters, texts are compared line by line: word by word would take seconds."""


class Piece(NamedTuple):
    """A run of a text: `kept` in both, only in the former (`removed`) or only in the later (`added`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """What one text said in two revisions: the former with what was removed, the later with what was added."""

    subject: str
    former: Sequence[Piece]
    later: Sequence[Piece]
    changed: bool


def keep(interview: Interview, by_id: int | None = None, person_id: int | None = None) -> Revision:
    """Keep the texts of an interview as they stand, as its next revision."""
    last = db.session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.interview_id == interview.id)) or 0
    revision = Revision(
        study_id=interview.study_id,
        interview_id=interview.id,
        number=last + 1,
        at=now(),
        by_id=by_id,
        person_id=person_id,
        content=whole(interview),
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def whole(interview: Interview) -> dict[str, str]:
    """Return all that an interview says, whoever acts: a revision is for all who read it later, each as far as they may (`told`)."""
    with scope.within(replace(scope.current(), role=Role.LEAD, rank=Role.LEAD.rank), db.session()):
        return passages.content(interview)


def told(revision: Revision, interview: Interview) -> dict[str, str]:
    """Return the texts of a revision that the reader may know of: an answer that is kept from them now is so in every revision."""
    known = passages.known(interview)
    return {subject: text for subject, text in revision.content.items() if subject in known}


def forget_last(interview: Interview) -> None:
    """Let go of the latest revision: the step that made it was taken back."""
    last = sa.select(Revision).where(Revision.interview_id == interview.id).order_by(Revision.number.desc()).limit(1)
    found = db.session.scalar(last)
    if found is not None:
        db.session.delete(found)
        db.session.flush()


def put(interview: Interview, texts: Mapping[str, str]) -> bool:
    """Make an interview say these texts, by subject; those not named stay. Tells whether any changed."""
    present = passages.content(interview)
    changed = {subject: _said(text) for subject, text in texts.items() if differ(text, present.get(subject))}
    passages.amend(interview, changed)
    return bool(changed)


def differ(one: str | None, other: str | None) -> bool:
    """Tell whether two texts say something else, whatever their line ends and the blanks around them."""
    return _said(one) != _said(other)


def _said(text: str | None) -> str | None:
    return clean(text or "").strip() or None


def of(interview: Interview) -> Sequence[Revision]:
    """Return the revisions of an interview, the first first."""
    return db.session.scalars(sa.select(Revision).where(Revision.interview_id == interview.id).order_by(Revision.number)).all()


def compare(former: Mapping[str, str], later: Mapping[str, str]) -> list[Difference]:
    """Lay two contents side by side, text by text, in the order of the later one; what only the former has comes last."""
    subjects = [*later, *(subject for subject in former if subject not in later)]
    return [_difference(subject, former.get(subject, ""), later.get(subject, "")) for subject in subjects]


def _difference(subject: str, former: str, later: str) -> Difference:
    split = _words if max(len(former), len(later)) <= LONGEST_COMPARED else _lines
    a, b = split(former), split(later)
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        kinds = ("kept", "kept") if tag == "equal" else ("removed", "added")
        before += [Piece(kinds[0], "".join(a[i1:i2]))] if i2 > i1 else []
        after += [Piece(kinds[1], "".join(b[j1:j2]))] if j2 > j1 else []
    return Difference(subject, before, after, former != later)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
