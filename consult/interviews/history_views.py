"""The history of an interview, and restoring a former value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.accounts.models import initials_of
from consult.guides.models import QuestionVersion
from consult.interviews import history as past
from consult.interviews import service
from consult.interviews.blueprint import bp
from consult.interviews.forms import InterviewForm
from consult.interviews.models import Interview
from consult.interviews.showing import subtitle, title
from consult.kernel.actor import Via
from consult.kernel.audit import Deed
from consult.organisations.history import Change, Moment
from consult.studies.gate import reader_may, requires
from consult.web import sources
from consult.web.i18n import _, _l, lang, written_datetime
from consult.web.pages import page, see

LABELS = {
    "state": _l("State"), "organisation_id": _l("Organisation"), "user_id": _l("Interviewer"), "person_id": _l("Person"),
    "job_title": _l("Job title on that day"), "quote_consent": _l("Consent to quote"), "text": _l("Words"), "speaker_id": _l("Speaker"),
    "right": _l("Right"), "oral_consent": _l("Agreed aloud"), "memo": _l("Memo"),
}  # fmt: skip
DEEDS = {
    ("interview", Deed.CREATED): _l("logged the interview"),
    ("interview", Deed.CHANGED): _l("changed the interview"),
    ("interview", Deed.DELETED): _l("deleted the interview"),
    ("interview", Deed.RESTORED): _l("brought the interview back"),
    ("interview_organisation", Deed.CREATED): _l("added an organisation"),
    ("interview_organisation", Deed.CHANGED): _l("changed an organisation"),
    ("interview_organisation", Deed.DELETED): _l("took an organisation out"),
    ("interviewer", Deed.CREATED): _l("added an interviewer"),
    ("interviewer", Deed.DELETED): _l("took an interviewer out"),
    ("interviewee", Deed.CREATED): _l("added a person"),
    ("interviewee", Deed.CHANGED): _l("changed a person’s job title"),
    ("interviewee", Deed.DELETED): _l("took a person out"),
    ("answer", Deed.CREATED): _l("answered a question"),
    ("answer", Deed.CHANGED): _l("changed the answer"),
    ("answer", Deed.DELETED): _l("took the answer back"),
    ("answer", Deed.RESTORED): _l("answered again"),
    ("quote", Deed.CREATED): _l("took down a quote"),
    ("quote", Deed.CHANGED): _l("changed a quote"),
    ("quote", Deed.DELETED): _l("deleted a quote"),
    ("quote", Deed.RESTORED): _l("brought a quote back"),
    ("interview_attachment", Deed.CREATED): _l("added a file"),
}
LONG = 200


@bp.get("/<int:interview_id>/history")
@requires("read_steering")
def history(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Show who changed what, newest first."""
    interview = service.get(interview_id)
    asked = past.questions(interview)
    entries = [_told(moment, interview, asked) for moment in past.of(interview, asked)]
    return page("interviews/history.html", interview=interview, title=title(interview), subtitle=subtitle(interview), entries=entries)


@bp.post("/<int:interview_id>/history/<int:entry_id>/restore/<field>")
@requires("log_interviews")
def restore_value(study_id: int, interview_id: int, entry_id: int, field: str) -> ResponseReturnValue:
    """Give a field its former value back."""
    interview = service.get(interview_id)
    past.restore(interview, entry_id, field)
    return see(url_for(".history", interview_id=interview.id), _("The former value is back."))


def _told(moment: Moment, interview: Interview, asked: Mapping[int, QuestionVersion]) -> dict[str, Any]:
    said = _said(moment)
    wording = asked.get(moment.entity_id or 0) if moment.entity == "answer" else None
    return {
        "who": moment.who or (_("An interviewee") if moment.via == Via.LINK else _("The system")),
        "initials": initials_of(moment.who or "•"),
        "at": written_datetime(moment.at), "when": moment.at.isoformat(),
        "text": _("%(deed)s: %(question)s", deed=said, question=wording.label(lang())) if wording else said,
        "reason": moment.reason, "changes": list(_changes(moment, interview)),
        "source": sources.of(moment.batch_id, moment.via == Via.UNDO),
    }  # fmt: skip


def _said(moment: Moment) -> str:
    said = DEEDS.get((moment.entity, moment.deed))
    return str(said) if said else moment.deed.label(lang())


def _changes(moment: Moment, interview: Interview) -> Iterator[dict[str, Any]]:
    open_to_change = reader_may("log_interviews") and not interview.state.is_sealed
    for change in moment.changes:
        restorable = open_to_change and moment.entity == "interview" and moment.deed == Deed.CHANGED and change.field in service.COLUMNS
        old, new = _shortened(change)
        url = url_for(".restore_value", interview_id=interview.id, entry_id=change.entry_id, field=change.field) if restorable else None
        yield {"label": _label(change.field), "old": old, "new": new, "restore_url": url}


def _label(field: str) -> str:
    if field in LABELS:
        return str(LABELS[field])
    return str(getattr(InterviewForm, field).args[0]) if hasattr(InterviewForm, field) else field


def _shortened(change: Change) -> tuple[Any, Any]:
    old, new = change.old, change.new
    texts = [value or "" for value in (old, new) if value is None or isinstance(value, str)]
    return past.passages(*texts) if len(texts) == 2 and max(map(len, texts)) > LONG else (old, new)
