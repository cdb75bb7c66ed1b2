"""Which guide an interview follows: those that are offered, the one that suits an organisation, and changing it.

Answers belong to questions, not to guides: those to questions that the new guide asks too are simply there, the others are kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from consult.guides import service as guides
from consult.guides.models import Guide, GuideVersion
from consult.interviews.models import Interview, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.text import fold
from consult.organisations.models import OrganisationRole
from consult.organisations.participation import Participation
from consult.studies.models import Segment

AUTO = "auto"
"""Stands for the guide that suits the organisation, before it is known which one that is."""


def offered(lang: str, present: int | None = None) -> list[tuple[int, str]]:
    """Return the versions that an interview may follow, with their titles: the published ones, and the one that it follows already."""
    found = [(version.id, f"{guide.title(lang)} v{version.number}") for guide, version in guides.offered()]
    if present is not None and present not in dict(found):
        found += [(version.id, f"{guide.title(lang)} v{version.number}") for guide, version in _version(present)]
    return found


def proposed(organisation_id: int) -> int | None:
    """Return the version that suits an organisation: the guide that is named like its segment or one of its roles, else the one that most
    interviews with its segment follow; None where nothing tells."""
    choices = guides.offered()
    named = _named([(guide, version) for guide, version in choices], _words(organisation_id))
    return named if named is not None else _usual(organisation_id, [version.id for _guide, version in choices])


def settle(choice: int | str | None, organisation_id: int) -> int | None:
    """Return the version that a choice means. Raises Refused("guide_unknown") for one that is not offered."""
    if choice == AUTO:
        return proposed(organisation_id)
    if choice is not None and choice not in {version.id for _guide, version in guides.offered()}:
        raise Refused("guide_unknown", field="guide_version_id")
    return int(choice) if choice is not None else None


def _version(version_id: int) -> Sequence[tuple[Guide, GuideVersion]]:
    query = sa.select(Guide, GuideVersion).join(GuideVersion, GuideVersion.guide_id == Guide.id).where(GuideVersion.id == version_id)
    return [(guide, version) for guide, version in db.session.execute(query)]


def _words(organisation_id: int) -> list[str]:
    """Return what a guide for the organisation may be called: its segment, then its roles, in both languages and by code."""
    query = (
        sa.select(Segment.kind, Segment.label)
        .join(Participation, Participation.segment_id == Segment.id)
        .where(Participation.organisation_id == organisation_id)
    )
    words = [word for kind, label in db.session.execute(query) for word in (label, kind.fr, kind.en, kind.value)]
    roles = sa.select(OrganisationRole.role).where(OrganisationRole.organisation_id == organisation_id)
    words += [word for role in db.session.scalars(roles.order_by(OrganisationRole.id)) for word in (role.fr, role.en, role.value)]
    return [_stem(word) for word in words]


def _stem(word: str) -> str:
    return " ".join(part.rstrip("s") for part in fold(word).split())


def _named(choices: Sequence[tuple[Guide, GuideVersion]], words: Sequence[str]) -> int | None:
    names = [(version.id, f" {_stem(' '.join((guide.code, guide.title_fr, guide.title_en or '')))} ") for guide, version in choices]
    return next((number for word in words for number, name in names if word and f" {word} " in name), None)


def _usual(organisation_id: int, offered: Sequence[int]) -> int | None:
    peers = sa.select(Participation.organisation_id).where(
        Participation.segment_id.in_(
            sa.select(Participation.segment_id).where(
                Participation.organisation_id == organisation_id, Participation.segment_id.is_not(None)
            )
        )
    )
    query = (
        sa.select(Interview.guide_version_id)
        .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
        .where(Interview.guide_version_id.in_(offered), InterviewOrganisation.organisation_id.in_(peers))
        .group_by(Interview.guide_version_id)
        .order_by(sa.func.count().desc(), Interview.guide_version_id)
    )
    return db.session.scalar(query.limit(1)) if offered else None
