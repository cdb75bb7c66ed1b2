"""Forms: the one description of what people may type, for the page, the workbook and the diff alike.

Every field may carry `synonyms`, further headers by which an import recognises it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, has_request_context, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from wtforms import (
    BooleanField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms import (
    DateField as WTDateField,
)
from wtforms import (
    TimeField as WTTimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from consult.kernel.errors import Conflict, Refused
from consult.kernel.locking import Merge, columns_of, merge
from consult.kernel.model import LABEL, NAME, NOTE, Choice
from consult.kernel.text import clean, squeeze
from consult.web import once
from consult.web.i18n import _, lang
from consult.web.refusals import sentence

__all__ = [
    "AmountField", "CheckField", "ChoiceField", "ChoicesField", "DateField", "EntityForm", "InputRequired", "Length", "NoteField",
    "NumberRange", "Optional", "PickField", "PicksField", "PostedForm", "TextField", "TimeField", "ValidationError", "WholeNumberField",
]  # fmt: skip


LONGEST_NUMBER = 18
"""Characters of a whole number; one of hundreds of digits is no number of anything, and cannot be compared with a range."""


class _Described:
    """What every field of ours carries beside WTForms' own: synonyms, and whether it is shown under *More*."""

    def __init__(self, *args: Any, synonyms: Sequence[str] = (), more: bool = False, **kwargs: Any) -> None:
        self.synonyms = tuple(synonyms)
        self.more = more
        self.theirs: tuple[Any] | None = None
        super().__init__(*args, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """What could not be read at all is said once; the other validators have nothing to say of it."""
        if self.process_errors and any(str(typed).strip() for typed in self.raw_data or ()):  # type: ignore[attr-defined]
            raise StopValidation
        super().pre_validate(form)  # type: ignore[misc]


def _validators(given: Sequence[Any] | None, *further: Any) -> list[Any]:
    chosen = list(given or ())
    if not any(isinstance(v, InputRequired | Optional) for v in chosen):
        chosen.insert(0, Optional())
    return chosen + [v for v in further if not any(isinstance(c, type(v)) for c in chosen)]


class TextField(_Described, StringField):
    """One line of text: cleaned, in NFC, single-spaced; None when empty. At most `longest` characters (a name's length unless given)."""

    def __init__(self, label: Any = None, validators: Any = None, longest: int = NAME, filters: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _validators(validators, Length(max=longest)), filters=(squeeze, *filters), **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Spaces alone are no answer to a required question."""
        super().pre_validate(form)
        if self.flags.required and self.data is None and any(self.raw_data or ()):
            in_words = self.gettext  # the sentence is WTForms' own, and so is its translation
            raise StopValidation(in_words("This field is required."))


class NoteField(_Described, TextAreaField):
    """Text of several lines as typed, in Markdown when `markdown`; None when empty."""

    def __init__(self, label: Any = None, validators: Any = None, longest: int = NOTE, markdown: bool = False, **kwargs: Any) -> None:
        self.markdown = markdown
        super().__init__(label, _validators(validators, Length(max=longest)), filters=(_note,), **kwargs)


def _note(text: str | None) -> str | None:
    return (clean(text) if text and text.strip() else None) if text is not None else None


class DateField(_Described, WTDateField):
    """A day, typed as dd/mm/yyyy or picked (yyyy-mm-dd)."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, _validators(validators), format=["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is not a date. Type it as day/month/year, for example 09/12/2022.")) from error
        if self.data is not None and not 1900 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(_("The year must lie between 1900 and 2200."))


class TimeField(_Described, WTTimeField):
    """A time of day, typed as 14:30 or 14h30."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, _validators(validators), format=["%H:%M", "%Hh%M", "%H h %M", "%H:%M:%S"], **kwargs)


class WholeNumberField(_Described, IntegerField):
    """A whole number between `low` and `high`; spaces between thousands are accepted."""

    def __init__(self, label: Any = None, validators: Any = None, low: int = 0, high: int = 2_000_000_000, **kwargs: Any) -> None:
        super().__init__(label, _validators(validators, NumberRange(low, high)), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = ["".join(v.split()) for v in valuelist]
        if typed and len(typed[0]) > LONGEST_NUMBER:
            in_words = self.gettext  # the sentence is WTForms' own, and so is its translation
            raise ValueError(in_words("Not a valid integer value."))
        super().process_formdata(typed)


class AmountField(_Described, DecimalField):
    """A number with decimals as it is written in the reader's language: `1 234,50`, with any kind of space."""

    data: Any

    def __init__(
        self, label: Any = None, validators: Any = None, low: float = 0, high: float = 1e9, places: int = 2, **kwargs: Any
    ) -> None:
        super().__init__(label, _validators(validators, NumberRange(low, high)), places=places, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = "".join("".join(valuelist[:1]).split())
        try:
            super().process_formdata([_with_point(text)])
        except ValueError as error:
            raise ValueError(_("This is not a number. Type it like this: 1 234,50.")) from error
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(_("This is not a number. Type it like this: 1 234,50."))

    def _value(self) -> str:
        text = str(super()._value())
        return text if self.raw_data or lang() == "en" else text.replace(".", ",")


def _with_point(text: str) -> str:
    """Return a number with a decimal point: the last of comma and point is the decimal mark, the other parts thousands."""
    if "," in text and "." in text:
        mark = "," if text.rindex(",") > text.rindex(".") else "."
        text = text.replace("." if mark == "," else ",", "")
    return text.replace(",", ".")


class CheckField(_Described, BooleanField):
    """Yes or no."""


class ChoiceField(_Described, SelectField):
    """One member of a closed list, in the reader's language; None when nothing is chosen. `segmented` draws it as buttons side by side."""

    def __init__(
        self, label: Any = None, members: type[Choice] | None = None, validators: Any = None, segmented: bool = False, **kwargs: Any
    ) -> None:
        self.members = members
        self.segmented = segmented
        kwargs.setdefault("coerce", _member(members) if members else _text)
        super().__init__(label, validators=_validators(validators), validate_choice=True, **kwargs)
        if members:
            self.choices = self._labelled

    def _labelled(self) -> list[tuple[str, str]]:
        blank = [] if any(isinstance(v, InputRequired) for v in self.validators) else [("", "")]
        return blank + [(m.value, m.label(lang())) for m in self.members or ()]


def _member(members: type[Choice]) -> Callable[[Any], Any]:
    def coerce(value: Any) -> Any:
        return None if value in (None, "", "None") else members(value)

    return coerce


def _text(value: Any) -> Any:
    return None if value in (None, "", "None") else str(value)


def identity(value: Any) -> int | None:
    """Coerce the value of a select over records: a positive database id, or None for the blank choice."""
    if value in (None, "", "None"):
        return None
    number = int(value)
    if not 0 < number < 2**31:
        raise ValueError(_("Choose an entry of the list."))
    return number


class ChoicesField(_Described, SelectMultipleField):
    """Several entries of a list given by the view as (value, label); `identity` makes record ids of them."""

    def __init__(self, label: Any = None, validators: Any = None, coerce: Any = identity, **kwargs: Any) -> None:
        super().__init__(label, validators=_validators(validators), coerce=coerce, **kwargs)


class PickField(_Described, StringField):
    """One record found by typing (`endpoint` answers the suggestions). Data: its id as int; or, with `create`, a new name as str."""

    def __init__(self, label: Any = None, endpoint: str = "", create: bool = False, validators: Any = None, **kwargs: Any) -> None:
        self.endpoint, self.create = endpoint, create
        self.chosen_label = ""
        super().__init__(label, _validators(validators), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = picked(valuelist[0], self.create) if valuelist else None


class PicksField(_Described, SelectMultipleField):
    """Several records found by typing. Data: ids as int; or, with `create`, new names as str among them."""

    def __init__(self, label: Any = None, endpoint: str = "", create: bool = False, validators: Any = None, **kwargs: Any) -> None:
        self.endpoint, self.create = endpoint, create
        self.chosen: list[tuple[Any, str]] = []
        super().__init__(label, validators=_validators(validators), coerce=str, choices=[], validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [value for value in (picked(v, self.create) for v in valuelist) if value is not None]

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])


def picked(value: str, create: bool) -> int | str | None:
    """Read what a combobox sent: the id of a record, or `new:` and a name to create."""
    if value.startswith("new:"):
        name = squeeze(value[4:])
        if not create or not name or len(name) > LABEL:
            raise ValueError(_("Choose an entry of the list."))
        return name
    return identity(value.strip() or None)


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

    def hidden_tag(self, *fields: Any) -> Markup:
        """Return the hidden inputs; a form that makes something carries a token by which it counts once."""
        return super().hidden_tag(*fields) + (once.token_field() if self.seen_version is None else Markup())

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
            self._fields[name].theirs = (theirs,)
        for name in columns_of(record).intersection(self.values()) - set(outcome.values) - set(outcome.disputed):
            self._fields[name].raw_data = None
            self._fields[name].process_data(getattr(record, name))
