"""The page of an interview, as the read view and every refused step of its review show it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.interviews import approvals, comments, drafts, service, writing
from consult.interviews.captured_shown import at_questions
from consult.interviews.forms import StepForm
from consult.interviews.models import Interview, InterviewState
from consult.interviews.reviewing import told
from consult.kernel.model import Confidentiality
from consult.studies.gate import reader_may
from consult.web import sources
from consult.web.i18n import _, _l, date_in_letters, ngettext, written_label, written_number
from consult.web.pages import page

TINTS = {
    InterviewState.DRAFT: ("", True), InterviewState.SUBMITTED: ("info", True), InterviewState.RETURNED: ("warn", True),
    InterviewState.VALIDATED: ("ok", False), InterviewState.SENT_BACK: ("info", False), InterviewState.APPROVED: ("ok", False),
    InterviewState.AMENDED: ("brass", False),
}  # fmt: skip
"""How the badge of each state is coloured, and whether its dot is hollow."""
AUDIENCES = {
    Confidentiality.PUBLIC: _l("Public: everybody who may read the study reads this interview."),
    Confidentiality.PARTNERS: _l("Partners: the team and the guests of the study read this interview."),
    Confidentiality.TEAM: _l("Team: the consultants, reviewers and leads of the study read this interview; guests do not."),
    Confidentiality.STRICT: _l("Strict: only its authors, the project lead and the reviewers know of this interview."),
}


def show_page(
    interview: Interview, form: StepForm | None = None, step: str = "", status: int = 200, changed: bool = False
) -> ResponseReturnValue:
    """Render an interview. `form` is a step's, refused; `changed` says that somebody saved while the reader was reading."""
    may_log, may_steer = reader_may("log_interviews"), reader_may("read_steering")
    return page(
        "interviews/show.html",
        status,
        interview=interview,
        title=title(interview),
        subtitle=subtitle(interview),
        facts=facts(interview),
        audience=AUDIENCES[interview.confidentiality],
        tint=TINTS[interview.state],
        steps=service.open_steps(interview),
        revision=service.revision(interview),
        reviews=told(interview) if may_steer else [],
        answered=interview.interviewee_links if reader_may("read_people") else [],
        editable=may_log and not interview.state.is_sealed,
        strict=interview.confidentiality == Confidentiality.STRICT,
        draft_at=drafts.kept_at(interview.id) if may_log else None,
        sheet=writing.read(interview),
        captured=at_questions(interview),
        step_form=form or StepForm(formdata=None, obj=interview),
        refused_step=step,
        changed=changed,
        talk=comments.of(interview.id) if may_steer else {},
        may_comment=comments.may_comment(),
        approval_offered=approvals.is_offered(interview),
        origin=sources.of(service.came_with(interview)) if may_steer else None,
    )


def title(interview: Interview) -> str:
    """Return what an interview is called: whom it was held with."""
    return ", ".join(link.organisation.name for link in interview.organisation_links if link.organisation is not None) or interview.ref


def subtitle(interview: Interview) -> str:
    """Return kind, day, time, mode and place in one line."""
    parts = [
        written_label(interview.kind),
        date_in_letters(interview.date),
        _hours(interview),
        written_label(interview.mode),
        interview.place,
    ]
    return " · ".join(part for part in parts if part)


def _hours(interview: Interview) -> str:
    if interview.starts_at is None:
        return ""
    start = f"{interview.starts_at:%H:%M}"
    if interview.duration_min is None:
        return start
    end = interview.starts_at.hour * 60 + interview.starts_at.minute + interview.duration_min
    return f"{start}–{end // 60 % 24:02d}:{end % 60:02d}"


def facts(interview: Interview) -> list[tuple[str, Any]]:
    """Return what is told beside the notes, as pairs of label and value; to whoever works on the study, effort and imported cells too."""
    minutes = interview.duration_min
    told_to_all = [
        (_("Reference"), interview.ref),
        (_("State"), written_label(interview.state)),
        (_("Duration"), _("%(number)s min", number=minutes) if minutes else None),
        (_("Language of the interview"), written_label(interview.lang)),
        (_("Confidentiality"), written_label(interview.confidentiality)),
    ]
    return [*told_to_all, *_facts_of_the_team(interview)] if reader_may("read_steering") else told_to_all


def _facts_of_the_team(interview: Interview) -> list[tuple[str, Any]]:
    days = interview.effort_days
    effort = None if days is None else ngettext("%(number)s day", "%(number)s days", 1 if days == 1 else 2, number=written_number(days))
    return [(_("Effort"), effort), *(interview.extra or {}).items()]


def address(interview: Interview, **more: Any) -> str:
    """Return the address of an interview's page."""
    return url_for("interviews.show", interview_id=interview.id, **more)
