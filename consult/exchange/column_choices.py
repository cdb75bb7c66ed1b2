"""What may be chosen beside the field of each column: what parts several values in a cell, and what stands where a file says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from consult.excel.locate import column_values
from consult.excel.several import SEPARATORS
from consult.exchange import proposals, separating
from consult.exchange.fields import INTERVIEW, INTERVIEW_KIND, KIND, by_name
from consult.exchange.table import Table, Use
from consult.interviews.models import InterviewKind
from consult.kernel.model import Choice
from consult.organisations.models import OrganisationKind
from consult.web.i18n import _, _l, lang

MARKS = {
    ";": _l("semicolons"),
    ",": _l("commas"),
    "/": _l("slashes"),
    "|": _l("vertical bars"),
    "\n": _l("line breaks"),
}
WHOLE = "whole"
PARTED = frozenset({"person", "last_name", "people", "terms", "name"})
"""The kinds of field of which a cell may hold several values, and that lead those beside them."""
_CODES = {mark: str(number) for number, mark in enumerate(SEPARATORS)}
"""How a separator is sent by a form: a line break is none that a browser keeps."""


def fields_of(table: Table) -> dict[str, Any]:
    """Return the further fields of the form over the columns: `m3` parts the cells of column 3, `d-…` stands where nothing is said."""
    parted = {f"m{use.index}": field for use in table.uses if (field := _parting(use, table)) is not None}
    return {**parted, **_defaults(table)}


def _parting(use: Use, table: Table) -> Any:
    spec = by_name().get(use.field or "")
    values = column_values(table.layout.sample, use.index)
    marks = separating.proposed(spec, table.entity or "", values) if spec and spec.spec.kind in PARTED else None
    if marks is None or not any(mark in value for value in values if isinstance(value, str) for mark in SEPARATORS):
        return None
    found = _("Parted by %(marks)s", marks=_listed(marks)) if marks else _("Left whole")
    offered = [
        SelectChoice("", _("As proposed: %(what)s", what=found[:1].lower() + found[1:])),
        SelectChoice(WHOLE, _("Left whole")),
        *(SelectChoice(_CODES[mark], _("Parted by %(marks)s", marks=str(MARKS[mark]))) for mark in SEPARATORS),
    ]
    chosen = table.marks_of(use.index)
    start = "" if chosen is None else _CODES[chosen[0]] if chosen else WHOLE
    return SelectField(_("Several values in a cell"), choices=offered, default=start)


def _listed(marks: Sequence[str]) -> str:
    return ", ".join(str(MARKS[mark]) for mark in marks)


def _defaults(table: Table) -> dict[str, Any]:
    """The kind of new records, where no column says it: chosen once for the file, and seen."""
    filled = {use.field for use in table.uses}
    found: dict[str, Any] = {}
    if KIND not in filled:
        found[f"d-{KIND}"] = _kinds(_l("Kind of organisation, where nothing tells it"), OrganisationKind, proposals.otherwise(table))
    if table.feeds(INTERVIEW) and INTERVIEW_KIND not in filled:
        chosen = table.defaults.get(INTERVIEW_KIND) or InterviewKind.INDIVIDUAL
        found[f"d-{INTERVIEW_KIND}"] = _kinds(_l("Kind of interview, which no column says"), InterviewKind, chosen)
    return found


def _kinds(label: Any, members: type[Choice], chosen: str) -> Any:
    return SelectField(label, choices=[SelectChoice(each.value, each.label(lang())) for each in members], default=str(chosen))


def decided(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was chosen, as a batch keeps it: `marks` by column, `defaults` by field."""
    by_code = {code: [mark] for mark, code in _CODES.items()}
    parted = {name[1:]: field.data for name, field in fields.items() if name[:1] == "m" and name[1:].isdigit() and field.data}
    marks = {index: by_code.get(code, []) for index, code in parted.items()}
    return {"marks": marks, "defaults": {name[2:]: field.data for name, field in fields.items() if name.startswith("d-")}}
