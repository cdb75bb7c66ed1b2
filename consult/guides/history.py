"""What happened to a guide, its sections and the questions it asks; the way back to a former value in its draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.guides import questions, sections, service
from consult.guides.models import Guide, GuideItem, GuideSection, GuideVersion, Question, QuestionOption, QuestionVersion, VersionState
from consult.kernel import audit
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.organisations.history import Change, Moment, together

MODELS: dict[str, Any] = {
    model.__tablename__: model
    for model in (Guide, GuideVersion, GuideSection, GuideItem, Question, QuestionVersion, QuestionOption)
}  # fmt: skip
HIDDEN = frozenset(
    {"ref", "deleted_at", "guide_id", "version_id", "section_id", "question_id", "question_version_id", "position", "number",
     "published_at", "published_by_id", "archived"}
)  # fmt: skip
LIMIT = 400
MINUTE = dt.timedelta(minutes=1)


def of(guide: Guide) -> list[Moment]:
    """Return what happened to a guide and to the questions that any version of it asks, newest first."""
    asked = sa.select(GuideItem.question_id).where(GuideItem.guide_id == guide.id)
    of_guide = sa.and_(AuditEntry.subject == "guide", AuditEntry.subject_id == guide.id)
    of_questions = sa.and_(AuditEntry.subject == "question", AuditEntry.subject_id.in_(asked), AuditEntry.deed == audit.Deed.CHANGED)
    query = sa.select(AuditEntry).where(sa.or_(of_guide, of_questions)).order_by(AuditEntry.id.desc()).limit(LIMIT)
    entries = db.session.scalars(query.execution_options(include_deleted=True)).all()
    names = _names({entry.actor_id for entry in entries if entry.actor_id})
    return together([_moment(entry, names) for entry in entries if entry.entity in MODELS])


def folded(moments: Sequence[Moment]) -> list[tuple[Moment, int]]:
    """Tell sections and questions that one person added one after the other within a minute once, with how many they were."""
    found: list[tuple[Moment, int]] = []
    for moment in moments:
        last = found[-1] if found else None
        if last is not None and _goes_on(last[0], moment):
            found[-1] = (last[0], last[1] + 1)
        else:
            found.append((moment, 1))
    return found


def _goes_on(last: Moment, moment: Moment) -> bool:
    alike = (last.entity, last.deed, last.who) == (moment.entity, moment.deed, moment.who)
    added = moment.deed == audit.Deed.CREATED and moment.entity in ("guide_item", "guide_section")
    return alike and added and last.at - moment.at <= MINUTE


def _names(user_ids: set[int]) -> Mapping[int, str]:
    if not user_ids:
        return {}
    return {row.id: row.name for row in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(user_ids)))}


def _moment(entry: AuditEntry, names: Mapping[int, str]) -> Moment:
    model = MODELS[entry.entity]
    changes = [
        Change(name, _value(model, name, old), _value(model, name, new), entry.id)
        for name, (old, new) in entry.changes.items()
        if name not in HIDDEN and entry.deed == audit.Deed.CHANGED
    ]
    who = names.get(entry.actor_id or 0)
    return Moment(
        entry.id, entry.at, who, False, entry.via, entry.deed, entry.entity, entry.entity_id, entry.reason, entry.batch_id, changes
    )


def _value(model: Any, name: str, value: Any) -> Any:
    return audit.decode(model, name, value) if name in sa.inspect(model).columns else value


RESTORABLE: Mapping[str, frozenset[str]] = {
    "guide": frozenset(service.FIELDS),
    "guide_section": frozenset(sections.FIELDS),
    "question_version": frozenset(questions.WORDING),
}


def restore(guide: Guide, entry_id: int, field: str) -> None:
    """Give a field of a guide, or of its draft, the value it had before an entry. Raises NotFound, or Refused where a rule forbids it."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or field not in RESTORABLE.get(entry.entity, ()) or field not in entry.changes:
        raise NotFound
    record = db.session.scalar(sa.select(MODELS[entry.entity]).where(MODELS[entry.entity].id == entry.entity_id))
    if record is None or not _is_of(guide, record):
        raise NotFound
    value = audit.decode(record, field, entry.changes[field][0])
    if value is None and not record.__table__.c[field].nullable:
        raise Refused("nothing_to_restore")
    _give_back(guide, record, field, value)


def _is_of(guide: Guide, record: Any) -> bool:
    if isinstance(record, QuestionVersion):
        asked = sa.select(GuideItem.id).where(GuideItem.guide_id == guide.id, GuideItem.question_id == record.question_id)
        return db.session.scalar(asked.limit(1)) is not None
    return (record.id if isinstance(record, Guide) else record.guide_id) == guide.id


def _give_back(guide: Guide, record: Any, field: str, value: Any) -> None:
    if isinstance(record, Guide):
        service.update(record, {field: value}, None)
    elif isinstance(record, GuideSection):
        sections.update(record, {field: value}, None)
    else:
        questions.reword(_item_in_draft(guide, record), {field: value}, None)


def _item_in_draft(guide: Guide, wording: QuestionVersion) -> GuideItem:
    query = (
        sa.select(GuideItem)
        .join(GuideVersion, GuideVersion.id == GuideItem.version_id)
        .where(GuideItem.guide_id == guide.id, GuideItem.question_id == wording.question_id, GuideVersion.state == VersionState.DRAFT)
    )
    item = db.session.scalar(query)
    if item is None:
        raise Refused("version_published")
    return item
