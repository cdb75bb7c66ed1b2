"""What people may answer in the wizard, and the sentences for what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from markupsafe import Markup
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from consult.exchange import column_choices, fields
from consult.exchange.fields import MAIN
from consult.exchange.remembering import IGNORE
from consult.exchange.table import EXTRA, Table
from consult.web import once
from consult.web.forms import PostedForm
from consult.web.i18n import _, _l
from consult.web.refusals import sentences

sentences(
    {
        "import_wrong_state": _l("This import is no longer at this step. Look at its page to see where it is."),
        "import_changed": _l(
            "Something changed since this preview was made. Nothing was written; look at the new preview before you apply."
        ),
        "import_chosen_meanwhile": _l("Somebody decided something else about this import meanwhile. Look at it again before you go on."),
        "import_no_entity": _l("Say first what kind of record the file holds: no column tells it."),
        "import_rejected": _l("The file cannot be read as it was decided: %(reason)s"),
        "import_header_beyond": _l("There is no row %(row)s: sheet “%(sheet)s” ends on row %(last)s."),
        "import_no_record": _l(
            "The headers stand on row %(row)s and there is no record below them. Choose another row for the headers or another sheet, "
            "or send a file that is filled in."
        ),
        "import_all_left_out": _l(
            "No row of this sheet is held to be a record. Choose a row for the headers or another sheet, or send another file."
        ),
        "import_discarded": _l("This import was discarded before it was applied. Nothing was written, and its file is deleted."),
        "import_expired": _l(
            "This import was not applied for %(days)s days and has expired. Nothing was written, and its file is deleted: send it again "
            "to import it."
        ),
        "import_throttled": _l("You have imported %(number)s files in the last hour; the next can be sent at %(at)s."),
        "import_tries": _l("You have sent many files that could not be read. Wait %(minutes)s min, then try again."),
    }
)

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "mac-roman")
DELIMITERS = (",", ";", "\t", "|", "^")


class UploadForm(PostedForm):
    """A file to import."""

    file = FileField(_l("Spreadsheet"), [FileRequired(_l("Choose a file."))], description=_l("xlsx, xlsm, xls, ods, csv or tsv"))

    def hidden_tag(self, *fields: Any) -> Markup:
        """Return the hidden inputs, with the token by which a file sent twice from one page is one import."""
        return super().hidden_tag(*fields) + once.token_field()


class DoForm(PostedForm):
    """A button: nothing but the proof that it was pressed on our page."""


def columns_form(table: Table, entity: str | None, in_frame: bool) -> Any:
    """Return the form in which each column of a table is given a field, kept as extra, ignored, or left open."""
    attributes: dict[str, Any] = {
        "entity": SelectField(_l("What the file holds"), choices=_entities(), default=entity or "", validate_choice=True),
        "frame": SelectField(
            _l("New organisations"),
            choices=[
                SelectChoice("in", _("enter the target list, and count in its coverage")),
                SelectChoice("out", _("take part in the study, outside the target list")),
            ],
            default="in" if in_frame else "out",
        ),
    }
    for use in table.uses:
        chosen = use.field or (use.kind if use.kind in (EXTRA, IGNORE) else "")
        attributes[f"c{use.index}"] = SelectField(use.header, choices=_destinations(), default=chosen)
    form = type("ColumnsForm", (_ColumnsForm,), {**attributes, **column_choices.fields_of(table)})
    return form()


class _ColumnsForm(PostedForm):
    entity: SelectField
    frame: SelectField

    def validate(self, extra_validators: Any = None) -> bool:
        """One field never twice; and something must say what the file holds."""
        valid = bool(super().validate(extra_validators))
        first: dict[str, Any] = {}
        for name, field in self._fields.items():
            if name.startswith("c") and name[1:].isdigit() and field.data in fields.by_name():
                if field.data in first:
                    field.errors = [_("“%(header)s” already fills this field.", header=first[field.data].label.text)]
                    valid = False
                first.setdefault(field.data, field)
        return valid

    def validate_entity(self, field: Any) -> None:
        """Without a kind of record nothing can be planned."""
        if field.data not in MAIN:
            raise ValidationError(_("Choose what the rows of this file are."))

    def decided(self) -> dict[str, Any]:
        """Return what was decided, as a batch keeps it."""
        columns = {name[1:]: field.data or "" for name, field in self._fields.items() if name.startswith("c") and name[1:].isdigit()}
        return {"entity": self.entity.data, "frame": self.frame.data, "columns": columns, **column_choices.decided(self._fields)}


def _entities() -> list[SelectChoice]:
    return [SelectChoice("", _("To be chosen")), *(SelectChoice(name, fields.entity_label(name)) for name in MAIN)]


def _destinations() -> list[SelectChoice]:
    none = _("No field")
    aside = [("", _("Left open")), (EXTRA, _("Keep as extra")), (IGNORE, _("Ignore"))]
    found = [SelectChoice(value, label, optgroup=none) for value, label in aside]
    return found + [SelectChoice(each.name, each.label, optgroup=fields.entity_label(each.spec.entity)) for each in fields.FIELDS]


def layout_choices(given: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a sheet is to be read, out of what was sent. Choosing another sheet forgets the rows chosen in the former one.

    A number that is sent as it was shown (`shown_header_row`, `shown_last_row`) is no choice: what was proposed stays proposed.
    """
    kept = {name: before[name] for name in ("entity", "frame", "columns", "marks", "defaults", "decisions") if name in before}
    text = {name: given.get(name) for name, allowed in (("encoding", ENCODINGS), ("delimiter", DELIMITERS)) if given.get(name) in allowed}
    sheet = given.get("sheet") or before.get("sheet")
    choices = {**kept, **text, **({"sheet": sheet} if sheet else {})}
    if sheet and given.get("shown_sheet", sheet) != sheet:
        return choices
    numbers = {name: number for name in ("header_row", "last_row") if (number := _row_chosen(name, given, before)) is not None}
    lists = {name: rows for name in ("records", "not_records") if (rows := sorted({n for v in given.getlist(name) if (n := _number(v))}))}
    return {**choices, **numbers, **lists}


def _row_chosen(name: str, given: Any, before: Mapping[str, Any]) -> int | None:
    number = _number(given.get(name))
    return before.get(name) if number == _number(given.get(f"shown_{name}")) else number


def _number(text: Any) -> int | None:
    return int(text) if text and str(text).isdecimal() and len(str(text)) < 7 else None


def page_number(given: Any) -> int:
    """Return which page of a list of rows is asked for."""
    return max(1, _number(given.get("page")) or 1)


def answers(given: Any) -> dict[str, dict[str, Any]]:
    """Return the answers about ambiguous rows: fields named `d-ROW-PART` with `use:ID`, `line:ROW`, `new` or `skip`.

    The second person of a row is its part `person.2`.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, text in given.items():
        row, _sep, part = name.removeprefix("d-").partition("-")
        if not name.startswith("d-") or _number(row) is None or part.partition(".")[0] not in MAIN:
            continue
        kind, _sep, number = text.partition(":")
        if kind in ("new", "skip"):
            found.setdefault(row, {})[part] = {kind: True}
        elif kind in ("use", "line") and _number(number) is not None:
            found.setdefault(row, {})[part] = {kind: _number(number)}
    return found
