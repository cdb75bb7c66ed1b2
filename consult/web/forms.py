"""Forms: the one description of what people may type, for the page, the workbook and the diff alike.

Forms take every kind of field from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from flask import flash, has_request_context, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from consult.kernel.errors import Conflict, Refused
from consult.kernel.locking import Merge, columns_of, merge
from consult.web import once
from consult.web.fields import (
    AmountField,
    CheckField,
    ChoiceField,
    ChoicesField,
    DateField,
    NoteField,
    TextField,
    TimeField,
    WholeNumberField,
    WrittenField,
    identity,
)
from consult.web.i18n import _
from consult.web.picking import PickField, PicksField
from consult.web.refusals import sentence

__all__ = [
    "AmountField", "CheckField", "ChoiceField", "ChoicesField", "DateField", "EntityForm", "InputRequired", "Length", "NoteField",
    "NumberRange", "Optional", "PickField", "PicksField", "PostedForm", "TextField", "TimeField", "ValidationError", "WholeNumberField",
    "WrittenField", "identity",
]  # fmt: skip


class PostedForm(FlaskForm):
    """What every form of ours is: posted as a form."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read what a form posted. A JSON body is refused: its numbers and lists are not what fields are made for."""
            if has_request_context() and request.is_json and not (formdata is None or hasattr(formdata, "getlist")):
                raise BadRequest
            return super().wrap_formdata(form, formdata)


class EntityForm(PostedForm):
    """A form that edits one record: carries the version that was shown, and shows both versions when somebody else saved meanwhile."""

    counts_once: ClassVar[bool] = True
    """Whether the same form sent again is answered without doing anything again."""
    checks: ClassVar[tuple[Callable[[Mapping[str, Any]], None], ...]] = ()
    """Rules of the service about several fields together: each is given the values, None for what could not be read, and may raise
    Refused. They are asked whatever else is wrong, so that a person mends everything at once."""
    shown_at: ClassVar[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {}
    """Columns whose value a form makes of a field of another name: that field, and how it shows a value of the column."""
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: Merge | None = None
        self.conflict_record: Any = None

    @property
    def seen_version(self) -> int | None:
        """The version of the record that the person saw when they began to type; None for a new record."""
        text = self.version.data or ""
        return int(text) if str(text).isascii() and str(text).isdecimal() and len(str(text)) < 10 else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether what was typed is right, and put what is not beside each field."""
        sound = bool(super().validate(extra_validators))
        typed = {name: None if field.errors else field.data for name, field in self._fields.items()}
        for check in self.checks:
            try:
                check(typed)
            except Refused as refusal:
                self.refuse(refusal)
                sound = False
        return sound

    def hidden_tag(self, *fields: Any) -> Markup:
        """Return the hidden inputs; a form that makes something carries a token by which it counts once."""
        return super().hidden_tag(*fields) + (once.token_field() if self.counts_once and self.seen_version is None else Markup())

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field name, without the form's own fields."""
        return {name: field.data for name, field in self._fields.items() if name not in ("csrf_token", "version")}

    def saved_by(self, update: Callable[[dict[str, Any], int | None], Any]) -> bool:
        """Call `update(values, seen_version)` and tell whether it went well.

        A refusal is put beside its field. On a conflict, changes of different fields are merged and saved; where both changed the same
        field, the form shows both versions and carries the present one, so that the next save is a choice.
        """
        try:
            update(self.values(), self.seen_version)
        except Refused as refusal:
            self.refuse(refusal)
            return False
        except Conflict as conflict:
            if getattr(conflict.record, "deleted_at", None) is not None:
                raise  # deleted, or merged with another, while this was typed: nothing is written to it any more
            return self._merged(conflict, update)
        return True

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal beside the field it is about, or above the form."""
        text = sentence(refusal)
        if refusal.field in self._fields:
            field = self._fields[refusal.field]
            field.errors = [*field.errors, text]
        else:
            self.form_errors.append(text)

    def _merged(self, conflict: Conflict, update: Callable[[dict[str, Any], int | None], Any]) -> bool:
        own = columns_of(conflict.record)
        mine = {name: value for name, value in self.values().items() if name in own}
        outcome = merge(conflict.record, conflict.seen, mine)
        if outcome.disputed:
            self._show_both(conflict.record, outcome)
            return False
        if not outcome.values and len(mine) == len(self.values()):
            return True  # the same was saved already, as by a double click
        present = {name: getattr(conflict.record, name) if name in own else value for name, value in self.values().items()}
        update({**present, **outcome.values}, conflict.record.version)
        flash(_("Somebody saved this record while you were typing. Their changes and yours were merged."), "info")
        return True

    def _show_both(self, record: Any, outcome: Merge) -> None:
        self.conflict, self.conflict_record = outcome, record
        self.version.data = self.version.raw_data = None
        self.version.process_data(record.version)
        for name, (_mine, theirs) in outcome.disputed.items():
            field, value = self._shown(name, theirs)
            field.theirs = (field.written(value),)
        for name in columns_of(record).intersection(self.values()) - set(outcome.values) - set(outcome.disputed):
            field, value = self._shown(name, getattr(record, name))
            field.raw_data = None
            field.process_data(value)

    def _shown(self, column: str, value: Any) -> tuple[Any, Any]:
        name, shown = self.shown_at.get(column, (column, lambda same: same))
        return self._fields[name], shown(value)
