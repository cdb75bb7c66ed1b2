"""Two studies with a record of every kind in each, so that every address can be built for either."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from werkzeug.routing import Rule

from consult.accounts.models import OneTimeLink, User, UserSession
from consult.exchange.models import ImportBatch
from consult.fieldwork.models import Appointment, ContactAttempt, MessageTemplate, Outcome, Suggestion, TemplateKind
from consult.guides import service as guides
from consult.guides.models import GuideItem
from consult.interviews.approval_models import Approval
from consult.interviews.comment_models import ReviewComment
from consult.interviews.models import Interview
from consult.kernel import audit, refs
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.organisations.models import Alias, Organisation, OrganisationRelation, OrganisationRole, RelationKind, RoleKind, Site
from consult.organisations.people_models import Affiliation, Person
from consult.studies.models import Membership, PerimeterArea, SavedView, Study
from consult.terms.models import Term, TermList
from tests.factories import Make
from tests.guards.captured import capture

ROLES = ("lead", "reviewer", "consultant", "cluster", "guest")
UNGUARDED_TABLES = {"audit_entry", "user_session", "throttle_count"}
"""Tables that a refused request may add to: the refusal's own audit, the session's touch, the throttle's count."""


@dataclass
class Corner:
    """One study, its members by role, and the id of one record for each name that an address may carry."""

    study: Study
    members: dict[str, User]
    ids: dict[str, Any] = field(default_factory=dict)


def corner(make: Make, title: str) -> Corner:
    """Make a study with a record of every kind."""
    study = make.study(title)
    here = Corner(study, {role: make.member(study, role) for role in ROLES})
    segment = make.segment(study, "brand")
    organisation = make.organisation(study, f"Organisation of {title}", commune="25056", participation={"segment_id": segment.id})
    other = make.organisation(study, f"Second of {title}")
    person = make.person(organisation, f"Person of {title}")
    guide = make.guide(study)
    interview = make.interview(study, organisation, by=here.members["consultant"], guide_version_id=guide.id)
    draft = _draft(make, study)
    rows = _more_rows(make, study, organisation, other, here.members["lead"])
    rows |= capture(make, study, interview, organisation, person)
    rows["approval_id"] = _approval(make, study, interview, person)
    rows["comment_id"] = _remark(make, study, interview, here.members["lead"])
    with make.inside(study):
        rows["question_id"] = db.session.scalar(sa.select(GuideItem.question_id).where(GuideItem.version_id == guide.id)) or 0
    with make.inside(None):
        site = db.session.scalar(sa.select(Site.id).where(Site.organisation_id == organisation.id))
        affiliation = db.session.scalar(sa.select(Affiliation.id).where(Affiliation.person_id == person.id))
        entry = db.session.scalar(
            sa.select(audit.AuditEntry.id).where(audit.AuditEntry.entity == "organisation", audit.AuditEntry.entity_id == organisation.id)
        )
        membership = db.session.scalar(
            sa.select(Membership.id).where(Membership.study_id == study.id, Membership.user_id == here.members["guest"].id)
        )
    here.ids = {
        "study_id": study.id, "segment_id": segment.id, "organisation_id": organisation.id, "person_id": person.id, "other_id": other.id,
        "other_person_id": make.person(other, f"Second person of {title}").id,
        "interview_id": interview.id,
        "site_id": site, "affiliation_id": affiliation, "entry_id": entry, "membership_id": membership,
        "user_id": here.members["guest"].id, **draft, **rows,
    }  # fmt: skip
    return here


def _draft(make: Make, study: Study) -> dict[str, int]:
    """Make the draft of a guide with one question, and return the ids of its parts."""
    version = make.guide(study, f"G{study.id}", publish=False)
    with make.inside(study):
        whole = guides.outline(version.id)
        asked = whole.items[0]
        return {
            "guide_id": whole.guide.id, "version_id": version.id, "section_id": asked.item.section_id, "item_id": asked.item.id,
        }  # fmt: skip


