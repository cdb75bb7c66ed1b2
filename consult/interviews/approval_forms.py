"""What is asked when a note is sent to who answered, and what they may answer; the sentences of what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from consult.interviews.approvals import LONGEST_DAYS, USUAL_DAYS
from consult.interviews.models import QuoteRight
from consult.interviews.passages import Passage
from consult.interviews.quotes_models import Quote
from consult.web.forms import CheckField, ChoiceField, EntityForm, InputRequired, NoteField, PostedForm, WholeNumberField
from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences(
    {
        "approval_not_offered": _l("Only a validated interview can be sent to who answered, and only where the study’s settings say so."),
        "approval_not_open": _l("This link waits for no answer any more."),
        "approval_given": _l("You have answered already: this link works once. Your answer is kept. Write to the team to change it."),
        "not_an_interviewee": _l("Choose somebody who answered in this interview and may be contacted."),
        "message_required": _l("Say what is to be corrected, so that the team knows."),
        "amended_meanwhile": _l(
            "Somebody else who took part amended this text while you were reading. Both are shown: keep yours or copy theirs, then send "
            "again."
        ),
    }
)


def name_of(passage: Passage) -> str:
    """Return the name of the field that holds a passage."""
    return passage.subject.replace(":", "_")


class AskingForm(EntityForm):
    """Who is to approve the note, and for how long the link opens it."""

    person_id = ChoiceField(_l("Who answered"), validators=[InputRequired()], coerce=int)
    days = WholeNumberField(_l("The link works for"), [InputRequired()], low=1, high=LONGEST_DAYS, default=USUAL_DAYS)
    sends = CheckField(_l("Send it by e-mail now"))

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Let one of these people be chosen."""
        choices: Any = [(str(number), name) for number, name in people]
        self.person_id.choices = choices


class AnsweringForm(PostedForm):
    """A note as its interviewee reads it: each free passage, which they may put otherwise, and a message to the team."""

    message = NoteField(_l("A message to the team"))
    verdict = HiddenField()
    revision = HiddenField()
    subjects: Mapping[str, str] = {}
    quoted: Sequence[int] = ()

    @property
    def approves(self) -> bool:
        """Whether the note is approved, as it is or as amended."""
        return self.verdict.data != "correct"

    @classmethod
    def of(cls, shown: Sequence[Passage], quotes: Sequence[Quote], revision: int) -> AnsweringForm:
        """Return the form with a field for each free passage, and one for the use of each quote."""
        free = {name_of(each): each for each in shown if each.is_free}
        fields: dict[str, Any] = {name: NoteField(_l("The text, as you want it to be")) for name in free}
        for quote in quotes:
            fields[f"quote_{quote.id}"] = ChoiceField(_l("How it may be used"), QuoteRight, [InputRequired()], True, default=quote.right)
        form: AnsweringForm = type(cls.__name__, (cls,), fields)(
            data={name: each.text for name, each in free.items()} | {"revision": revision}
        )
        form.subjects = {name: each.subject for name, each in free.items()}
        form.quoted = [quote.id for quote in quotes]
        return form

    @property
    def rights(self) -> dict[int, QuoteRight]:
        """How each quote may be used, by its id."""
        return {number: self[f"quote_{number}"].data for number in self.quoted}

    @property
    def texts(self) -> dict[str, str]:
        """The passages as they are wanted, by subject."""
        return {subject: self[name].data or "" for name, subject in self.subjects.items()}

    @property
    def shown(self) -> int:
        """The number of the revision that was shown."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
