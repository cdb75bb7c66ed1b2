"""What may be typed of a consent, and the sentences of what is refused."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField

from consult.kernel.model import LABEL, Choice
from consult.organisations.consents_models import Channel, LegalBasis, Purpose
from consult.web.forms import ChoiceField, DateField, EntityForm, InputRequired, TextField
from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences({
    "day_to_come": _l("This day is still to come: note what has happened."),
    "information_is_not_withdrawn": _l("Information that was given cannot be withdrawn. Delete the record if it was noted by mistake."),
})  # fmt: skip


class Answered(Choice):
    """What somebody answered when they were asked."""

    YES = "yes", "Oui", "Yes"
    NO = "no", "Non", "No"


class ConsentForm(EntityForm):
    """Information given, or a consent asked for."""

    purpose = ChoiceField(_l("Purpose"), Purpose, [InputRequired()])
    answer = ChoiceField(_l("Answer"), Answered, [InputRequired()], segmented=True, default=Answered.YES)
    day = DateField(_l("On"), [InputRequired()])
    channel = ChoiceField(_l("How"), Channel)
    basis = ChoiceField(_l("Legal basis"), LegalBasis, [InputRequired()], default=LegalBasis.CONSENT)
    comment = TextField(_l("Comment"), longest=LABEL)
    proof = FileField(_l("Proof"), description=_l("A signed sheet, an e-mail: a photograph, a PDF or a document."))

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it, without the file."""
        typed = super().values()
        typed.pop("proof")
        return {**typed, "agreed": typed.pop("answer") == Answered.YES}
