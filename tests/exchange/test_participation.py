"""How organisations take part in the study, out of a file: target list, segment, who looks after them, where they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import search_text
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.studies.models import Study
from tests.exchange.conftest import Importer, fingerprint
from tests.factories import Make

Csv = Callable[..., Path]
HEAD = "Entreprise;SIREN;Segment;Référent;Statut de prise de contact;Priorité;Influence;Intérêt;Base de sondage"


@pytest.fixture
def team(make: Make, study: Study, lead: User) -> User:
    """The segments of the study, and a consultant in its team."""
    make.segment(study, "brand", label="Marques")
    make.segment(study, "subcontractor", label="Sous-traitants")
    return make.member(study, "consultant", name="Jeanne Morel", email="jeanne@example.org")


def standing(name: str) -> dict[str, Any]:
    """How an organisation takes part in the study."""
    with unscoped("tests read back"):
        query = sa.select(Participation).join(Organisation, Organisation.id == Participation.organisation_id)
        row = db.session.scalars(query.where(Organisation.name == name)).one()
        found = {
            "in_frame": row.in_frame,
            "segment": row.segment.label if row.segment else None,
            "owner": row.owner.name if row.owner else None,
            "disposition": row.disposition,
            "grid": (row.influence, row.interest),
            "priority": row.priority,
        }
    db.session.rollback()
    return found


def known(make: Make, study: Study, **participation: Any) -> None:
    """Put Alpha into the study as it would have been entered."""
    made = make.organisation(study, "Alpha", siren="732829320", participation=participation)
    with make.inside(study):
        search_text.refresh([made.id])


def extra(name: str) -> dict[str, Any]:
    """The extra of an organisation."""
    with unscoped("tests read back"):
        found = db.session.scalars(sa.select(Organisation.extra).where(Organisation.name == name)).one()
    db.session.rollback()
    return found


def notes(plan: Any) -> list[str]:
    """The codes of what is said of a plan's rows."""
    return [note.code for row in plan.rows for note in row.notes]


def test_a_row_says_how_an_organisation_takes_part(importer: Importer, csv: Csv, team: User) -> None:
    before = fingerprint()
    path = csv(
        HEAD,
        "Alpha;732829320;Marques;Jeanne Morel;RDV pris;Haute;5;4;oui",
        "Beta;552100554;subcontractor;jeanne@example.org;To contact;Low;1;2;x",
        "Gamma;;sous-traitant;MOREL Jeanne;Refus;;3;;VRAI",
    )
    table, plan = importer.plan(path)
    assert [use.field for use in table.uses if use.field is None] == []
    ref, plan = importer.apply(path)
    assert notes(plan) == []
    assert standing("Alpha") == {
        "in_frame": True, "segment": "Marques", "owner": "Jeanne Morel", "disposition": "scheduled", "grid": (5, 4), "priority": "high",
    }  # fmt: skip
    assert (standing("Beta")["segment"], standing("Beta")["owner"], standing("Beta")["grid"]) == ("Sous-traitants", "Jeanne Morel", (1, 2))
    assert (standing("Gamma")["segment"], standing("Gamma")["disposition"]) == ("Sous-traitants", "refused")
    assert importer.plan(path)[1].counts["same"] == 3
    importer.undo(ref)
    assert fingerprint() == before


def test_what_is_changed_is_shown_in_words_and_goes_back(importer: Importer, csv: Csv, make: Make, study: Study, team: User) -> None:
    known(make, study, influence=2)
    before = fingerprint()
    ref, plan = importer.apply(csv(HEAD, "Alpha;732829320;Marques;Jeanne Morel;;;4;;"))
    told = {change.field: (change.old, change.new) for part in plan.rows[0].parts for change in part.changes}
    assert told["organisation.segment"] == (None, "Marques")
    assert told["organisation.owner"] == (None, "Jeanne Morel")
    assert told["organisation.influence"] == (2, 4)
    importer.undo(ref)
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("Segment", "Zorglub", "unknown_segment"),
        ("Référent", "Nobody Known", "unknown_member"),
        ("Influence", "9", "out_of_bounds"),
        ("Statut de prise de contact", "on verra", "not_in_list"),
    ],
)
def test_what_the_study_does_not_know_is_kept_and_said(importer: Importer, csv: Csv, team: User, column: str, cell: str, code: str) -> None:
    cells = {"Segment": "Marques", "Référent": "Jeanne Morel", "Influence": "3", "Statut de prise de contact": "Refus"}
    known = ";".join(cells.values())
    odd = ";".join({**cells, column: cell}.values())
    path = csv(f"Entreprise;Ville;{';'.join(cells)}", *(f"Beta {n};Morteau;{known}" for n in range(4)), f"Alpha;Morteau;{odd}")
    _ref, plan = importer.apply(path)
    assert code in notes(plan)
    assert extra("Alpha") == {column: cell}
    assert plan.cells.read == plan.cells.fields + plan.cells.extra
    assert importer.plan(path)[1].counts["same"] == 5


