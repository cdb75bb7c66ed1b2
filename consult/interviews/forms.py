"""What people may type of an interview, and the sentences of what is refused."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from consult.interviews import guide_choice, taking_part
from consult.interviews.drafts import Kept
from consult.interviews.models import Interview, InterviewKind, InterviewLanguage, InterviewMode
from consult.kernel.locking import merge
from consult.kernel.model import Confidentiality
from consult.organisations import people_service
from consult.organisations import service as directory
from consult.web.forms import (
    AmountField,
    ChoiceField,
    ChoicesField,
    DateField,
    EntityForm,
    InputRequired,
    NoteField,
    PickField,
    PicksField,
    TextField,
    TimeField,
    WholeNumberField,
    identity,
)  # fmt: skip
from consult.web.i18n import _, _l, lang
from consult.web.refusals import sentences

PEOPLE = 12
"""How many people who answered the form has room for; an interview with more keeps the others untouched."""
HIDDEN = ("csrf_token", "version")

sentences({
    "interview_is_validated": _l("This interview is validated, so it cannot be changed. A reviewer or the project lead may reopen it."),
    "organisation_required": _l("Name at least one organisation."),
    "organisation_unknown": _l("One of these organisations is not in this study. Choose it again in the list."),
    "person_unknown": _l("One of these people is not in this study. Choose them again in the list."),
    "interviewer_not_in_team": _l("Interviewers are members of the study’s team. Choose them in the list."),
    "name_too_long": _l("This name is too long: at most %(longest)s characters."),
    "date_required": _l("Give the date."),
    "kind_required": _l("Choose the kind."),
    "value_required": _l("This field cannot be left empty."),
    "hides_from_oneself": _l("You could no longer read this interview, which is not yours. Ask its interviewers or the project lead."),
    "cannot_submit": _l("Only a draft, or an interview returned to be completed, can be submitted."),
    "cannot_return": _l("Only a submitted interview can be returned."),
    "cannot_validate": _l("Only a submitted interview can be validated."),
    "cannot_reopen": _l("Only a validated interview can be reopened."),
    "cannot_take_back": _l("This step can no longer be undone: somebody went on since, or it was not yours."),
    "comment_required": _l("Say what is to be completed, so that its author knows."),
    "comment_empty": _l("Say something."),
    "answer_or_missing": _l("An answer is a value, or the reason why there is none: not both."),
    "answer_too_long": _l("This text is too long: at most %(longest)s characters. Shorten it, or put a part of it into the notes."),
    "answer_out_of_bounds": _l("This number is to lie between %(low)s and %(high)s."),
    "answer_off_scale": _l("This scale goes from %(low)s to %(high)s."),
    "answer_of_others": _l("Somebody else answers this question in confidence. Ask the interviewers or the project lead."),
    "guide_unknown": _l("This guide is not offered any more. Choose another one, or none."),
    "reason_required": _l("Say why it is reopened: the reason stays in its history."),
})  # fmt: skip


def _guide(value: Any) -> Any:
    """Coerce the choice of a guide: the id of a version, the one that suits, or None for an interview without guide."""
    return value if value == guide_choice.AUTO else identity(value)


class InterviewForm(EntityForm):
    """An interview as it is logged and edited. Who answered has rows of its own: `person_0`, `job_title_0`, …"""

    organisations = PicksField(
        _l("Organisations"),
        "organisations.pick",
        directory.pick,
        create=True,
        validators=[InputRequired(_l("Name at least one organisation."))],
        description=_l("Several for a joint meeting."),
    )
    date = DateField(_l("Date"), [InputRequired()])
    kind = ChoiceField(_l("Kind"), InterviewKind, [InputRequired()], segmented=True)
    mode = ChoiceField(_l("Mode"), InterviewMode, segmented=True)
    place = TextField(_l("Place"))
    starts_at = TimeField(_l("Start time"))
    duration_min = WholeNumberField(_l("Duration"), low=1, high=1440)
    guide_version_id = ChoiceField(_l("Guide"), coerce=_guide, choices=[])
    interviewers = ChoicesField(_l("Interviewers"))
    lang = ChoiceField(_l("Language of the interview"), InterviewLanguage, [InputRequired()])
    summary = NoteField(_l("Summary"), description=_l("Two or three sentences that can be read on their own."))
    note = NoteField(_l("Notes"), markdown=True)
    effort_days = AmountField(_l("Effort"), high=366)
    confidentiality = ChoiceField(_l("Confidentiality"), Confidentiality, [InputRequired()], segmented=True)
    base = HiddenField()

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        typed = super().values()
        answering = [row for n in range(PEOPLE) if (row := _person_of(typed, n))]
        own = {name: value for name, value in typed.items() if not name.startswith(("person_", "job_title_"))}
        return {**own, "organisations": own["organisations"] or [], "interviewees": answering, "base": _read_base(own["base"])}

    def take(self, draft: Kept, record: Interview | None) -> None:
        """Put a draft, with which the form was built, over what the record has become since: different fields merge, and where both
        changed the same one the form shows both."""
        if record is None or record.version == draft.base_version:
            return
        mine = {name: value for name, value in self.values().items() if hasattr(record, name)}
        outcome = merge(record, draft.base_version, mine)
        self._show_both(record, outcome)
        if not outcome.disputed:
            self.conflict = None

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The rows of people as (person, job title), for the template."""
        return [(self[f"person_{n}"], self[f"job_title_{n}"]) for n in range(PEOPLE)]

    @property
    def rows_in_use(self) -> int:
        """How many rows are to be seen at once: those filled in, and one to go on."""
        used = [n for n, row in enumerate(self.rows) if any(f.data or f.errors for f in row)]
        return min(PEOPLE, (used[-1] + 2) if used else 1)


