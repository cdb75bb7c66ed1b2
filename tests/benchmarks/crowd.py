"""A study with many organisations, made in bulk: deterministic French-looking data, the same for every side."""

from __future__ import annotations

import random
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from flask import Flask

from consult import create_app
from consult.accounts import sessions
from consult.accounts.models import User
from consult.kernel import refs
from consult.kernel.db import aside, db, know_sizes, unit_of_work
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.kernel.settings import load
from consult.kernel.text import fold
from consult.organisations.models import Organisation, OrganisationKind, Site, WorkforceBand
from consult.organisations.participation import Disposition, Participation, Priority
from consult.studies.models import Membership, Role, Segment, SegmentKind, Study

WORDS = (
    "atelier combe doubs horlogerie mécanique précision cadran aiguille décolletage polissage émail ressort dessoubre loue morteau jura "
    "outillage verre boîte bracelet spiral traitement surface usinage assemblage"
).split()
COMMUNES = [
    ("25411", "Morteau"),
    ("25056", "Besançon"),
    ("25356", "Maîche"),
    ("25434", "Ornans"),
    ("25321", "Les Fins"),
    ("25127", "Charquemont"),
]


def application(instance: Path, database_url: str = "") -> Flask:
    """Return an application on an empty database in `instance`, or at the address given."""
    app = create_app(load(instance, environ={}, testing=True, **({"database_url": database_url} if database_url else {})))
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = False
    with app.app_context():
        for bind, metadata in db.metadatas.items():
            metadata.drop_all(db.engines[bind])
            metadata.create_all(db.engines[bind])
    return app


def fill(app: Flask, organisations: int) -> tuple[int, str]:
    """Make a study with that many organisations; returns its id and the token of its lead's session."""
    chance = random.Random(20221209)
    with app.app_context():
        with unit_of_work(), unscoped("the benchmark makes its data"):
            lead = User(email="lead@example.org", name="Camille Lead")
            study = Study(ref=refs.take("STU")[0], title="Filière horlogère du Doubs")
            db.session.add_all([lead, study])
            db.session.flush()
            db.session.add(Membership(study_id=study.id, user_id=lead.id, role=Role.LEAD))
            segments = [Segment(study_id=study.id, kind=kind, label=kind.label("fr"), position=n) for n, kind in enumerate(SegmentKind)]
            db.session.add_all(segments)
            db.session.flush()
            ids = [segment.id for segment in segments]
            rows = [_organisation(chance, number) for number in range(1, organisations + 1)]
            _insert(rows, study.id, lead.id, ids, chance)
            token = sessions.begin(lead, "benchmark")
            aside(know_sizes)  # as after every import
        return study.id, token


def _organisation(chance: random.Random, number: int) -> dict[str, object]:
    name = " ".join(chance.choices(WORDS, k=3)).title() + f" {number}"
    return {
        "id": number, "ref": f"ORG-{number:05d}", "name": name, "kind": chance.choice(list(OrganisationKind)), "status": "active",
        "workforce_band": chance.choice(list(WorkforceBand)), "phone": f"+3338100{number % 10000:04d}",
        "email": f"contact@o{number}.example.org",
        "extra": {}, "sort_name": fold(name), "search_key": fold(name), "version": 1, "created_at": now(), "updated_at": now(),
    }  # fmt: skip


def _insert(rows: list[dict[str, object]], study_id: int, lead_id: int, segments: list[int], chance: random.Random) -> None:
    stamp = {"version": 1, "created_at": now(), "updated_at": now()}
    sites, participations = [], []
    for row in rows:
        code, commune = chance.choice(COMMUNES)
        sites.append(
            {"organisation_id": row["id"], "commune_code": code, "commune_name": commune, "country": "FR", "is_head_office": True, **stamp}
        )
        participations.append({
            "study_id": study_id, "organisation_id": row["id"], "in_frame": True, "segment_id": chance.choice(segments),
            "owner_id": lead_id,
            "disposition": chance.choice(list(Disposition)), "priority": chance.choice(list(Priority)), "sort_name": row["sort_name"],
            "search_key": f"{row['search_key']} {fold(commune)}", **stamp,
        })  # fmt: skip
    for table, values in ((Organisation, rows), (Site, sites), (Participation, participations)):
        db.session.execute(sa.insert(cast(sa.Table, table.__table__)), values)