def _more_rows(make: Make, study: Study, organisation: Organisation, other: Organisation, lead: User) -> dict[str, int]:
    with make.inside(study, lead):
        made: dict[str, Any] = {
            "relation_id": OrganisationRelation(from_id=organisation.id, to_id=other.id, kind=RelationKind.CUSTOMER_OF),
            "role_id": OrganisationRole(organisation_id=organisation.id, role=RoleKind.BRAND),
            "alias_id": Alias(organisation_id=organisation.id, name=f"Alias {study.id}", key=f"alias {study.id}"),
            "area_id": PerimeterArea(study_id=study.id, code="25056", kind="commune", name="Besançon"),
            "view_id": SavedView(study_id=study.id, listing="organisations", label="Mine", created_by_id=lead.id),
            "batch_id": ImportBatch(
                ref=refs.take("IMP")[0], study_id=study.id, file_name="a.csv", file_sha256=_sent_file(), file_size=len(FILE)
            ),
            "attempt_id": ContactAttempt(organisation_id=organisation.id, outcome=Outcome.NO_ANSWER, by_id=lead.id),
            "appointment_id": Appointment(
                organisation_id=organisation.id,
                starts_at=now(),
                ends_at=now() + dt.timedelta(hours=1),
                uid=f"{study.id}@consult",
                user_id=lead.id,
            ),
            "suggestion_id": Suggestion(organisation_id=organisation.id, by_organisation_id=other.id),
            "template_id": MessageTemplate(kind=TemplateKind.THANKS, lang="en", subject="Thanks", body="{salutation}"),
            "term_id": Term(list=TermList.TAG, key=f"tag {study.id}", label_fr=f"Tag {study.id}"),
            "link_id": OneTimeLink(
                purpose="invitation",
                token_hash=f"{study.id:064d}",
                email="i@example.org",
                grants={"study_id": study.id, "role": "guest"},
                expires_at=now(),
            ),
        }
        db.session.add_all(made.values())
        db.session.flush()
        return {name: row.id for name, row in made.items()}


def _approval(make: Make, study: Study, interview: Interview, person: Person) -> int:
    """Let a link of somebody who answered wait for its answer."""
    facts = {"revision": 1, "expires_at": now(), "token_hash": f"{study.id:064d}"}
    with make.inside(study):
        link = Approval(study_id=study.id, interview_id=interview.id, person_id=person.id, **facts)
        db.session.add(link)
        db.session.flush()
        return link.id


def _remark(make: Make, study: Study, interview: Interview, by: User) -> int:
    """Let somebody have remarked on an interview."""
    with make.inside(study, by):
        remark = ReviewComment(study_id=study.id, interview_id=interview.id, text="Which year?")
        db.session.add(remark)
        db.session.flush()
        return remark.id


FILE = b"Nom;Commune\nAteliers de la Combe;Morteau\n"


def _sent_file() -> str:
    """Put the batch's file where sent files are kept, and return its hash."""
    digest = hashlib.sha256(FILE).hexdigest()
    folder = Path(current_app.config["SETTINGS"].instance) / "imports"
    folder.mkdir(exist_ok=True)
    (folder / f"{digest}.csv").write_bytes(FILE)
    return digest


def fingerprint() -> str:
    """Hash every row of every table but those a refusal may add to."""
    digest = hashlib.sha256()
    db.session.rollback()
    with unscoped("tests hash all tables"), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            if table.name not in UNGUARDED_TABLES:
                rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
                digest.update(f"{table.name}:{rows}".encode())
    return digest.hexdigest()


def rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Yield every method and rule of the application but those without meaning of their own."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, sorted(r.methods or ()))):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not rule.rule.startswith("/probe/"):
                yield method, rule


__all__ = ["Corner", "Interview", "Person", "UserSession", "corner", "fingerprint", "rules"]
