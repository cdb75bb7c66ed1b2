"""What people may type about the field work, and the sentences for what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField

from consult.fieldwork.letters import PLACEHOLDERS
from consult.fieldwork.models import BODY, SUBJECT, Appointment, Channel, ContactAttempt, MeetingMode, Outcome
from consult.fieldwork.sharing import COMMUNE, EVEN
from consult.kernel.listing import whole_numbers
from consult.kernel.model import LABEL
from consult.organisations import people_service
from consult.organisations import service as directory
from consult.organisations.form_fields import CommuneField, organisation_field
from consult.organisations.models import OrganisationKind
from consult.organisations.participation import CAUSES, Cause, PlannedChannel, Priority
from consult.web import clock
from consult.web.forms import (
    CheckField,
    ChoiceField,
    ChoicesField,
    DateField,
    EntityForm,
    InputRequired,
    NoteField,
    PickField,
    TextField,
    TimeField,
    WholeNumberField,
    identity,
)
from consult.web.i18n import _l, lang
from consult.web.refusals import sentences

sentences({
    "not_a_target": _l("This organisation is not in the target list. Put it there first."),
    "do_not_contact": _l("%(name)s asked not to be contacted. Choose somebody else, or nobody."),
    "cause_required": _l("Choose why: reasons are counted in the non-response."),
    "cause_of_another": _l("This reason goes with another outcome. Choose one of the list."),
    "words_required": _l("Say in a few words what the other reason is."),
    "target_moved_on": _l("Something else came after this: the target stands elsewhere now. Undo the latest step first."),
    "attempt_in_the_future": _l("This attempt would lie in the future. Check the date and the time."),
    "next_before_attempt": _l("The next date lies before the attempt."),
    "suggested_by_nobody": _l("Say who suggested it: an organisation, a person, or a word of explanation."),
    "suggests_itself": _l("An organisation cannot suggest itself."),
    "replaces_itself": _l("A target cannot stand in for itself. Choose another organisation."),
    "nobody_to_share": _l("Choose at least one member of the team."),
    "appointment_ends_before": _l("The appointment would end before it begins. Give its duration."),
    "appointment_cancelled": _l("This appointment is cancelled. Reinstate it first, or make another one."),
    "appointment_not_planned": _l("Only an appointment that is planned can be cancelled."),
    "appointment_not_cancelled": _l("Only a cancelled appointment can be reinstated."),
    "no_address": _l("Neither of the two has an e-mail address. Download the invitation instead."),
    "placeholder_unknown": _l("“{%(name)s}” is not a placeholder. Those that may be used are listed beside the text."),
    "notice_missing": _l("The first message must carry {notice}: people are to be informed when they are first written to."),
})  # fmt: skip

HOUR = 60
NOBODY_CHOSEN = ("", "—")


class _WithPerson(EntityForm):
    """A form that names somebody of an organisation; those who do not want to be contacted are not offered."""

    person_id = ChoiceField(_l("Person"), coerce=identity)

    def offer_people(self, organisation_id: int, but: int | None = None) -> None:
        """Offer those who may be contacted, and who stands there already."""
        people = people_service.of_organisation(organisation_id)
        willing = [(each.id, each.full_name) for each in people if not each.do_not_contact or each.id == but]
        self.person_id.choices = [NOBODY_CHOSEN, *willing]  # type: ignore[assignment]


class AttemptForm(_WithPerson):
    """An attempt with its outcome, which is chosen before: it decides what is asked."""

    outcome = HiddenField()
    channel = ChoiceField(_l("By"), Channel, [InputRequired()], segmented=True)
    cause = ChoiceField(_l("Kind of reason"), Cause)
    reason = TextField(_l("Reason, in a few words"), longest=LABEL)
    next_on = DateField(_l("Try again on"))
    next_time = TimeField(_l("At about"))
    note = NoteField(_l("Note"))
    on = DateField(_l("Day of the attempt"), [InputRequired()])
    time = TimeField(_l("Time of the attempt"), [InputRequired()])

    def ask(self, outcome: Outcome, disposition: Any) -> None:
        """Ask what goes with an outcome: why where it closes, when to try again where it does not."""
        causes = CAUSES.get(disposition)
        if causes is None:
            del self.cause, self.reason
        else:
            self.cause.choices = [NOBODY_CHOSEN, *((each.value, each.label(lang())) for each in causes)]  # type: ignore[assignment]
            del self.next_on, self.next_time
        self.outcome.data = outcome.value

    def values(self) -> dict[str, Any]:
        """Return what was typed; the day and the time as one instant."""
        typed = super().values()
        return {**typed, "at": clock.instant(typed.pop("on"), typed.pop("time"))}


class CorrectionForm(_WithPerson):
    """The facts of an attempt: not what came of it."""

    channel = ChoiceField(_l("By"), Channel, [InputRequired()], segmented=True)
    on = DateField(_l("Day of the attempt"), [InputRequired()])
    time = TimeField(_l("Time of the attempt"), [InputRequired()])
    note = NoteField(_l("Note"))

    @classmethod
    def over(cls, attempt: ContactAttempt) -> CorrectionForm:
        """Return the form over an attempt."""
        at = clock.local(attempt.at)
        form = cls(obj=attempt, on=at.date(), time=at.time().replace(second=0, microsecond=0))
        form.offer_people(attempt.organisation_id, but=attempt.person_id)
        return form

    def values(self) -> dict[str, Any]:
        """Return what was typed; the day and the time as one instant."""
        typed = super().values()
        return {**typed, "at": clock.instant(typed.pop("on"), typed.pop("time"))}


class AppointmentForm(_WithPerson):
    """An appointment: when, where, who goes."""

    on = DateField(_l("Day"), [InputRequired()])
    time = TimeField(_l("Time"), [InputRequired()])
    minutes = WholeNumberField(_l("Duration"), [InputRequired()], low=5, high=1440, default=HOUR)
    mode = ChoiceField(_l("Mode"), MeetingMode, [InputRequired()], segmented=True)
    place = TextField(_l("Place"), longest=LABEL, description=_l("An address, a room, or the link of a video call."))
    commune = TextField(_l("Commune"), description=_l("Your week is grouped by it."))
    travel_min = WholeNumberField(_l("Travel, one way"), high=1440)
    user_id = ChoiceField(_l("Who goes"), coerce=identity)
    note = NoteField(_l("Note"), description=_l("For the team: it stands in no invitation."))

    def values(self) -> dict[str, Any]:
        """Return what was typed; day, time and duration as two instants."""
        typed = super().values()
        starts = clock.instant(typed.pop("on"), typed.pop("time"))
        return {**typed, "starts_at": starts, "ends_at": starts + dt.timedelta(minutes=typed.pop("minutes"))}

    @staticmethod
    def shown(appointment: Appointment) -> dict[str, Any]:
        """Return an appointment as the form shows it."""
        starts = clock.local(appointment.starts_at)
        minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // HOUR)
        return {"on": starts.date(), "time": starts.time(), "minutes": minutes}


class CancelForm(EntityForm):
    """An appointment that falls through: when to call again."""

    again_on = DateField(_l("Call again on"))


class _Entering(EntityForm):
    """An organisation that enters the target list: one of the study, or one that is created by its name."""

    organisation = PickField(_l("Organisation"), "organisations.pick", directory.pick, create=True, validators=[InputRequired()])
    kind = ChoiceField(_l("Kind, if it is new"), OrganisationKind, default=OrganisationKind.COMPANY)
    commune = CommuneField(_l("Commune, if it is new"))
    anyway = CheckField(_l("Create it anyway"))


class TargetForm(_Entering):
    """A new target, and who suggested it."""

    segment_id = ChoiceField(_l("Segment"), coerce=identity)
    owner_id = ChoiceField(_l("Looked after by"), coerce=identity)
    priority = ChoiceField(_l("Priority"), Priority, segmented=True)
    channel = ChoiceField(_l("Planned channel"), PlannedChannel, segmented=True)
    by_organisation_id = organisation_field(_l("Suggested by the organisation"))
    by_person_id = PickField(_l("Suggested by the person"), "organisations.pick_person", people_service.pick)
    note = TextField(_l("How it came up"), longest=LABEL)
    interview_id = HiddenField()

    def values(self) -> dict[str, Any]:
        """Return what was typed; the interview as a number."""
        typed = super().values()
        return {**typed, "interview_id": next(iter(whole_numbers([str(typed["interview_id"] or "")])), None)}


class SuggestionForm(EntityForm):
    """Who suggested a target that is there already."""

    by_organisation_id = organisation_field(_l("Suggested by the organisation"))
    by_person_id = PickField(_l("Suggested by the person"), "organisations.pick_person", people_service.pick)
    note = TextField(_l("How it came up"), longest=LABEL)


class ReplacementForm(_Entering):
    """What stands in for a target, and why."""

    cause = ChoiceField(_l("Kind of reason"), Cause, [InputRequired()])
    reason = TextField(_l("Reason, in a few words"), longest=LABEL)


class ShareForm(EntityForm):
    """Targets shared out between members of the team."""

    among = ChoicesField(_l("Between"))
    how = ChoiceField(
        _l("How"), validators=[InputRequired()], segmented=True, default=EVEN,
        choices=lambda: [(EVEN, _l("As many to each")), (COMMUNE, _l("Each commune to one"))],
    )  # fmt: skip


class TemplateForm(EntityForm):
    """The text of a message."""

    subject = TextField(_l("Subject"), [InputRequired()], longest=SUBJECT)
    body = NoteField(_l("Text"), [InputRequired()], longest=BODY)


def placeholders() -> Sequence[tuple[str, Any]]:
    """Return the placeholders of messages, each with what it is filled with."""
    return [(name, WORDS[name]) for name in PLACEHOLDERS]


WORDS = {
    "salutation": _l("the greeting: “Madame Morel”, “Dear Ms Morel”"),
    "name": _l("the person’s name"),
    "organisation": _l("the organisation"),
    "consultant": _l("your name"),
    "consultant_email": _l("your e-mail address"),
    "study": _l("the study’s title"),
    "client": _l("who commissions the study"),
    "provider": _l("the firm that carries it out"),
    "territory": _l("the territory"),
    "date": _l("the day of the appointment, in letters"),
    "time": _l("its time"),
    "duration": _l("its duration"),
    "place": _l("its place"),
    "mode": _l("how it is held"),
    "notice": _l("the privacy notice"),
}
