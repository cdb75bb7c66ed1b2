"""Files that are known by the names of their columns: plans of actions, lists of participants, answers to a survey."""

from __future__ import annotations

from enum import Enum

from consult.excel import synonyms
from consult.excel.locate import Layout
from consult.excel.text import fold


class FileKind(str, Enum):
    """Files that are known by name."""

    RECORDS = "records"
    ACTIONS = "actions"
    PARTICIPANTS = "participants"
    SURVEY = "survey"
    UNKNOWN = "unknown"


_ACTIONS = frozenset(fold(word) for word in synonyms.ACTION_HEADERS)
_PARTICIPANTS = frozenset(fold(word) for word in synonyms.PARTICIPANT_HEADERS)
_SURVEY = frozenset(fold(word) for word in synonyms.SURVEY_HEADERS)
_ACTION_PROOF = frozenset(
    fold(word)
    for word in (
        "titre de l'action",
        "titre de la fiche action",
        "fiche action",
        "action",
        "actions",
        "intitulé de l'action",
        "n° action",
        "structure pilote",
        "pilote",
        "axe",
        "axe (x)",
        "personne pilote",
        "action plan",
        "chantier",
        "état d'avancement",
        "owner",
    )
)
_PRESENCE = frozenset(
    fold(word)
    for word in (
        "présent",
        "présente",
        "présent(e)",
        "présence",
        "émargement",
        "signature",
        "excusé",
        "absent",
        "présent / absent",
        "présence (oui/non)",
        "attendance",
        "attended",
        "check-in",
        "attendee status",
        "inscrit",
        "inscrit le",
        "régime alimentaire",
        "participe",
        "ticket",
        "ticket type",
        "billet",
        "registered",
        "registration date",
        "statut de participation",
        "join time",
        "leave time",
        "first join",
        "last leave",
        "in-meeting duration",
    )
)
_PEOPLE = frozenset(fold(word) for word in (*synonyms.FIRST_NAME, *synonyms.LAST_NAME, *synonyms.FULL_NAME, "nom", "name"))


def file_kind(layout: Layout) -> FileKind:
    """What the headers say the file is: a plan of actions, a list of participants, answers to a survey, or records that a registry may
    know."""
    headers = [fold(column.header) for column in layout.columns if column.header and not column.aside]
    if not headers:
        return FileKind.UNKNOWN
    actions = sum(1 for header in headers if header in _ACTIONS)
    if actions >= 3 and actions >= 0.3 * len(headers) and any(header in _ACTION_PROOF for header in headers):
        return FileKind.ACTIONS
    if _is_survey(layout, headers):
        return FileKind.SURVEY
    if _is_attendance(headers):
        return FileKind.PARTICIPANTS
    return FileKind.RECORDS


def _is_attendance(headers: list[str]) -> bool:
    """Whether people are listed with their presence: one word that only such a list has, or two that others have too."""
    proof = sum(1.0 if header in _PRESENCE else 0.5 for header in headers if header in _PARTICIPANTS)
    return proof >= 1.0 and any(header in _PEOPLE for header in headers)


def _is_survey(layout: Layout, headers: list[str]) -> bool:
    questions = sum(1 for column in layout.columns if len(column.header) > 45 or column.header.rstrip().endswith("?"))
    known = sum(1 for header in headers if header in _SURVEY)
    if questions >= 0.4 * len(headers) and questions >= 3:
        return True
    return known >= 1 and headers[0] in _SURVEY and not any(header in _PEOPLE - {"participant", "participants"} for header in headers)
