"""What people may type of one answer: a value as the question's kind wants it, or why there is none, a comment, and whether it is strict.

The fields of a question are named after it (`a17-value`), so that all of a guide's are posted together or each by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from consult.guides.models import QuestionKind as Kind
from consult.guides.models import QuestionOption, QuestionVersion, TaxBasis
from consult.guides.wording import CURRENCIES
from consult.interviews.answer_models import Answer, MissingCode
from consult.interviews.answer_values import BOUNDS, Amount, value_of
from consult.kernel.model import LABEL, Confidentiality
from consult.organisations import people_service
from consult.organisations import service as directory
from consult.web.fields import identity
from consult.web.forms import (
    AmountField,
    CheckField,
    ChoiceField,
    ChoicesField,
    DateField,
    NoteField,
    PickField,
    PostedForm,
    TextField,
    WholeNumberField,
)
from consult.web.i18n import _l, lang


class AnswerForm(PostedForm):
    """One answer. `value` is put in by the kind of its question; an amount also has `currency` and `basis`."""

    class Meta(PostedForm.Meta):
        csrf = False  # the page's form, or the header of its script, carries the token

    missing = ChoiceField(_l("No answer"), MissingCode)
    comment = NoteField(_l("Comment"))
    strict = CheckField(_l("Strict"))
    seen = HiddenField()

    def typed(self, wording: QuestionVersion, held: Answer | None) -> dict[str, Any]:
        """Return what `answers.put` takes."""
        return {
            "value": held.value_attachment_id if wording.kind == Kind.FILE and held is not None else self._value(wording.kind),
            "missing": self.missing.data,
            "comment": self.comment.data,
            "level": self._level(wording, held),
        }

    @property
    def seen_version(self) -> int:
        """The version of the answer that its writer saw; 0 when there was none."""
        text = str(self.seen.data or "0")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    @property
    def is_posted(self) -> bool:
        """Whether the form holds what somebody typed."""
        return bool(self.seen.raw_data)

    @property
    def said(self) -> str:
        """What is wrong with what was typed, in one line."""
        return " ".join(str(error) for field in self for error in field.errors)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the fields as they would be posted again."""
        return [(field.name, value) for field in self for value in _posted(field)]

    def _value(self, kind: Kind) -> Any:
        number = self["value"].data if "value" in self else None
        if kind == Kind.AMOUNT:
            return None if number is None else Amount(number, self["currency"].data or "EUR", self["basis"].data)
        return number

    def _level(self, wording: QuestionVersion, held: Answer | None) -> Confidentiality | None:
        if self.strict.data:
            return Confidentiality.STRICT
        if held is None or held.confidentiality != Confidentiality.STRICT:
            return None
        return wording.confidentiality if wording.confidentiality != Confidentiality.STRICT else Confidentiality.TEAM


def form_of(
    wording: QuestionVersion,
    options: Sequence[QuestionOption],
    held: Answer | None,
    terms: Sequence[tuple[int, str]] = (),
    formdata: Mapping[str, Any] | None = None,
) -> AnswerForm:
    """Return the form of one answer with what is held; `formdata` is what was posted, of this question or of others alone."""
    prefix = f"a{wording.question_id}-"
    posted = formdata if formdata is not None and f"{prefix}seen" in formdata else None
    form = _form_class(wording.kind)(formdata=posted, prefix=prefix, data=_shown(wording, held))
    if wording.kind in (Kind.SINGLE, Kind.MULTIPLE):
        form["value"].choices = _choices(options, held)
    if wording.kind == Kind.COMPONENT:
        form["value"].choices = [("", ""), *terms]
    return form


def _choices(options: Sequence[QuestionOption], held: Answer | None) -> list[tuple[str, str]]:
    """Return what may be chosen. A code that was answered under other options stays choosable: nobody loses it by saving the page."""
    known = {option.code: option.label(lang()) for option in options}
    former = [code for code in (held.value_codes if held is not None else None) or () if code not in known]
    return [*known.items(), *((code, code) for code in former)]


def _shown(wording: QuestionVersion, held: Answer | None) -> dict[str, Any]:
    value = value_of(wording.kind, held) if held is not None else None
    level = held.confidentiality if held is not None else wording.confidentiality
    shown = {
        "value": value, "missing": held.missing if held else None, "comment": held.comment if held else None,
        "strict": level == Confidentiality.STRICT, "seen": held.version if held else 0,
    }  # fmt: skip
    if wording.kind == Kind.AMOUNT:
        amount = value or Amount(None, wording.currency or "EUR", wording.tax_basis)  # type: ignore[arg-type]
        shown |= {"value": amount.number, "currency": amount.currency, "basis": amount.basis}
    return shown


@functools.cache
def _form_class(kind: Kind) -> type[AnswerForm]:
    return type(f"Answer_{kind}", (AnswerForm,), {**_FIELDS[kind]()})


def _number(kind: Kind) -> Callable[[], dict[str, Any]]:
    return lambda: {"value": AmountField(_l("Answer"), places=4, **_bounds(kind))}


def _bounds(kind: Kind) -> dict[str, float]:
    low, high = BOUNDS[kind]
    return {"low": float(low), "high": float(high)}


def _amount() -> dict[str, Any]:
    currencies = [SelectChoice(code, code) for code in CURRENCIES]
    return {
        "value": AmountField(_l("Answer"), places=2, **_bounds(Kind.AMOUNT)),
        "currency": ChoiceField(_l("Currency"), choices=currencies),
        "basis": ChoiceField(_l("Tax"), TaxBasis),
    }


_FIELDS: Mapping[Kind, Callable[[], dict[str, Any]]] = {
    Kind.TEXT: lambda: {"value": TextField(_l("Answer"), longest=LABEL)},
    Kind.LONG_TEXT: lambda: {"value": NoteField(_l("Answer"), markdown=True)},
    Kind.SINGLE: lambda: {"value": ChoiceField(_l("Answer"), choices=[])},
    Kind.MULTIPLE: lambda: {"value": ChoicesField(_l("Answer"), coerce=str)},
    Kind.NUMBER: _number(Kind.NUMBER),
    Kind.PERCENTAGE: _number(Kind.PERCENTAGE),
    Kind.AMOUNT: _amount,
    Kind.DATE: lambda: {"value": DateField(_l("Answer"))},
    Kind.SCALE: lambda: {"value": WholeNumberField(_l("Answer"), low=-1000, high=1000)},
    Kind.ORGANISATION: lambda: {"value": PickField(_l("Answer"), "organisations.pick", directory.pick, create=True)},
    Kind.PERSON: lambda: {"value": PickField(_l("Answer"), "organisations.pick_person", people_service.pick)},
    Kind.COMPONENT: lambda: {"value": ChoiceField(_l("Answer"), coerce=identity, choices=[])},
    Kind.FILE: dict,  # files are sent one by one beside the form (answer_file_views)
}


def _posted(field: Any) -> Iterable[str]:
    if isinstance(field, CheckField):
        return ["y"] if field.data else []
    if isinstance(field, ChoicesField):
        return [str(value) for value in field.data or ()]
    if isinstance(field, ChoiceField):
        return [str(field.data)] if field.data is not None else []
    if isinstance(field, PickField):
        return [f"new:{field.data}" if isinstance(field.data, str) else str(field.data)] if field.data else []
    return [str(field._value())]