def test_a_segment_or_a_disposition_puts_into_the_target_list(importer: Importer, csv: Csv, make: Make, study: Study, team: User) -> None:
    make.organisation(study, "Alpha", siren="732829320", participation={"in_frame": False, "disposition": None})
    make.organisation(study, "Beta", siren="552100554", participation={"in_frame": False, "disposition": None})
    _ref, plan = importer.apply(csv("Entreprise;SIREN;Segment;Effectif", "Alpha;732829320;Marques;3", "Beta;552100554;;4"))
    assert ("organisation.in_frame", False, True) in [(c.field, c.old, c.new) for c in plan.rows[0].parts[0].changes]
    assert (standing("Alpha")["in_frame"], standing("Alpha")["disposition"]) == (True, "to_contact")
    assert (standing("Beta")["in_frame"], standing("Beta")["disposition"]) == (False, None)


def test_who_leaves_the_target_list_has_neither_segment_nor_disposition(
    importer: Importer, csv: Csv, make: Make, study: Study, team: User
) -> None:
    segment = make.segment(study, "other", label="Divers")
    known(make, study, segment_id=segment.id, disposition="contacted")
    before = fingerprint()
    ref, plan = importer.apply(csv(HEAD, "Alpha;732829320;Marques;;;;;;non", "Beta;552100554;Marques;;;;;;oui"))
    told = {change.field: (change.old, change.new) for change in plan.rows[0].parts[0].changes}
    assert told["organisation.segment"] == ("Divers", None)
    assert told["organisation.disposition"] == ("contacted", None)
    assert "outside_frame" in notes(plan)
    assert (standing("Alpha")["in_frame"], standing("Alpha")["segment"], standing("Alpha")["disposition"]) == (False, None, None)
    assert extra("Alpha") == {"Segment": "Marques"}
    importer.undo(ref)
    assert fingerprint() == before


def test_a_new_organisation_said_to_be_no_target_stays_outside(importer: Importer, csv: Csv, team: User) -> None:
    importer.apply(csv("Entreprise;Ville;Priorité;Base de sondage", "Alpha;Morteau;Haute;non", "Beta;Morteau;Haute;oui"))
    assert (standing("Alpha")["in_frame"], standing("Beta")["in_frame"]) == (False, True)


def test_a_column_headed_segment_that_holds_roles_is_one_of_roles(importer: Importer, csv: Csv, study: Study) -> None:
    table, _plan = importer.plan(csv("Entreprise;Ville;Segment", "Alpha;Morteau;Marque", "Beta;Morteau;Sous-traitant"))
    assert [use.field for use in table.uses] == ["organisation.name", "organisation.commune", "organisation.role"]


def test_a_column_of_contacts_is_no_column_of_the_team(importer: Importer, csv: Csv, team: User) -> None:
    table, _plan = importer.plan(csv("Entreprise;Ville;Référent", "Alpha;Morteau;Paul Roy", "Beta;Morteau;Marie Petit"))
    assert [use.field for use in table.uses][2] == "person.full_name"


def test_of_two_members_of_one_name_the_address_tells(importer: Importer, csv: Csv, make: Make, study: Study, team: User) -> None:
    make.member(study, "consultant", name="Jeanne Morel", email="other@example.org")
    path = csv(
        "Entreprise;Ville;Suivi par", "Alpha;Morteau;jeanne@example.org", "Beta;Morteau;other@example.org", "Gamma;Morteau;Jeanne Morel"
    )
    _ref, plan = importer.apply(path)
    assert notes(plan) == ["unknown_member"]
    assert standing("Alpha")["owner"] == "Jeanne Morel"
    assert standing("Gamma")["owner"] is None
    assert importer.plan(path)[1].counts["same"] == 3
