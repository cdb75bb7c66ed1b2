"""What of interviews is found by the one search: their notes and summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from consult.interviews.models import Interview, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.model import AnySelect
from consult.kernel.search import Source, Text
from consult.organisations.models import Organisation


def _texts(ids: Sequence[int]) -> Iterable[Text]:
    columns = (Interview.id, Interview.study_id, Interview.date, Interview.ref, Interview.place, Interview.summary, Interview.note)
    for row in db.session.execute(sa.select(*columns).where(Interview.id.in_(ids))):
        yield Text(row.id, row.study_id, row.date, " ".join(part for part in row[3:] if part))


def _rows() -> AnySelect:
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    return (
        sa.select(
            Interview.id.label("id"), Organisation.name.label("title"), Interview.ref.label("hint"), Interview.date.label("day"),
            Interview.summary.label("body"), Interview.note.label("body_more"),
        )
        .outerjoin(InterviewOrganisation, first)
        .outerjoin(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
    )  # fmt: skip


NOTES = Source("interview", 3, "interview", Interview.id, _texts, _rows)
