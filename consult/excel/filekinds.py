"""Files that are known by the names of their columns: plans of actions, lists of participants, surveys, job offers, invoices."""

from __future__ import annotations

import re
from enum import Enum

from consult.excel import synonyms
from consult.excel.locate import Layout, column_values
from consult.excel.text import fold


class FileKind(str, Enum):
    """Files that are known by name."""

    RECORDS = "records"
    ACTIONS = "actions"
    PARTICIPANTS = "participants"
    SURVEY = "survey"
    OFFERS = "offers"
    INVOICES = "invoices"
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
        "numéro de billet",
        "n° billet",
        "n° de billet",
        "code-barres",
        "contrôlé",
        "badge",
        "n° de badge",
        "n° badge",
        "scanné le",
        "type de billet",
        "heure d'arrivée",
    )
)
_PEOPLE = frozenset(fold(word) for word in (*synonyms.FIRST_NAME, *synonyms.LAST_NAME, *synonyms.FULL_NAME, "nom", "name"))


def file_kind(layout: Layout, about: str = "") -> FileKind:
    """What the headers say the file is, and `about`, what file, sheet and title call it: a plan of actions, a list of participants,
    answers to a survey, job offers, invoices, or records that a registry may know."""
    headers = [fold(column.header) for column in layout.columns if column.header and not column.aside]
    if not headers:
        return FileKind.UNKNOWN
    if _is_plan(headers, fold(about)):
        return FileKind.ACTIONS
    if _is_survey(layout, headers):
        return FileKind.SURVEY
    if _is_attendance(headers, fold(about)) or _is_roll(layout):
        return FileKind.PARTICIPANTS
    if _is_of_offers(headers, fold(about)):
        return FileKind.OFFERS
    return FileKind.INVOICES if _is_of_invoices(layout, headers) else FileKind.RECORDS


_CALLED_PLAN = re.compile(r"\b(plans? d actions?|feuille de route|action plan|roadmap|fiches? actions?)\b")
_CALLED_ATTENDANCE = re.compile(
    r"\b(participants|inscrits|inscriptions|emargement|(liste|feuille) de presences?|presents|attendees|attendance|registrations)\b"
)


def _is_plan(headers: list[str], about: str) -> bool:
    actions = sum(1 for header in headers if header in _ACTIONS)
    proven = any(header in _ACTION_PROOF for header in headers)
    if _CALLED_PLAN.search(about):
        return actions >= 2 and actions >= 0.25 * len(headers)
    return actions >= 3 and actions >= 0.3 * len(headers) and proven


def _is_attendance(headers: list[str], about: str) -> bool:
    """Whether people are listed with their presence: one word that only such a list has, two that others have too, or its title."""
    proof = sum(1.0 if header in _PRESENCE else 0.5 for header in headers if header in _PARTICIPANTS)
    listed = _CALLED_ATTENDANCE.search(about) is not None and not any(header in _REGISTERED for header in headers)
    return (proof >= 1.0 or listed) and any(header in _PEOPLE for header in headers)


_REGISTERED = frozenset(fold(word) for word in (*synonyms.SIREN, *synonyms.SIRET, *synonyms.NAF))
_MEETING = re.compile(
    r"\b(copil|cotech|comite|reunion|seance|atelier|session|meeting|workshop|plenier|pleniere|ca|ag|cs|gt|jour|day|journee|"
    r"\d{1,2} \d{1,2} \d{2,4})\b"
)
_MARKS = frozenset("p e a x o n oui non present presente absent absente excuse excusee represente v ok 1 0 yes no attended".split())


def _is_roll(layout: Layout) -> bool:
    """Whether several columns are headed by a meeting or its day and hold nothing but marks of who was there."""
    meetings = [column for column in layout.columns if not column.aside and _MEETING.search(fold(f"{column.group} {column.header}"))]
    marked = [
        values
        for column in meetings
        if (values := [fold(str(value)) or "x" for value in column_values(layout.sample, column.index)]) and _MARKS.issuperset(values)
    ]
    return len(marked) >= 2


def _is_survey(layout: Layout, headers: list[str]) -> bool:
    questions = sum(1 for column in layout.columns if len(column.header) > 45 or column.header.rstrip().endswith("?"))
    known = sum(1 for header in headers if header in _SURVEY)
    if questions >= 3 and questions >= 0.4 * len(headers) or questions >= 2 and known >= 2:
        return True
    return known >= 1 and headers[0] in _SURVEY and not any(header in _PEOPLE - {"participant", "participants"} for header in headers)


_CALLED_OFFERS = re.compile(r"\b(offres? d emplois?|offres? de stages?|postes? a pourvoir|job offers?|vacancies|open positions)\b")
_OFFERED = re.compile(
    r"\b(offres?|intitules? d[ue] (poste|l offre)|postes? (a pourvoir|propose|ouverts?)|nombre de postes|(type de )?contrats?|salaires?|"
    r"remuneration|(code )?rome|lieu de travail|experience( requise)?|niveau d etudes?|qualification|date de publication|publiee? le|"
    r"vacancy|contract type|salary|job description|job id|closing date|posted)\b"
)


def _is_of_offers(headers: list[str], about: str) -> bool:
    """Whether posts are offered: several words of that, or one under such a title, and nobody who holds them."""
    told = sum(1 for header in headers if _OFFERED.search(header))
    people = any(header in _PEOPLE - {"nom", "name"} for header in headers)
    return not people and told >= (1 if _CALLED_OFFERS.search(about) else 3) and told >= 0.25 * len(headers)


_BILLED = re.compile(
    r"((n[°o]\.?|num[ée]ro|num|r[ée]f\.?|r[ée]f[ée]rence|id|date|libell[ée]|type)( de( la)?| d[ue]|\s)?\s*)?(factures?|invoices?|avoirs?)"
    r"(\s+(n[°o]\.?|number|no\.?|date|id|ref\.?|reference))?",
    re.I,
)
_OWED = re.compile(
    r"\b(montants?|total|ht|ttc|solde|reste a payer|regle|reglements?|paye|payee|paiement|echeance|amount|balance|due|paid|vat|tva)\b"
)


def _is_of_invoices(layout: Layout, headers: list[str]) -> bool:
    """Whether invoices are listed: a column bears their name, and two say what is owed or paid. What was *facturé* is none."""
    named = any(_BILLED.fullmatch(column.header.replace("_", " ").strip()) for column in layout.columns if not column.aside)
    return named and sum(1 for header in headers if _OWED.search(header)) >= 2
