"""What each role may do in a study: one table, read by the gate, the menus and the tests.

Names of persons outside the team (`read_people`: who is in the directory, with ways to reach them, and who answered in an interview) and
how the study is steered (`read_steering`: owner, priority, disposition, influence, interest, stance; the effort of interviews and what was
said in their review; history) are for those who work on the study, never for guests and the cluster.
"""

from __future__ import annotations

from consult.kernel.errors import Forbidden
from consult.kernel.scope import current
from consult.studies.models import Role

LEAD, REVIEWER, CONSULTANT, CLUSTER, GUEST = Role.LEAD, Role.REVIEWER, Role.CONSULTANT, Role.CLUSTER, Role.GUEST

MAY: dict[str, frozenset[Role]] = {
    "read_study": frozenset(Role),
    "steer": frozenset({LEAD}),
    "read_directory": frozenset(Role),
    "read_people": frozenset({LEAD, REVIEWER, CONSULTANT}),
    "read_steering": frozenset({LEAD, REVIEWER, CONSULTANT}),
    "edit_directory": frozenset({LEAD, CONSULTANT}),
    "read_interviews": frozenset({LEAD, REVIEWER, CONSULTANT, GUEST}),
    "read_guides": frozenset({LEAD, REVIEWER, CONSULTANT}),
    "build_guides": frozenset({LEAD}),
    "do_fieldwork": frozenset({LEAD, CONSULTANT}),
    "read_sourcing": frozenset({LEAD, REVIEWER, CONSULTANT, GUEST}),
    "log_interviews": frozenset({LEAD, CONSULTANT}),
    "review_interviews": frozenset({LEAD, REVIEWER}),
    "import": frozenset({LEAD, CONSULTANT}),
    "report": frozenset({LEAD, REVIEWER, CONSULTANT}),
    "share_views": frozenset({LEAD, REVIEWER, CONSULTANT}),
}


def refuse_without(capability: str) -> None:
    """Raise Forbidden unless the person acting has a capability in the study in scope."""
    if not may(current().role, capability):
        raise Forbidden


def may(role: Role | str, capability: str) -> bool:
    """Tell whether a role has a capability. An unknown capability is a KeyError: a typing mistake must not open a door."""
    return role in MAY[capability]
