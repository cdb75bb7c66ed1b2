"""The coverage as a workbook: what is shown, row by row and as a grid, with what each number counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from consult.excel import Column, Properties, Sheet, Workbook
from consult.reports.coverage import MEASURES as CODES
from consult.reports.coverage_words import DEFINITIONS, MEASURES, NAMES
from consult.web.i18n import _, written_date

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_of(title: str, shown: Mapping[str, Any], today: dt.date) -> bytes:
    """Return the workbook of a coverage as the page shows it, in the reader's language."""
    heading = _("Coverage of %(study)s on %(day)s", study=title, day=written_date(today))
    book = Workbook(Properties(title=heading))
    for sheet in (_lines(shown, heading), _grid(shown, heading), _definitions(shown)):
        book.sheet(sheet)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _lines(shown: Mapping[str, Any], heading: str) -> Sheet:
    columns = [
        Column(str(NAMES[shown["rows"]]), width=36), Column(_("Quota"), "integer"), Column(_("Upper quota"), "integer"),
        *(Column(str(MEASURES[code]), "integer") for code in CODES), Column(_("Gap"), "integer"),
        Column(_("Expected by now"), "integer", 16), Column(_("Behind pace"), "integer", 16),
    ]  # fmt: skip
    rows = [
        [each.label, each.goal, each.goal_max, *(each.counts[code] for code in CODES), each.gap, each.expected, each.behind or None]
        for each in (*shown["lines"], shown["whole"])
    ]
    above = [heading, _("Counted against the quota: %(measure)s.", measure=str(MEASURES[shown["counts"]]).lower())]
    return Sheet(_("Coverage"), columns, rows, above=above, filter=False)


def _grid(shown: Mapping[str, Any], heading: str) -> Sheet:
    counts, made = shown["counts"], shown["grid"]
    heads = shown["heads"]
    columns = [Column(str(NAMES[shown["rows"]]), width=36), *(Column(label, "integer", 14) for _key, label in heads)]
    rows = [[line.label, *(made.cells.get((line.key, key), {}).get(counts, 0) for key, _label in heads)] for line in shown["lines"]]
    above = [heading, str(MEASURES[counts])]
    return Sheet(_("Grid"), columns, rows, above=above, filter=False)


def _definitions(shown: Mapping[str, Any]) -> Sheet:
    rows = [[str(MEASURES[code]), str(DEFINITIONS[code])] for code in CODES]
    return Sheet(_("Definitions"), [Column(_("Number")), Column(_("What it counts"), "note", 90)], rows, filter=False)
