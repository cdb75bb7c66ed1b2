"""Those who answered in interviews out of a file: found among the people of the organisations concerned, whichever way round they are
written, else added to the directory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from consult.excel import split_person
from consult.kernel import refs
from consult.kernel.bulk import Image, Ledger, chunks
from consult.kernel.db import db
from consult.kernel.model import NAME
from consult.kernel.text import fold
from consult.organisations.people_models import Affiliation, Civility, Person

_TITLE = re.compile(r"\s*\(([^()]*)\)\s*$")
_CIVILITIES = {"mme": Civility.MS, "madame": Civility.MS, "ms": Civility.MS, "mlle": Civility.MS, "mrs": Civility.MS} | dict.fromkeys(
    ("m", "mr", "monsieur"), Civility.MR
)


def parted(text: str) -> tuple[str, str, str, str]:
    """A person as a file writes them: civility, first name, last name, and the job title that stands in brackets."""
    title = _TITLE.search(text)
    civility, first, last = split_person(_TITLE.sub("", text))
    return civility, first[:NAME], last[:NAME], (title.group(1).strip() if title else "")[:NAME]


def called(text: str) -> str:
    """The name of a person as a file writes them, first name first, without civility and title."""
    _civility, first, last, _title = parted(text)
    return f"{first} {last}".strip()


def key(name: str) -> frozenset[str]:
    """The words of a name, by which it is the same whichever comes first."""
    return frozenset(fold(called(name)).split())


class Interviewees:
    """The people of the organisations that a file names; new ones are made in the ledger."""

    def __init__(self, organisation_ids: Iterable[int], ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[int, frozenset[str]], tuple[int, str | None]] = {}
        query = sa.select(Affiliation.organisation_id, Affiliation.job_title, Person).join(Person, Person.id == Affiliation.person_id)
        for some in chunks(set(organisation_ids), 400):
            for organisation_id, title, person in db.session.execute(
                query.where(Affiliation.organisation_id.in_(some)).order_by(Affiliation.id)
            ):
                self._known.setdefault((organisation_id, key(person.full_name)), (person.id, title))

    def find_or_make(self, text: str, organisation_ids: Sequence[int]) -> tuple[int, str | None, list[Image]]:
        """Return the person of this name in one of the organisations with the job title of that day, and what undoes their making.

        A person nobody knows is added to the first of the organisations.
        """
        title = parted(text)[3] or None
        for organisation_id in organisation_ids:
            if (organisation_id, key(text)) in self._known:
                person_id, known_title = self._known[organisation_id, key(text)]
                return person_id, title or known_title, []
        person_id, images = self._make(text, organisation_ids[0])
        self._known[organisation_ids[0], key(text)] = (person_id, title)
        return person_id, title, images

    def _make(self, text: str, organisation_id: int) -> tuple[int, list[Image]]:
        civility, first, last, title = parted(text)
        ref, folded = refs.take(Person.ref_prefix)[0], fold(f"{last} {first}")
        person_id, image = self._ledger.insert(
            Person, ref=ref, civility=_CIVILITIES.get(fold(civility)), first_name=first or None, last_name=last,
            sort_name=folded[: NAME * 2], search_key=f"{folded} {fold(ref)}",
        )  # fmt: skip
        post = self._ledger.insert(Affiliation, person_id=person_id, organisation_id=organisation_id, is_main=True, job_title=title or None)
        return person_id, [image, post[1]]
