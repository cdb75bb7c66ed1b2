"""Approval by the interviewee: a validated note is sent to who answered; they approve or amend it and say how their words may be used.

Nobody signs in for it. Whoever holds the link sees the note, the answers and the quotes of that one person, and nothing of another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from consult.interviews import approval_links, passages, review, revisions, sealing, service
from consult.interviews.approval_models import Approval, ApprovalOutcome
from consult.interviews.models import Interview, Interviewee, InterviewState, QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel import actor, locking, scope
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, Refused
from consult.kernel.model import NOTE, Confidentiality, now
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.organisations.models import Organisation
from consult.studies.models import Role, Study
from consult.studies.permissions import may

LONGEST_DAYS, USUAL_DAYS = 90, 30
OUTCOMES = {ApprovalOutcome.APPROVED: InterviewState.APPROVED, ApprovalOutcome.AMENDED: InterviewState.AMENDED}


def is_wanted() -> bool:
    """Tell whether the study asks those who answered to approve their note."""
    return db.session.get_one(Study, current().study_id).approval_by_interviewee


def is_offered(interview: Interview) -> bool:
    """Tell whether the reader may send an interview to who answered: the study wants it and the interview is validated."""
    return is_wanted() and interview.state.is_sealed and may(current().role, "read_steering")


def may_be_asked(interview: Interview) -> list[Interviewee]:
    """Return those who answered and may be written to."""
    return [link for link in interview.interviewee_links if not link.person.do_not_contact]


def ask(interview: Interview, person_id: int, days: int = USUAL_DAYS) -> tuple[Approval, str]:
    """Send a validated interview back to one of those who answered, for so many days; gives the link and its token, which is kept nowhere.

    Raises Refused("approval_not_offered") where the study does not want it or the interview is not validated, and
    Refused("not_an_interviewee") for anybody who did not answer in it or is not to be contacted.
    """
    if not may(current().role, "read_steering"):
        raise Forbidden
    if not is_offered(interview):
        raise Refused("approval_not_offered")
    if person_id not in {link.person_id for link in may_be_asked(interview)}:
        raise Refused("not_an_interviewee", field="person_id")
    kept = revisions.of(interview)
    latest = kept[-1] if kept and kept[-1].content == revisions.whole(interview) else revisions.keep(interview, current().user_id)
    made = approval_links.make(interview, person_id, latest.number, dt.timedelta(days=days))
    if interview.state == InterviewState.VALIDATED:
        review.move(interview, InterviewState.SENT_BACK)
    db.session.flush()
    return made


def revoke(interview: Interview, link: Approval) -> None:
    """Close a link that waits for an answer; `give_back` undoes it. With the last one the interview is merely validated again."""
    if not approval_links.is_open(link):
        raise Refused("approval_not_open")
    link.revoked_at = now()
    if interview.state == InterviewState.SENT_BACK and not approval_links.open_of(interview):
        review.move(interview, InterviewState.VALIDATED)
    db.session.flush()


def give_back(interview: Interview, link: Approval) -> None:
    """Let a link that was closed open the note again."""
    if link.answered_at is not None or link.revoked_at is None or not is_offered(interview):
        raise Refused("approval_not_open")
    link.revoked_at = None
    if interview.state == InterviewState.VALIDATED and approval_links.is_open(link):
        review.move(interview, InterviewState.SENT_BACK)
    db.session.flush()


def enter(token: str) -> Approval:
    """Open the study of a link, as far as its holder is concerned, and return the link. Raises Refused as `approval_links.find` does."""
    link = approval_links.find(token)
    scope.install(scope.Scope(link.study_id, None, Role.LEAD, Role.LEAD.rank), db.session())
    actor.install(actor.Actor(None, actor.Via.LINK))
    interview: Interview | None = link.interview  # None when it was deleted
    if interview is None or not interview.state.is_sealed or db.session.get(Study, link.study_id) is None:
        raise Refused("link_unknown")
    return link


def organisations_of(link: Approval) -> list[Organisation]:
    """Return those of the interview's organisations that its reader works for; of a meeting with one organisation, that one."""
    present = [each.organisation for each in link.interview.organisation_links if each.organisation is not None]
    theirs = {each.organisation_id for each in link.person.affiliations}
    return present if len(present) == 1 else [each for each in present if each.id in theirs]


