"""Interviews in workbooks: how a list is handed out, and which columns of an imported sheet are which field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from consult.excel import Column, EntitySpec, FieldSpec, Properties, Sheet, Workbook, csv_rows
from consult.excel import synonyms as s

ENTITY = EntitySpec("interview", ("Entretiens", "Interviews"), s.INTERVIEW_WORDS, ("date",), ("date",))
"""Interviews as a file may hold them; a row needs its date, and names its organisation."""


def _field(name: str, fr: str, en: str, words: tuple[str, ...], kind: str, **more: Any) -> FieldSpec:
    return FieldSpec("interview", name, (fr, en), words, kind, **more)


FIELDS = (
    _field("organisation", "Organisation", "Organisation", s.NAME, "name", required=True, refers="organisation.name"),
    _field("date", "Date de l’entretien", "Interview date", s.INTERVIEW_DATE, "date", required=True, key=True),
    _field("kind", "Type d’entretien", "Interview kind", s.INTERVIEW_KIND, "choice"),
    _field("mode", "Mode", "Mode", s.INTERVIEW_MODE, "choice"),
    _field("place", "Lieu de l’entretien", "Interview place", s.INTERVIEW_PLACE, "text"),
    _field("duration_min", "Durée", "Duration", s.DURATION, "integer"),
    _field("interviewees", "Personnes rencontrées", "Interviewees", s.INTERVIEWEES, "terms"),
    _field("interviewers", "Intervieweurs", "Interviewers", s.INTERVIEWERS, "terms"),
    _field(
        "summary",
        "Résumé de l’entretien",
        "Interview summary",
        ("résumé", "synthèse", "synthèse de l'entretien", "points clés", "key points"),
        "note",
    ),
    _field(
        "note",
        "Compte rendu d’entretien",
        "Interview notes",
        (*s.INTERVIEW_SUMMARY[:2], "notes d'entretien", "cr", "contenu", "interview notes"),
        "note",
    ),
    _field("effort_days", "Effort en jours", "Effort in days", s.EFFORT, "number"),
    _field(
        "confidentiality",
        "Confidentialité",
        "Confidentiality",
        ("niveau de confidentialité", "diffusion", "confidentiality level"),
        "choice",
    ),
)


def xlsx(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[bytes, str]:
    """Return a table as a workbook of one sheet, dates and numbers as such, and its media type."""
    columns = [Column(label, _kind([row[place] for row in rows])) for place, label in enumerate(headers)]
    body = Workbook(Properties(title=title)).sheet(Sheet(title, columns, rows)).to_bytes()
    return body, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[bytes, str]:
    """Return a table as text parted by semicolons, and its media type."""
    return b"".join(csv_rows(headers, rows)), "text/csv"


EXPORTS: dict[str, Callable[[str, Sequence[str], Sequence[Sequence[Any]]], tuple[bytes, str]]] = {"xlsx": xlsx, "csv": csv}


def _kind(values: Sequence[Any]) -> str:
    first = next((value for value in values if value not in (None, "")), None)
    if isinstance(first, dt.date):
        return "date"
    return "number" if isinstance(first, Decimal) else "integer" if isinstance(first, int) else "text"