for _n in range(PEOPLE):
    setattr(InterviewForm, f"person_{_n}", PickField(_l("Person"), "organisations.pick_person", people_service.pick, create=True))
    setattr(InterviewForm, f"job_title_{_n}", TextField(_l("Job title on that day")))


class StepForm(EntityForm):
    """A step of the review: the version that was read, and the words that go with it."""

    comment = NoteField(_l("Comment"))


class CommentForm(EntityForm):
    """A remark on an answer or on the whole, or a reply to one."""

    text = NoteField(_l("Remark"), [InputRequired()])
    question_id = HiddenField()
    parent_id = HiddenField()

    @property
    def about(self) -> int | None:
        """The question that is remarked on; None for the whole."""
        return _id(self.question_id.data)

    @property
    def answering(self) -> int | None:
        """The remark that is replied to."""
        return _id(self.parent_id.data)


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


CELLS = ("mode", "place", "effort_days")
"""The fields that can be edited in place in the list."""


class CellForm(EntityForm):
    """One field of an interview, edited in place: the class of each is cut out of the whole form."""

    @staticmethod
    def of(name: str, interview: Interview) -> CellForm:
        """Return the form of one field of CELLS."""
        return _cell_class(name)(obj=interview)


@functools.cache
def _cell_class(name: str) -> type[CellForm]:
    return type(f"Cell_{name}", (CellForm,), {name: getattr(InterviewForm, name)})


def form_for(record: Interview | None, draft: Kept | None = None, **start: Any) -> InterviewForm:
    """Return the form of an interview, or of a new one with some values to start from; with a draft, as it was typed."""
    given: dict[str, Any] = {} if draft is None else {"formdata": _as_typed(draft)}
    form = InterviewForm(obj=record, **given, **_initial(record), **start)
    form.interviewers.choices = _choices(record)
    form.guide_version_id.choices = _guides(record)  # type: ignore[assignment]
    if draft is not None:
        form.version.raw_data = None
        form.version.process_data(record.version if record else None)
        form.take(draft, record)
        form.organisations.data = form.organisations.data or start.get("organisations", form.organisations.data)
    name_the_chosen(form)
    return form


def name_the_chosen(form: InterviewForm) -> None:
    """Give the comboboxes the names of what is chosen in them."""
    picked = form.organisations.data or []
    names = taking_part.organisation_names([v for v in picked if isinstance(v, int)])
    form.organisations.chosen = [
        (f"new:{v}", v) if isinstance(v, str) else (v, names[v]) for v in picked if isinstance(v, str) or v in names
    ]
    rows = [person for person, _title in form.rows if person.data]
    people = taking_part.people_names([f.data for f in rows if isinstance(f.data, int)])
    for field in rows:
        field.chosen_label = people.get(field.data, "") if isinstance(field.data, int) else field.data


@functools.cache
def known_names() -> frozenset[str]:
    """Return the names of the fields of which drafts are kept."""
    return frozenset(name for name in InterviewForm(formdata=None)._fields if name not in HIDDEN)


def _initial(record: Interview | None) -> dict[str, Any]:
    shown = taking_part.shown(record)
    shown["interviewees"] = shown["interviewees"][:PEOPLE]
    start: dict[str, Any] = {"base": json.dumps(shown)}
    if record is not None:
        start |= {"organisations": shown["organisations"], "interviewers": shown["interviewers"]}
    for n, (person, title) in enumerate(shown["interviewees"]):
        start |= {f"person_{n}": person, f"job_title_{n}": title}
    return start


def _choices(record: Interview | None) -> list[tuple[int, str]]:
    members = taking_part.team()
    known = {member for member, _name in members}
    former = [(link.user_id, link.user.name) for link in record.interviewer_links if link.user_id not in known] if record else []
    return members + former


def _guides(record: Interview | None) -> list[tuple[Any, str]]:
    found = guide_choice.offered(lang(), record.guide_version_id if record else None)
    auto = [(guide_choice.AUTO, _("The one that suits the organisation"))] if record is None and found else []
    return [*auto, *found, ("", _("None: notes only"))]


def _as_typed(draft: Kept) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in draft.fields.items() for value in values])


def _person_of(typed: Mapping[str, Any], n: int) -> tuple[int | str, str | None] | None:
    who = typed[f"person_{n}"]
    return (who, typed[f"job_title_{n}"]) if who else None


def _read_base(text: str | None) -> dict[str, Any] | None:
    """Read what the writer was shown; None, which takes what there is, when the field was tampered with."""
    try:
        base = json.loads(text or "")
        return {
            "organisations": [int(v) for v in base["organisations"]],
            "interviewers": [int(v) for v in base["interviewers"]],
            "interviewees": [(int(person), title if isinstance(title, str) else None) for person, title in base["interviewees"]],
        }
    except (ValueError, TypeError, KeyError):
        return None
