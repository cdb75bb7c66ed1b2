"""Interviews in workbooks: which columns of an imported sheet are which field."""

from __future__ import annotations

from typing import Any

from consult.excel import EntitySpec, FieldSpec
from consult.excel import synonyms as s
from consult.interviews.models import InterviewKind, InterviewLanguage, InterviewMode, InterviewState
from consult.kernel.model import Choice, Confidentiality

ENTITY = EntitySpec("interview", ("Entretiens", "Interviews"), s.INTERVIEW_WORDS, ("date",), ("date",))
"""Interviews as a file may hold them; a row needs its date, and names its organisation."""

LISTS: dict[str, type[Choice]] = {
    "kind": InterviewKind,
    "mode": InterviewMode,
    "lang": InterviewLanguage,
    "confidentiality": Confidentiality,
    "state": InterviewState,
}
"""The closed lists among the fields."""

BETWEEN = {"duration_min": (1, 1440), "effort_days": (0, 366)}
"""The bounds of the fields that are numbers, as the form has them."""


def _field(name: str, fr: str, en: str, words: tuple[str, ...], kind: str, **more: Any) -> FieldSpec:
    return FieldSpec("interview", name, (fr, en), words, kind, **more)


FIELDS = (
    _field("organisation", "Organisation", "Organisation", s.NAME, "name", required=True, refers="organisation.name"),
    _field("ref", "Référence de l’entretien", "Interview reference", s.INTERVIEW_REF, "text"),
    _field("date", "Date de l’entretien", "Interview date", s.INTERVIEW_DATE, "date", required=True, key=True),
    _field("starts_at", "Heure de début", "Start time", s.INTERVIEW_TIME, "time"),
    _field("kind", "Type d’entretien", "Interview kind", s.INTERVIEW_KIND, "choice"),
    _field("state", "État de l’entretien", "Interview state", s.INTERVIEW_STATE, "choice"),
    _field("mode", "Mode", "Mode", s.INTERVIEW_MODE, "choice"),
    _field("place", "Lieu de l’entretien", "Interview place", s.INTERVIEW_PLACE, "text"),
    _field("duration_min", "Durée", "Duration", s.DURATION, "duration"),
    _field("lang", "Langue de l’entretien", "Interview language", ("langue", "language"), "choice"),
    _field("interviewees", "Personnes rencontrées", "Interviewees", s.INTERVIEWEES, "people"),
    _field("interviewers", "Intervieweurs", "Interviewers", s.INTERVIEWERS, "people"),
    _field("summary", "Résumé de l’entretien", "Interview summary", s.INTERVIEW_SUMMARY, "note"),
    _field("note", "Compte rendu d’entretien", "Interview notes", s.INTERVIEW_NOTES, "note"),
    _field("effort_days", "Jours-homme", "Effort in days", s.EFFORT, "days"),
    _field("confidentiality", "Confidentialité", "Confidentiality", s.CONFIDENTIALITY, "choice"),
)
