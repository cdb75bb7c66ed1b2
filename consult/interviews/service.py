"""Interviews: logged, changed, deleted and brought back. See `review` for their review, `drafts`, and `taking_part`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from consult.interviews import guide_choice, taking_part
from consult.interviews.models import Interview, Interviewee, Interviewer, InterviewOrganisation, InterviewState, Review
from consult.interviews.review import STEPS, open_steps, reopen, return_, revision, steps_from, submit, take_back, validate
from consult.interviews.sealing import refuse_validated
from consult.kernel import audit, refs
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import Confidentiality, now
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.studies.models import Study
from consult.studies.permissions import refuse_without

COLUMNS = ("kind", "date", "starts_at", "duration_min", "mode", "place", "lang", "summary", "note", "effort_days", "confidentiality")
"""The columns that people type."""

__all__ = [
    "COLUMNS", "STEPS", "bring_back", "came_with", "change", "default_level", "delete", "get", "log", "make_strict", "open_steps",
    "refuse_unwritable", "reopen", "return_", "revision", "search_text", "searched", "steps_from", "submit", "take_back", "update",
    "validate",
]  # fmt: skip


def get(interview_id: int, deleted: bool = False) -> Interview:
    """Return an interview with all that belongs to it. Raises NotFound also when the reader may not know of it."""
    query = (
        sa.select(Interview)
        .where(Interview.id == interview_id)
        .options(
            selectinload(Interview.organisation_links).joinedload(InterviewOrganisation.organisation),
            joinedload(Interview.interviewer_links).joinedload(Interviewer.user),
            selectinload(Interview.interviewee_links).joinedload(Interviewee.person),
            selectinload(Interview.reviews).options(joinedload(Review.by)),
        )
    )
    found = db.session.scalars(query.execution_options(include_deleted=deleted)).unique().first()
    if found is None:
        raise NotFound
    return found


def came_with(interview: Interview) -> int | None:
    """Return the import batch that brought an interview, if one did."""
    return db.session.scalar(audit.came_with("interview", interview.id, ("interview",)))


def refuse_unwritable(interview_id: int) -> None:
    """Raise NotFound unless the reader may know of an interview, and Refused if it is validated: what an autosave asks, in one query."""
    state = db.session.scalar(sa.select(Interview.state).where(Interview.id == interview_id))
    if state is None:
        raise NotFound
    if state.is_sealed:
        raise Refused("interview_is_validated")


def log(values: Mapping[str, Any]) -> Interview:
    """Log an interview and return it. `values` holds COLUMNS, `organisations` (ids, or names to create), `interviewers` (ids of team
    members; the person acting unless given), `interviewees` (pairs of id or name, and job title), `guide_version_id` (of a guide that is
    offered, or guide_choice.AUTO), and `extra`. Only organisations, date
    and kind are required. Raises Refused with the field that is to be mended."""
    refuse_without("log_interviews")
    columns = {name: values[name] for name in COLUMNS if values.get(name) is not None}
    for name in ("date", "kind"):
        if name not in columns:
            raise Refused(f"{name}_required", field=name)
    columns.setdefault("confidentiality", default_level())
    interview = Interview(
        ref=refs.take("INT")[0], study_id=current().study_id, state=InterviewState.DRAFT, extra=values.get("extra") or {},
        **columns,
    )  # fmt: skip
    with db.session.no_autoflush:
        taking_part.apply(interview, {"organisations": [], "interviewers": _myself(), **_present(values)})
        interview.guide_version_id = _guide(interview, values.get("guide_version_id"))
    interview.search_key = search_text(interview)
    db.session.add(interview)
    db.session.flush()
    return interview


def _guide(interview: Interview, choice: int | str | None) -> int | None:
    return guide_choice.settle(choice, interview.organisation_links[0].organisation_id) if choice is not None else None


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("organisations", "interviewers", "interviewees") if values.get(name) is not None}


def _myself() -> list[int]:
    me = current().user_id
    return [me] if me is not None and any(member == me for member, _name in taking_part.team()) else []


def default_level() -> Confidentiality:
    """Return the confidentiality that the study in scope gives a new interview."""
    return db.session.scalars(sa.select(Study.default_confidentiality).where(Study.id == current().study_id)).one()


def update(interview: Interview, values: Mapping[str, Any], seen: int | None) -> None:
    """Save what was typed over version `seen`; what `values` does not name stays. Raises Conflict, or Refused with the field."""
    refuse_without("log_interviews")
    refuse_validated(interview)
    expect_version(interview, seen)
    with db.session.no_autoflush:
        for name in COLUMNS:
            if name in values and getattr(interview, name) != values[name]:
                setattr(interview, name, values[name])
        if taking_part.apply(interview, values):
            interview.updated_at = now()
        if values.get("guide_version_id", interview.guide_version_id) != interview.guide_version_id:
            interview.guide_version_id = _guide(interview, values["guide_version_id"])
    _refuse_hiding(interview)
    interview.search_key = search_text(interview)
    db.session.flush()


def change(interview: Interview, field: str, value: Any, seen: int | None = None) -> None:
    """Give one column a new value: a cell edited in place, a bulk change, a value restored. Raises Refused for one that nobody types."""
    if field not in COLUMNS:
        raise Refused("nothing_to_restore")
    if value is None and field in ("kind", "date", "lang", "confidentiality"):
        raise Refused("value_required", field=field)
    update(interview, {field: value}, seen)


def make_strict(interview: Interview, seen: int | None = None) -> None:
    """Keep an interview to its authors, leads and reviewers."""
    change(interview, "confidentiality", Confidentiality.STRICT, seen)


def delete(interview: Interview, seen: int | None = None) -> None:
    """Put an interview away; `bring_back` undoes it. Never a validated one."""
    refuse_without("log_interviews")
    refuse_validated(interview)
    expect_version(interview, seen)
    interview.deleted_at, interview.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(interview: Interview) -> None:
    """Undo the deletion of an interview."""
    refuse_without("log_interviews")
    interview.deleted_at = interview.deleted_by_id = None
    db.session.flush()


def search_text(interview: Interview) -> str:
    """Return what a list search looks into: reference, place, summary and notes, folded. Names are looked up where they stand."""
    return searched(interview.ref, {name: getattr(interview, name) for name in ("place", "summary", "note")})


def searched(ref: str, values: Mapping[str, Any]) -> str:
    """Return the search text of an interview with these values."""
    return fold(" ".join(part for part in (ref, values.get("place"), values.get("summary"), values.get("note")) if part))


def _refuse_hiding(interview: Interview) -> None:
    """Nobody hides from themselves an interview that is not theirs: it would be gone at once, and their way back with it."""
    me = current()
    own = (
        me.user_id is None
        or interview.created_by_id == me.user_id
        or any(link.user_id == me.user_id for link in interview.interviewer_links)
    )
    if interview.confidentiality.rank > me.rank and not own:
        raise Refused("hides_from_oneself", field="confidentiality")
