"""What people may type about people and their posts."""

from __future__ import annotations

from typing import Any

from consult.accounts.models import Language
from consult.excel import synonyms as s
from consult.kernel.model import LABEL
from consult.organisations import identifiers
from consult.organisations.form_fields import LONGEST_NUMBER, LinesUpTo, email_field, organisation_field
from consult.organisations.people_models import Civility, PersonFunction
from consult.web.forms import (
    CheckField,
    ChoiceField,
    DateField,
    EntityForm,
    InputRequired,
    NoteField,
    TextField,
    ValidationError,
)
from consult.web.i18n import _, _l
from consult.web.refusals import sentences

sentences(
    {
        "not_an_address": _l("“%(text)s” is not an e-mail address."),
        "address_taken": _l("%(text)s is the address of somebody else. If several people read it, tick “Shared mailbox”."),
        "last_post": _l("This is the person's only post: without it nobody would find them. End it instead, or delete the person."),
    }
)


def _are_emails(_form: Any, field: Any) -> None:
    wrong = next((line for line in (field.data or "").splitlines() if line.strip() and identifiers.email(line) is None), None)
    if wrong is not None:
        raise ValidationError(_("“%(text)s” is not an e-mail address.") % {"text": wrong.strip()})


class PersonForm(EntityForm):
    """Somebody: name, addresses, numbers."""

    civility = ChoiceField(_l("Civility"), Civility, segmented=True, synonyms=s.CIVILITY)
    first_name = TextField(_l("First name"), synonyms=s.FIRST_NAME)
    last_name = TextField(_l("Last name"), [InputRequired()], synonyms=s.LAST_NAME)
    emails = NoteField(_l("E-mail addresses"), [_are_emails], longest=2000, synonyms=s.EMAIL, description=_l("One a line."))
    shared_mailbox = CheckField(_l("Shared mailbox"), description=_l("Several people read it, such as contact@… or a secretariat."))
    phones = NoteField(
        _l("Phone numbers"),
        [LinesUpTo(LONGEST_NUMBER)],
        500,
        synonyms=s.PHONE,
        description=_l("One a line. Kept as typed, and in the international form."),
    )
    do_not_contact = CheckField(_l("Do not contact"), description=_l("They asked not to be contacted any more."))
    lang = ChoiceField(_l("Language"), Language, [InputRequired()], default=Language.FRENCH, more=True)
    notes = NoteField(_l("Notes"), synonyms=s.NOTES, more=True)
    source = TextField(_l("Source"), longest=LABEL, more=True)
    verified_on = DateField(_l("Verified on"), more=True)

    def values(self) -> dict[str, Any]:
        """Return what was typed; the language as its code."""
        typed = super().values()
        return {**typed, "lang": str(typed["lang"])}


class PersonCellForm(EntityForm):
    """What can be corrected in place: the first number, kept as it is typed, and the first address."""

    phone = TextField(_l("Phone"), longest=LONGEST_NUMBER)
    email = email_field(_l("E-mail"))


class _Post:
    """The fields of a post."""

    organisation_id = organisation_field(_l("Organisation"), validators=[InputRequired()])
    job_title = TextField(_l("Job title"), synonyms=s.JOB_TITLE)
    function = ChoiceField(_l("Function"), PersonFunction, synonyms=s.FUNCTION)


class NewPersonForm(_Post, PersonForm):
    """Somebody new, with their post."""


class AffiliationForm(_Post, EntityForm):
    """A post of a person in an organisation of the study."""

    since = DateField(_l("Since"))
    until = DateField(_l("Until"))
    is_main = CheckField(_l("Main post"), description=_l("The one by which the person is listed."))
