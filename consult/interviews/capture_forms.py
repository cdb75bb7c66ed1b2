"""What may be typed of a quote, a follow-up, and the consent to quote."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from consult.interviews import taking_part
from consult.interviews.files import level_within
from consult.interviews.follow_ups_models import FollowUp
from consult.interviews.models import Interview, QuoteRight
from consult.interviews.quotes import default_right, speakers
from consult.interviews.quotes_models import QUOTE, Quote
from consult.kernel import kept
from consult.kernel.model import LABEL, Confidentiality
from consult.kernel.scope import current
from consult.organisations.form_fields import organisation_field
from consult.web.fields import identity
from consult.web.forms import ChoiceField, DateField, EntityForm, InputRequired, NoteField, TextField
from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences({
    "quote_is_empty": _l("Write down what was said."),
    "speaker_unknown": _l("This person is not in the study. Choose somebody of the list."),
    "owner_not_in_team": _l("Whoever has it to do is a member of the study’s team. Choose them in the list."),
})  # fmt: skip


class QuoteForm(EntityForm):
    """A quote. `question_id` says in the answer to which question it stands, `at` near which place of it or of the note, where known."""

    text = NoteField(_l("Words"), [InputRequired()], longest=QUOTE, description=_l("Word for word, without quotation marks."))
    speaker_id = ChoiceField(_l("Speaker"), coerce=identity)
    right = ChoiceField(_l("Right"), QuoteRight, [InputRequired()], segmented=True)
    confidentiality = ChoiceField(_l("Confidentiality"), Confidentiality, [InputRequired()], segmented=True, more=True)
    memo = NoteField(_l("Memo"), more=True, description=_l("For the team: why it matters."))
    at = HiddenField()
    question_id = HiddenField()

    def values(self) -> dict[str, Any]:
        """Return what was typed; the place in numbers, where they are some."""
        typed = super().values()
        return {**typed, **{name: _number(typed[name]) for name in ("at", "question_id")}}


def _number(typed: Any) -> int | None:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def quote_form(interview: Interview, quote: Quote | None = None, **given: Any) -> QuoteForm:
    """Return the form of a quote of an interview, or of a new one: said by the one who answered, with the right that was agreed to."""
    named = [*speakers(interview)]
    start = {
        "right": default_right(interview), "confidentiality": level_within(interview.confidentiality),
        "speaker_id": named[0][0] if len(named) == 1 else None,
    }  # fmt: skip
    form = QuoteForm(obj=quote, prefix="quote-", **given, **(start if quote is None else {}))
    if quote is not None and quote.speaker is not None and quote.speaker_id not in dict(named):
        named.append((quote.speaker.id, quote.speaker.full_name))
    form.speaker_id.choices = [("", ""), *named]  # type: ignore[assignment]
    return form


class RightForm(EntityForm):
    """The right of a quote, set in its list."""

    right = ChoiceField(_l("Right"), QuoteRight, [InputRequired()])


class ConsentForm(EntityForm):
    """What was agreed aloud about quoting."""

    quote_consent = ChoiceField(
        _l("Consent to quote, given aloud"), QuoteRight, segmented=True, description=_l("The right of what is taken down from now on.")
    )


class _FollowUpFields:
    """What both forms of a follow-up have."""

    title = TextField(_l("What is to be done"), [InputRequired()], longest=LABEL)
    owner_id = ChoiceField(_l("By whom"), coerce=identity)
    due = DateField(_l("Due"))
    note = NoteField(_l("Note"), more=True)


class FollowUpForm(_FollowUpFields, EntityForm):
    """A follow-up, for whichever organisation of the study."""

    organisation_id = organisation_field(_l("Organisation"), validators=[InputRequired()])


class CapturedFollowUpForm(_FollowUpFields, EntityForm):
    """A follow-up captured in an interview; a joint meeting says for which of its organisations."""

    organisation_id = ChoiceField(_l("Organisation"), coerce=identity)


def follow_up_form(follow_up: FollowUp | None = None, **start: Any) -> FollowUpForm:
    """Return the form of a follow-up, or of a new one with some values to start from."""
    form = FollowUpForm(obj=follow_up, prefix="follow-up-", **start)
    form.owner_id.choices = team(follow_up)  # type: ignore[assignment]
    if isinstance(form.organisation_id.data, int):
        form.organisation_id.chosen_label = taking_part.organisation_names([form.organisation_id.data]).get(form.organisation_id.data, "")
    return form


def captured_follow_up_form(interview: Interview, **given: Any) -> CapturedFollowUpForm:
    """Return the form of what is promised in an interview, to be done by who writes it down."""
    form = CapturedFollowUpForm(prefix="follow-up-", owner_id=current().user_id, **given)
    form.owner_id.choices = team()  # type: ignore[assignment]
    several = organisations_of(interview)
    if len(several) > 1:
        form.organisation_id.choices = several  # type: ignore[assignment]
    else:
        del form.organisation_id
    return form


def organisations_of(interview: Interview) -> list[tuple[int, str]]:
    """Return the organisations of an interview that are in the study, as (id, name)."""
    return [(link.organisation_id, link.organisation.name) for link in interview.organisation_links if link.organisation is not None]


def team(follow_up: FollowUp | None = None) -> list[tuple[int | str, str]]:
    """Return who may have something to do, as (id, name), and who has this one, though no longer of the team."""
    members: list[tuple[int | str, str]] = [("", ""), *kept.value("team of the study", taking_part.team)]
    former = follow_up.owner if follow_up is not None else None
    return members if former is None or former.id in dict(members) else [*members, (former.id, former.name)]