def passages_for(link: Approval) -> list[passages.Passage]:
    """Return what the holder of a link reads: the notes and the answers, but neither our summary nor what is kept strict."""
    return [each for each in passages.of(link.interview) if each.subject != "summary" and not each.is_strict]


def quotes_for(link: Approval) -> Sequence[Quote]:
    """Return the quotes whose use the holder of a link decides: their own, and where they alone answered those of nobody in particular."""
    whose = [Quote.speaker_id == link.person_id]
    if len(link.interview.interviewee_links) == 1:
        whose.append(Quote.speaker_id.is_(None))
    query = sa.select(Quote).where(Quote.interview_id == link.interview_id, Quote.confidentiality != Confidentiality.STRICT, sa.or_(*whose))
    return db.session.scalars(query.order_by(Quote.id)).all()


def study_of(link: Approval) -> Study:
    """Return the study of a link."""
    return db.session.get_one(Study, link.study_id)


def answer(
    link: Approval,
    texts: Mapping[str, str],
    shown: int,
    message: str | None,
    approves: bool = True,
    rights: Mapping[int, QuoteRight] | None = None,
) -> ApprovalOutcome:
    """Take an interviewee's answer: the texts as they want them, by subject, over the revision they were shown; a message; and how each
    quote may be used, by its id.

    The interview then says what they want it to say; what it said before stays as a revision. Who does not approve has to say why in the
    message (Refused("message_required")). Where another interviewee amended the same text meanwhile, Refused("amended_meanwhile").
    """
    words = clean(message or "").strip()[:NOTE] or None
    if not approves and not words:
        raise Refused("message_required", field="message")
    approval_links.spend(link)
    interview = link.interview
    locking.hold(interview)  # two who answer at the same moment come one after the other, and neither loses what they wrote
    texts = _amended(interview, texts, shown)
    with sealing.amended_by_interviewee(interview):
        changed = revisions.put(interview, texts)
        interview.search_key = service.search_text(interview)
        db.session.flush()
    if changed:
        revisions.keep(interview, person_id=link.person_id)
    for quote in quotes_for(link):
        _allow(quote, (rights or {}).get(quote.id))
    link.outcome = ApprovalOutcome.AMENDED if changed or not approves else ApprovalOutcome.APPROVED
    link.message = words
    _follow(interview, link)
    db.session.flush()
    return link.outcome


def _allow(quote: Quote, right: QuoteRight | None) -> None:
    """Set how a quote may be used to what its speaker wrote, which no longer rests on what was agreed aloud."""
    if right is not None:
        quote.right, quote.oral_consent = right, False


def _amended(interview: Interview, texts: Mapping[str, str], shown: int) -> dict[str, str]:
    """Return the texts that differ from what was shown."""
    base = next((kept.content for kept in revisions.of(interview) if kept.number == shown), {})
    present = passages.content(interview)
    mine = {name: text for name, text in texts.items() if revisions.differ(text, base.get(name))}
    for name, text in mine.items():
        if revisions.differ(present.get(name), base.get(name)) and revisions.differ(present.get(name), text):
            raise Refused("amended_meanwhile", field=name)
    return mine


def latest(interview: Interview) -> int:
    """Return the number of the latest revision, 0 where none is kept."""
    kept = revisions.of(interview)
    return kept[-1].number if kept else 0


def _follow(interview: Interview, link: Approval) -> None:
    """Bring the interview to the state that the answers make together: amended as soon as one person amended."""
    assert link.outcome is not None  # noqa: S101 (it was just set)
    wanted = InterviewState.AMENDED if interview.state == InterviewState.AMENDED else OUTCOMES[link.outcome]
    review.move(interview, wanted, link.message, person_id=link.person_id)
