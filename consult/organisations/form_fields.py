"""The fields of the directory's forms that check what is typed: numbers and addresses, places, records found by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms.utils import unset_value

from consult.kernel.model import LABEL
from consult.kernel.text import squeeze
from consult.organisations import identifiers, labelling, people_service, service, sites
from consult.studies import territory_reference
from consult.terms.models import TermList
from consult.web.forms import PickField, PicksField, ValidationError, WrittenField
from consult.web.i18n import _, lang
from consult.web.picking import NEW, Found, TooLong, new_name

LONGEST_NUMBER = 40
"""Characters of a telephone number or an identifier, spaces and all."""


def phone_field(label: Any, **kwargs: Any) -> WrittenField:
    """A telephone number, corrected as it is read: `03 81 67 00 01`. One that could not be called is kept as typed."""
    return WrittenField(label, identifiers.phone_as_kept, identifiers.written_phone, longest=LONGEST_NUMBER, **kwargs)


def siren_field(label: Any, **kwargs: Any) -> WrittenField:
    """A SIREN, written in threes. One whose check fails is kept as typed."""
    return _number_field(label, identifiers.siren, identifiers.written_siren, **kwargs)


def siret_field(label: Any, **kwargs: Any) -> WrittenField:
    """A SIRET, written in threes and five. One whose check fails is kept as typed."""
    return _number_field(label, identifiers.siret, identifiers.written_siret, **kwargs)


def _number_field(label: Any, check: Callable[..., identifiers.Checked], written: Callable[..., str], **kwargs: Any) -> WrittenField:
    def shown(text: str | None) -> str:
        return written(text) if check(text).value else text or ""

    return WrittenField(label, lambda text: check(text).value, shown, longest=LONGEST_NUMBER, **kwargs)


def email_field(label: Any, **kwargs: Any) -> WrittenField:
    """An e-mail address, in lower case. What is none is an error."""
    return WrittenField(label, identifiers.email, _as_it_is, validators=[is_email], longest=254, **kwargs)


def website_field(label: Any, **kwargs: Any) -> WrittenField:
    """The address of a website, with its scheme. What is none is an error."""
    return WrittenField(label, identifiers.website, _as_it_is, validators=[_is_website], longest=LABEL, **kwargs)


def _as_it_is(text: str | None) -> str:
    return text or ""


def is_email(_form: Any, field: Any) -> None:
    """Refuse what is no e-mail address."""
    if field.data and identifiers.email(field.data) is None:
        raise ValidationError(_("This is not an e-mail address. It looks like this: name@example.org."))


def _is_website(_form: Any, field: Any) -> None:
    if field.data and identifiers.website(field.data) is None:
        raise ValidationError(_("This is not the address of a website. It looks like this: www.example.org."))


class LinesUpTo:
    """Refuse a line of a text that is longer than what one line stands for may be."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, _form: Any, field: Any) -> None:
        long = next((line.strip() for line in (field.data or "").splitlines() if len(line.strip()) > self.longest), None)
        if long is not None:
            said = _("This line is too long: “%(line)s…”. At most %(longest)s characters a line.", line=long[:40], longest=self.longest)
            raise ValidationError(said)


def organisation_field(label: Any, **kwargs: Any) -> PickField:
    """An organisation of the study."""
    return PickField(label, "organisations.pick", service.pick, **kwargs)


def terms_field(label: Any, kind: TermList, endpoint: str, **kwargs: Any) -> PicksField:
    """Terms of an open list; new ones are created."""
    return PicksField(label, endpoint, lambda text: terms(kind, text), create=True, **kwargs)


def terms(kind: TermList, text: str) -> Found:
    """Find terms of a list by their label, for a box that is typed into."""
    return [(term.id, term.label(lang()), "") for term in labelling.matching(kind, text)]


def people(text: str) -> Found:
    """Find people of the study by name, for a box that is typed into."""
    return people_service.pick(text)


def communes(text: str) -> Found:
    """Find communes by name, postcode or INSEE code, for a box that is typed into."""
    return [(c.code, c.name, " · ".join((*c.postcodes[:1], c.code))) for c in territory_reference.search_communes(text)]


class CommuneField(PickField):
    """A commune: its INSEE code when it was told, else its name as typed. The postcode typed beside it tells homonyms apart."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, "organisations.pick_commune", communes, create=True, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the box, and the postcode beside it."""
        self.postcode = formdata.get("postcode", "") if formdata is not None else ""
        super().process(formdata, data, extra_filters)

    def _chosen(self, valuelist: list[str]) -> tuple[list[int | str], list[str]]:
        typed = next((name for value in valuelist if (name := squeeze(value.removeprefix(NEW)))), None)
        try:
            return [new_name(typed)] if typed else [], []
        except TooLong as refusal:
            return [refusal.name], [str(refusal)]

    def _meant(self, name: str, chosen: Any) -> list[int | str]:
        code, _name = sites.place(name, self.postcode)
        return [code] if code else super()._meant(name, chosen)
