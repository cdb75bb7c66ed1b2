"""The fields of forms: each says what may be typed, what is made of it, and how a value is written back.

Every field may carry `synonyms`, further headers by which an import recognises it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
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
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from consult.kernel.model import NAME, NOTE, Choice
from consult.kernel.text import clean, squeeze
from consult.web.clock import YEARS
from consult.web.i18n import _, lang

LONGEST_NUMBER = 18
"""Characters of a whole number; one of hundreds of digits is no number of anything, and cannot be compared with a range."""


class Described:
    """What every field of ours carries beside WTForms' own: synonyms, and whether it is shown under *More*."""

    def __init__(self, *args: Any, synonyms: Sequence[str] = (), more: bool = False, **kwargs: Any) -> None:
        self.synonyms = tuple(synonyms)
        self.more = more
        self.theirs: tuple[Any] | None = None
        super().__init__(*args, **kwargs)
        self.flags.maxlength = False  # type: ignore[attr-defined]  # a browser cuts at it without a word; the answer says what is too long

    def written(self, value: Any) -> Any:
        """Return a value of the record as the field shows it."""
        return value

    def pre_validate(self, form: Any) -> None:
        """What could not be read at all is said once; the other validators have nothing to say of it."""
        if self.process_errors and any(str(typed).strip() for typed in self.raw_data or ()):  # type: ignore[attr-defined]
            raise StopValidation
        super().pre_validate(form)  # type: ignore[misc]


def validators_of(given: Sequence[Any] | None, *further: Any) -> list[Any]:
    chosen = list(given or ())
    if not any(isinstance(v, InputRequired | Optional) for v in chosen):
        chosen.insert(0, Optional())
    return chosen + [v for v in further if not any(isinstance(c, type(v)) for c in chosen)]


class TextField(Described, StringField):
    """One line of text: cleaned, in NFC, single-spaced; None when empty. At most `longest` characters (a name's length unless given)."""

    def __init__(self, label: Any = None, validators: Any = None, longest: int = NAME, filters: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators_of(validators, Length(max=longest)), filters=(squeeze, *filters), **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Spaces alone are no answer to a required question."""
        super().pre_validate(form)
        if self.flags.required and self.data is None and any(self.raw_data or ()):
            in_words = self.gettext  # the sentence is WTForms' own, and so is its translation
            raise StopValidation(in_words("This field is required."))


class WrittenField(TextField):
    """Text kept in one form and written in another, as a telephone number is. `kept` makes of what is typed what is kept, which is the
    text itself where it is none; `shown` writes it for reading and correcting."""

    def __init__(self, label: Any, kept: Callable[[str], str | None], shown: Callable[[str | None], str], **kwargs: Any) -> None:
        self.shown = shown
        super().__init__(label, filters=(lambda text: kept(text) or text if text else text,), **kwargs)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.shown(self.data)

    def written(self, value: Any) -> Any:
        """Return a value of the record as the field shows it."""
        return self.shown(value)


class NoteField(Described, TextAreaField):
    """Text of several lines as typed, in Markdown when `markdown`; None when empty."""

    def __init__(self, label: Any = None, validators: Any = None, longest: int = NOTE, markdown: bool = False, **kwargs: Any) -> None:
        self.markdown = markdown
        super().__init__(label, validators_of(validators, Length(max=longest)), filters=(_note,), **kwargs)


def _note(text: str | None) -> str | None:
    return (clean(text) if text and text.strip() else None) if text is not None else None


class DateField(Described, WTDateField):
    """A day, typed as dd/mm/yyyy or picked (yyyy-mm-dd)."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators_of(validators), format=["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is not a date. Type it as day/month/year, for example 09/12/2022.")) from error
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(_("The year must lie between 1900 and 2200."))


class TimeField(Described, WTTimeField):
    """A time of day, typed as 14:30 or 14h30."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators_of(validators), format=["%H:%M", "%Hh%M", "%H h %M", "%H:%M:%S"], **kwargs)


class WholeNumberField(Described, IntegerField):
    """A whole number between `low` and `high`; spaces between thousands are accepted."""

    def __init__(self, label: Any = None, validators: Any = None, low: int = 0, high: int = 2_000_000_000, **kwargs: Any) -> None:
        super().__init__(label, validators_of(validators, NumberRange(low, high)), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = ["".join(v.split()) for v in valuelist]
        if typed and len(typed[0]) > LONGEST_NUMBER:
            in_words = self.gettext  # the sentence is WTForms' own, and so is its translation
            raise ValueError(in_words("Not a valid integer value."))
        super().process_formdata(typed)


class AmountField(Described, DecimalField):
    """A number with decimals as it is written in the reader's language: `1 234,50`, with any kind of space."""

    data: Any

    def __init__(
        self, label: Any = None, validators: Any = None, low: float = 0, high: float = 1e9, places: int = 2, **kwargs: Any
    ) -> None:
        super().__init__(label, validators_of(validators, NumberRange(low, high)), places=places, **kwargs)

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
        if not self.raw_data and self.data is not None and self.data == int(self.data):
            return str(int(self.data))
        text = str(super()._value())
        return text if self.raw_data or lang() == "en" else text.replace(".", ",")


def _with_point(text: str) -> str:
    """Return a number with a decimal point: the last of comma and point is the decimal mark, the other parts thousands."""
    if "," in text and "." in text:
        mark = "," if text.rindex(",") > text.rindex(".") else "."
        text = text.replace("." if mark == "," else ",", "")
    return text.replace(",", ".")


class CheckField(Described, BooleanField):
    """Yes or no."""


class ChoiceField(Described, SelectField):
    """One member of a closed list, in the reader's language; None when nothing is chosen. `segmented` draws it as buttons side by side."""

    def __init__(
        self, label: Any = None, members: type[Choice] | None = None, validators: Any = None, segmented: bool = False, **kwargs: Any
    ) -> None:
        self.members = members
        self.segmented = segmented
        kwargs.setdefault("coerce", _member(members) if members else _text)
        super().__init__(label, validators=validators_of(validators), validate_choice=True, **kwargs)
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


class ChoicesField(Described, SelectMultipleField):
    """Several entries of a list given by the view as (value, label); `identity` makes record ids of them."""

    def __init__(self, label: Any = None, validators: Any = None, coerce: Any = identity, **kwargs: Any) -> None:
        super().__init__(label, validators=validators_of(validators), coerce=coerce, **kwargs)
