"""Response, cooperation, contact and refusal, by AAPOR's Standard Definitions; and why targets were not heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.organisations.participation import CAUSES, Cause, Disposition, Participation

COMPLETE, PARTIAL, REFUSAL, NO_CONTACT, OTHER, UNKNOWN, NOT_ELIGIBLE = CLASSES = ("I", "P", "R", "NC", "O", "U", "NE")
AAPOR: dict[Disposition, str] = {
    Disposition.TO_QUALIFY: UNKNOWN,
    Disposition.TO_CONTACT: UNKNOWN,
    Disposition.CONTACTED: UNKNOWN,
    Disposition.SCHEDULED: UNKNOWN,
    Disposition.DONE: COMPLETE,
    Disposition.PARTIAL: PARTIAL,
    Disposition.REFUSED: REFUSAL,
    Disposition.UNREACHABLE: NO_CONTACT,
    Disposition.DROPPED: OTHER,
    Disposition.REPLACED: OTHER,
    Disposition.INELIGIBLE: NOT_ELIGIBLE,
    Disposition.OUT_OF_BUSINESS: NOT_ELIGIBLE,
}
"""The class of each disposition. A replaced target stays in the denominators: what stands in for it must not raise the rate."""


@dataclass(frozen=True)
class Rate:
    """A rate: its code, its names, the classes above and below the line, and what it says."""

    code: str
    fr: str
    en: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    definition_fr: str
    definition_en: str

    def label(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en

    def definition(self, lang: str) -> str:
        return self.definition_fr if lang == "fr" else self.definition_en

    @property
    def formula(self) -> str:
        return f"{_sum(self.above)} / {_sum(self.below)}"

    def of(self, counts: Mapping[str, int]) -> float | None:
        """Return the rate of some counts by class; None where nobody is below the line."""
        below = sum(counts.get(each, 0) for each in self.below)
        return sum(counts.get(each, 0) for each in self.above) / below if below else None


def _sum(classes: Sequence[str]) -> str:
    return classes[0] if len(classes) == 1 else f"({' + '.join(classes)})"


ELIGIBLE = (COMPLETE, PARTIAL, REFUSAL, NO_CONTACT, OTHER, UNKNOWN)
RATES = (
    Rate(
        "response", "Taux de réponse (RR1)", "Response rate (RR1)", (COMPLETE,), ELIGIBLE,
        "Part des cibles rencontrées ou consultées parmi celles qui sont éligibles ou dont on ne le sait pas encore.",
        "Share of targets met or consulted among those that are eligible, or not known not to be.",
    ),
    Rate(
        "response_partial", "Taux de réponse, entretiens partiels compris (RR2)", "Response rate with partial interviews (RR2)",
        (COMPLETE, PARTIAL), ELIGIBLE,
        "Le même, les entretiens partiels comptant comme des réponses.", "The same, partial interviews counting as answers.",
    ),
    Rate(
        "cooperation", "Taux de coopération (COOP1)", "Cooperation rate (COOP1)", (COMPLETE,), (COMPLETE, PARTIAL, REFUSAL, OTHER),
        "Part des cibles entendues parmi celles que l’on a jointes.", "Share of targets heard among those that were reached.",
    ),
    Rate(
        "refusal", "Taux de refus (REF1)", "Refusal rate (REF1)", (REFUSAL,), ELIGIBLE,
        "Part des cibles qui ont refusé.", "Share of targets that refused.",
    ),
    Rate(
        "contact", "Taux de contact (CON1)", "Contact rate (CON1)", (COMPLETE, PARTIAL, REFUSAL, OTHER), ELIGIBLE,
        "Part des cibles jointes, quelle que soit l’issue.", "Share of targets that were reached, whatever came of it.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Response:
    """The targets of a study by disposition and segment, and those not heard by reason."""

    dispositions: dict[Disposition, int]
    by_segment: dict[str, dict[Disposition, int]]
    causes: dict[tuple[Disposition, Cause | None], int]

    @property
    def total(self) -> int:
        return sum(self.dispositions.values())

    def classes(self, segment: str | None = None) -> dict[str, int]:
        """Return the counts by AAPOR class, of all targets or of a segment."""
        found = dict.fromkeys(CLASSES, 0)
        for disposition, number in (self.dispositions if segment is None else self.by_segment.get(segment, {})).items():
            found[AAPOR[disposition]] += number
        return found


def response() -> Response:
    """Count the targets of the study in scope by disposition, segment and reason, in one statement; each is counted once."""
    here: Any = Participation
    columns = (here.disposition, here.segment_id, here.disposition_cause)
    query = sa.select(*columns, sa.func.count()).where(here.in_frame)
    made = Response({}, {}, {})
    for disposition, segment_id, cause, number in db.session.execute(query.group_by(*columns)):
        stands = disposition or Disposition.TO_QUALIFY
        _add(made.dispositions, stands, number)
        _add(made.by_segment.setdefault(str(segment_id or "none"), {}), stands, number)
        if stands in CAUSES:
            _add(made.causes, (stands, cause), number)
    return made


def _add(counts: dict[Any, int], key: Any, number: int) -> None:
    counts[key] = counts.get(key, 0) + number
