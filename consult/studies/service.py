"""What can be done with a study: found, created, changed, put aside and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel import actor, audit, refs, scope
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.studies import segments
from consult.studies.models import Membership, Role, Segment, SegmentKind, Study, StudyState

PROPOSED_SEGMENTS = (SegmentKind.BRAND, SegmentKind.SUBCONTRACTOR, SegmentKind.OUTSIDE, SegmentKind.INSTITUTION)
FIELDS = (
    "title", "state", "client", "funder", "provider", "territory_name", "starts_on", "ends_on", "man_days_planned", "objectives",
    "default_confidentiality", "stop_after_attempts", "remind_after_days", "validation_by", "approval_by_interviewee", "small_group",
)  # fmt: skip


@dataclass(frozen=True)
class Mine:
    """A study as somebody sees it in their list: with their role in it."""

    study: Study
    role: Role


def studies(user_id: int | None = None) -> Sequence[Study]:
    """Return the studies that a user belongs to, all of them for the system, by reference."""
    query = sa.select(Study).order_by(Study.ref)
    if user_id is not None:
        query = query.where(Study.id.in_(sa.select(Membership.study_id).where(Membership.user_id == user_id)))
    return db.session.scalars(query).all()


def study_by_ref(ref: str) -> Study | None:
    """Return the study with a reference, however it is capitalised; None when there is none."""
    return db.session.scalar(sa.select(Study).where(sa.func.lower(Study.ref) == ref.strip().lower()))


def mine(user_id: int) -> list[Mine]:
    """Return a person's studies, those under way first, the latest begun first."""
    over = sa.case((Study.state.in_([StudyState.CLOSED, StudyState.ARCHIVED]), 1), else_=0)
    query = sa.select(Study, Membership.role).join(Membership, Membership.study_id == Study.id).where(Membership.user_id == user_id)
    ordered = query.order_by(over, Study.starts_on.is_(None), Study.starts_on.desc(), Study.id.desc())
    return [Mine(study, role) for study, role in db.session.execute(ordered)]


def deleted_by_me(user_id: int) -> Sequence[Study]:
    """Return the deleted studies that a person leads and may bring back, the last deleted first."""
    led = sa.select(Membership.study_id).where(Membership.user_id == user_id, Membership.role == Role.LEAD)
    query = sa.select(Study).where(Study.id.in_(led), Study.deleted_at.is_not(None)).order_by(Study.deleted_at.desc())
    return db.session.scalars(query.execution_options(include_deleted=True)).all()


def create(values: Mapping[str, Any], lead: User, lang: str) -> Study:
    """Make a study led by `lead`, with the segments that most studies have, labelled in `lang`. Raises Forbidden or Refused."""
    if not lead.may_create_studies:
        raise Forbidden
    refuse_backward_period(values)
    study = Study(ref=refs.take(Study.ref_prefix)[0], **{name: values[name] for name in FIELDS if name in values})
    db.session.add(study)
    db.session.flush()
    db.session.add(Membership(study_id=study.id, user_id=lead.id, role=Role.LEAD))
    db.session.flush()
    with scope.within(scope.Scope(study.id, lead.id, Role.LEAD, Role.LEAD.rank), db.session()):
        for position, kind in enumerate(PROPOSED_SEGMENTS):
            db.session.add(Segment(study_id=study.id, kind=kind, label=kind.label(lang), position=position))
    return db.session.get_one(Study, study.id)  # leaving the scope has let the session forget the first


def update(study: Study, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a study. Raises Conflict if somebody did meanwhile, Refused if it would end before it begins."""
    expect_version(study, seen)
    refuse_backward_period(values)
    for name in FIELDS:
        if name in values:
            setattr(study, name, values[name])
    db.session.flush()


def refuse_backward_period(values: Mapping[str, Any]) -> None:
    """Raise Refused("ends_before_start") when a study would end before it begins."""
    begins, ends = values.get("starts_on"), values.get("ends_on")
    if begins and ends and ends < begins:
        raise Refused("ends_before_start", "ends_on")


def set_state(study: Study, state: StudyState) -> StudyState:
    """Bring a study to a state and return the one it was in."""
    before = study.state
    study.state = state
    db.session.flush()
    return before


def delete(study: Study) -> None:
    """Put a study aside: nobody sees it any more, and a lead can bring it back as it was."""
    study.deleted_at, study.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def restore(study_id: int, user_id: int) -> Study:
    """Bring back a deleted study. Raises NotFound to anybody but its leads."""
    study = next((each for each in deleted_by_me(user_id) if each.id == study_id), None)
    if study is None:
        raise NotFound
    study.deleted_at = study.deleted_by_id = None
    db.session.flush()
    return study


def history(study: Study) -> Sequence[audit.AuditEntry]:
    """Return what happened to the study, its team, perimeter and segments, newest first."""
    return audit.history("study", study.id)


RESTORABLE: dict[str, frozenset[str]] = {"study": frozenset(FIELDS), "segment": frozenset(segments.FIELDS)}


def restore_value(study: Study, entry_id: int, field: str) -> None:
    """Give the study, or one of its segments, a former value back. Raises Refused when the entry is about neither, or a rule forbids it."""
    entry = db.session.get(audit.AuditEntry, entry_id)
    if entry is None or (entry.subject, entry.subject_id) != ("study", study.id) or field not in RESTORABLE.get(entry.entity, ()):
        raise Refused("nothing_to_restore")
    record = study if entry.entity == "study" else segments.get(entry.entity_id or 0)
    if field not in entry.changes or (entry.changes[field][0] is None and not record.__table__.c[field].nullable):
        raise Refused("nothing_to_restore")
    _check_with(record, field, audit.decode(record, field, entry.changes[field][0]))
    audit.restore(record, entry_id, field)


def _check_with(record: Study | Segment, field: str, value: Any) -> None:
    """Make sure that the rules of the record hold with another value in one field."""
    if isinstance(record, Study):
        refuse_backward_period({name: getattr(record, name) for name in FIELDS} | {field: value})
    else:
        segments.check({name: getattr(record, name) for name in segments.FIELDS} | {field: value}, record)


def scope_of(study: Study, user: User | None) -> scope.Scope:
    """Return what somebody may see in a study; the system sees all. Raises NotFound to whoever is no member."""
    if user is None:
        return scope.Scope(study.id, None, Role.LEAD, Role.LEAD.rank)
    role = db.session.scalar(sa.select(Membership.role).where(Membership.study_id == study.id, Membership.user_id == user.id))
    if role is None or not user.is_active:
        raise NotFound
    return scope.Scope(study.id, user.id, role, role.rank)


@contextmanager
def job_context(job: Any) -> Iterator[None]:
    """The surroundings of a job: whoever asked for it acts, in the study it is about, with the role they have now."""
    with actor.acting(actor.Actor(job.user_id, actor.Via.JOB)):
        if job.study_id is None:
            yield
            return
        study = db.session.get(Study, job.study_id)
        user = db.session.get(User, job.user_id) if job.user_id else None
        if study is None or study.deleted_at is not None:
            raise NotFound
        with scope.within(scope_of(study, user), db.session()):
            yield
