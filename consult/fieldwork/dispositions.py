"""Where a target stands after what was done to reach it, and the way back. A target is in exactly one disposition at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consult.fieldwork.models import Outcome
from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.organisations import service as directory
from consult.organisations.participation import CAUSES, Cause, Disposition, Participation

OPEN = (Disposition.TO_QUALIFY, Disposition.TO_CONTACT, Disposition.CONTACTED, Disposition.SCHEDULED)
"""The dispositions in which something is still to be done."""
TO_CALL = (Disposition.TO_QUALIFY, Disposition.TO_CONTACT, Disposition.CONTACTED)
"""The dispositions in which somebody is to be called or written to."""
HEARD = (Disposition.DONE, Disposition.PARTIAL)

AFTER: dict[Outcome, Disposition | None] = {
    Outcome.NO_ANSWER: None,
    Outcome.LEFT_MESSAGE: Disposition.CONTACTED,
    Outcome.SENT: Disposition.CONTACTED,
    Outcome.CALL_BACK: Disposition.CONTACTED,
    Outcome.AGREED: Disposition.CONTACTED,
    Outcome.APPOINTMENT: Disposition.SCHEDULED,
    Outcome.WRONG_CONTACT: Disposition.TO_QUALIFY,
    Outcome.REFUSED: Disposition.REFUSED,
    Outcome.UNREACHABLE: Disposition.UNREACHABLE,
    Outcome.INELIGIBLE: Disposition.INELIGIBLE,
    Outcome.OUT_OF_BUSINESS: Disposition.OUT_OF_BUSINESS,
    Outcome.DROPPED: Disposition.DROPPED,
}
"""Where an outcome brings a target; None leaves it where it is."""
CLOSING = frozenset(outcome for outcome, disposition in AFTER.items() if disposition in CAUSES)
"""The outcomes after which nothing more is done, and which ask why."""
FRUITLESS = (Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE, Outcome.SENT, Outcome.WRONG_CONTACT)
"""The outcomes after which nobody has been reached: as many in a row as the study's rule says propose *unreachable*."""
STANDING = ("disposition", "disposition_cause", "disposition_reason", "next_on", "next_time")
"""How a target stands: what an attempt may change, and what taking it back gives back."""


def target(organisation_id: int) -> Participation:
    """Return how an organisation stands in the target list. Raises NotFound, or Refused("not_a_target") outside of it."""
    here = directory.participation_of(organisation_id)
    if not here.in_frame:
        raise Refused("not_a_target")
    return here


def after(outcome: Outcome, present: Disposition | None) -> Disposition | None:
    """Return where an outcome brings a target. Who was heard stays so; who has an appointment keeps it unless it falls through; a letter
    opens nothing again that was closed."""
    leads_to = AFTER[outcome]
    if present in HEARD or leads_to is None:
        return present
    if present == Disposition.SCHEDULED and leads_to == Disposition.CONTACTED:
        return present
    return present if outcome == Outcome.SENT and present not in TO_CALL else leads_to


def check_cause(disposition: Disposition | None, cause: Cause | None, words: str | None) -> None:
    """Raise Refused unless a disposition that asks why is told so, by a cause that goes with it, and in words where that is *other*."""
    asked = CAUSES.get(disposition) if disposition else None
    if asked is None:
        return
    if cause is None:
        raise Refused("cause_required", field="cause")
    if cause not in asked:
        raise Refused("cause_of_another", field="cause")
    if cause == Cause.OTHER and not (words or "").strip():
        raise Refused("words_required", field="reason")


def move(here: Participation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a target another standing (STANDING) and return what is needed to take that back."""
    was = _standing(here)
    for name in STANDING:
        if name in values:
            setattr(here, name, values[name])
    if here.disposition not in CAUSES:
        here.disposition_cause = here.disposition_reason = None
    if here.disposition not in TO_CALL:
        here.next_on = here.next_time = None
    db.session.flush()
    return {"was": was, "became": _standing(here)}


def put_back(here: Participation, moved: Mapping[str, Any]) -> None:
    """Take a move back. Raises Refused("target_moved_on") when the target has come to stand elsewhere since."""
    if "became" not in moved:
        return
    if _standing(here) != moved["became"]:
        raise Refused("target_moved_on")
    for name, value in moved["was"].items():
        setattr(here, name, audit.decode(Participation, name, value))
    db.session.flush()


def _standing(here: Participation) -> dict[str, Any]:
    return {name: audit.encode(getattr(here, name)) for name in STANDING}
