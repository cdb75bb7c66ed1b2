"""What people may type about a study, and the sentences for what is refused."""

from __future__ import annotations

from consult.kernel.model import Confidentiality
from consult.studies.models import Role, SegmentKind, StudyState, Validation
from consult.studies.segments import refuse_quota_upside_down
from consult.studies.service import refuse_backward_period
from consult.web.forms import (
    AmountField,
    CheckField,
    ChoiceField,
    DateField,
    EntityForm,
    InputRequired,
    NoteField,
    TextField,
    WholeNumberField,
)
from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences(
    {
        "ends_before_start": _l("The study would end before it begins."),
        "area_unknown": _l("No EPCI nor commune has the code %(area)s."),
        "too_many_areas": _l("A perimeter has at most %(most)s areas. Take EPCI rather than their communes."),
        "quota_upside_down": _l("The upper goal is smaller than the lower one."),
        "segment_taken": _l("This study has a segment “%(label)s” already."),
        "member_already": _l("%(name)s is a member already."),
        "member_closed": _l("The account of %(name)s is closed. An administrator can open it again."),
        "notice_in_both_languages": _l("Write the notice in both languages: people are told it in theirs."),
        "notice_changed": _l("Somebody wrote the notice anew meanwhile: version %(number)s is in force. Read it, then decide again."),
        "last_lead": _l("%(name)s is the only lead. Make somebody else a lead first."),
    }
)


class NoticeForm(EntityForm):
    """The privacy notice, in both languages. Its version is that of the notice."""

    counts_once = False
    text_fr = NoteField(_l("In French"), [InputRequired()])
    text_en = NoteField(_l("In English"), [InputRequired()])


class StudyForm(EntityForm):
    """A study: what it is called, for whom, by whom, when."""

    checks = (refuse_backward_period,)
    title = TextField(_l("Title"), [InputRequired()], synonyms=("étude", "intitulé", "mission", "study"))
    client = TextField(_l("Client"), description=_l("Who commissions the study."), synonyms=("commanditaire",))
    funder = TextField(_l("Funder"), synonyms=("financeur",))
    provider = TextField(_l("Provider"), description=_l("The firm that carries it out."), synonyms=("cabinet", "prestataire"))
    territory_name = TextField(_l("Territory"), description=_l("As it is called in speech, for example “Haut-Doubs horloger”."))
    starts_on = DateField(_l("Begins on"), synonyms=("début", "date de début"))
    ends_on = DateField(_l("Ends on"), synonyms=("fin", "date de fin"))
    man_days_planned = AmountField(_l("Man-days planned"), high=99_999, synonyms=("jours-homme", "jours"))
    objectives = NoteField(_l("Objectives"), markdown=True)
    stop_after_attempts = WholeNumberField(
        _l("Stop after"), low=1, high=50, default=5,
        description=_l("So many attempts in a row without reaching anybody, and a target is proposed as unreachable. Empty: no rule."),
    )  # fmt: skip
    remind_after_days = WholeNumberField(
        _l("Try again after"), low=1, high=90, default=7, description=_l("The next date that is proposed after a message.")
    )
    default_confidentiality = ChoiceField(
        _l("Confidentiality of new interviews"),
        Confidentiality,
        [InputRequired()],
        default=Confidentiality.TEAM,
        description=_l("Each interview can be made stricter or more open."),
    )
    validation_by = ChoiceField(
        _l("Who validates interviews"),
        Validation,
        [InputRequired()],
        default=Validation.REVIEWER,
        description=_l("A validated interview counts in the figures and is read-only; reopening it asks for a reason."),
    )
    small_group = WholeNumberField(
        _l("Smallest group shown to partners"),
        low=2,
        high=50,
        default=3,
        filters=[lambda typed: 3 if typed is None else typed],  # emptied: the usual limit
        description=_l(
            "Where answers are read together, a group of fewer interviews is hidden from partners, and what would give it away."
        ),
    )
    approval_by_interviewee = CheckField(
        _l("Interviewees approve their note"),
        description=_l("A validated interview can be sent to who answered: they approve or amend it, and say how each quote may be used."),
    )


class StudyEditForm(StudyForm):
    """The same once the study exists: it has a state too."""

    state = ChoiceField(_l("State"), StudyState, [InputRequired()])


class SegmentForm(EntityForm):
    """A segment and its quota."""

    checks = (refuse_quota_upside_down,)
    label = TextField(_l("Label"), [InputRequired()])
    kind = ChoiceField(
        _l("Counted as"), SegmentKind, [InputRequired()], description=_l("Decides in which headline figure the segment is counted.")
    )
    goal_min = WholeNumberField(_l("Goal, at least"), high=100_000, description=_l("In distinct organisations."))
    goal_max = WholeNumberField(_l("Goal, at most"), high=100_000)
    definition = NoteField(_l("Definition"), description=_l("Which organisations belong here, so that everybody sorts them alike."))


class MemberForm(EntityForm):
    """Somebody who is to work in the study."""

    email = TextField(_l("E-mail address"), [InputRequired()], longest=254)
    role = ChoiceField(_l("Role"), Role, [InputRequired()], default=Role.CONSULTANT)
