"""Undo puts back what nobody touched since; what somebody edited or uses is kept and named."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consult.exchange.models import BatchState, ImportBatch
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.scope import unscoped
from consult.organisations import search_text
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation, Priority
from consult.studies.models import Study
from tests.exchange.conftest import Importer, fingerprint, total
from tests.factories import Make

Csv = Callable[..., Path]
HEAD = "Entreprise,SIREN,Ville,CP,Téléphone,Effectif,Spécialités,Prénom contact,Nom contact,Mail contact,Colonne libre"


def change(make: Make, study: Study, name: str, **values: Any) -> None:
    """Edit an organisation as a person would."""
    with make.inside(study):
        row = db.session.scalar(sa.select(Organisation).where(Organisation.name == name))
        assert row is not None
        for key, value in values.items():
            setattr(row, key, value)


def test_updates_go_back_too(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    known = make.organisation(study, "Alpha", commune="25411", siren="732829320", phone="+33381000001", extra={"Ancien": "x"})
    with make.inside(study):
        search_text.refresh([known.id])
    before = fingerprint()
    ref, plan = importer.apply(csv(HEAD, "Alpha Groupe,732829320,Maîche,25120,0381000002,12,polissage,Jeanne,Morel,j@example.org,libre"))
    assert plan.counts["changed"] == 1
    assert fingerprint() != before
    importer.undo(ref)
    assert fingerprint() == before


def test_what_was_edited_since_is_kept_and_named(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    ref, _plan = importer.apply(
        csv(HEAD, "Alpha,,Morteau,25500,,,,,,,", "Beta,,Maîche,25120,,,,,,,", "Gamma,,Morteau,25500,,,,Jeanne,Morel,,")
    )
    change(make, study, "Beta", phone="+33381000009")
    report = importer.undo(ref)
    assert (report.reversed, report.kept, report.failed) == (2, [(3, "Beta")], [])
    assert (total("organisation"), total("site"), total("participation"), total("person")) == (1, 1, 1, 0)
    with unscoped("tests read"):
        assert db.session.scalar(sa.select(ImportBatch.state)) is BatchState.PARTLY_REVERTED


def test_an_organisation_whose_site_was_edited_stays_whole(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    ref, _plan = importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,,,,"))
    with make.inside(study):
        site = db.session.scalar(sa.select(Site))
        assert site is not None
        site.address = "1 rue Neuve"
    assert importer.undo(ref).kept == [(2, "Alpha")]
    assert (total("organisation"), total("site"), total("participation")) == (1, 1, 1)


def test_what_is_used_since_is_kept(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    ref, _plan = importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,,,,", "Beta,,Maîche,25120,,,,,,,"))
    with unscoped("tests read"):
        alpha = db.session.scalar(sa.select(Organisation).where(Organisation.name == "Alpha"))
        db.session.rollback()
    assert alpha is not None
    make.interview(study, alpha)
    report = importer.undo(ref)
    assert (report.reversed, report.kept) == (1, [(2, "Alpha")])


def test_a_participation_changed_since_keeps_its_organisation(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    ref, _plan = importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,,,,"))
    with make.inside(study):
        here = db.session.scalar(sa.select(Participation))
        assert here is not None
        here.priority = Priority.HIGH
    assert importer.undo(ref).kept == [(2, "Alpha")]


def test_imports_are_undone_in_any_sensible_order(importer: Importer, csv: Csv) -> None:
    before = fingerprint()
    first, _plan = importer.apply(csv(HEAD, "Alpha,732829320,Morteau,25500,0381000001,3,,,,,", "Beta,,Maîche,25120,,,,,,,"))
    middle = fingerprint()
    second, _plan = importer.apply(csv(HEAD, "Alpha,732829320,Morteau,25500,0381000002,5,,,,,x"))
    importer.undo(second)
    assert fingerprint() == middle
    importer.undo(first)
    assert fingerprint() == before


def test_a_batch_is_undone_once(importer: Importer, csv: Csv) -> None:
    ref, _plan = importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,,,,"))
    importer.undo(ref)
    with pytest.raises(Refused, match="import_wrong_state"):
        importer.undo(ref)


def test_undoing_is_written_in_the_history(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Alpha", siren="732829320", phone="+33381000001")
    ref, _plan = importer.apply(csv(HEAD, "Alpha,732829320,,,0381000002,,,,,,", "Beta,,Maîche,25120,,,,,,,"))
    importer.undo(ref)
    with unscoped("tests read"):
        entries = db.session.execute(
            sa.select(AuditEntry.deed, AuditEntry.changes, AuditEntry.via)
            .where(AuditEntry.entity == "organisation")
            .order_by(AuditEntry.id)
        ).all()
    told = [(entry.deed, entry.via.value) for entry in entries][1:]
    assert sorted(told) == sorted([(Deed.CHANGED, "import"), (Deed.CREATED, "import"), (Deed.CHANGED, "undo"), (Deed.DELETED, "undo")])
    back = next(entry for entry in entries if entry.deed is Deed.CHANGED and entry.via.value == "undo")
    assert back.changes["phone"] == ["+33381000002", "+33381000001"]


def test_nobody_inherits_the_id_of_what_an_undone_import_made(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    ref, _plan = importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,Jeanne,Morel,,"))
    importer.undo(ref)
    second = make.organisation(study, "Beta", commune="25056")
    person = make.person(second, "Roy")
    with unscoped("tests read"):
        known = {row.entity: row.last for row in db.session.execute(_last_made())}
        site = db.session.scalars(sa.select(Site.id)).one()
    db.session.rollback()
    assert second.id > known["organisation"]
    assert person.id > known["person"]
    assert site > known["site"]


def _last_made() -> Any:
    """The last id that the audit knows of each table, among those of the import."""
    query = sa.select(AuditEntry.entity, sa.func.max(AuditEntry.entity_id).label("last")).where(AuditEntry.via == "import")
    return query.group_by(AuditEntry.entity)


def test_a_change_made_by_a_later_line_of_the_same_record_goes_back(importer: Importer, csv: Csv) -> None:
    importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,,,,"))
    before = fingerprint()
    ref, plan = importer.apply(csv(HEAD, "Alpha,,Morteau,25500,,,,,,,", "Alpha,732829320,Morteau,25500,,,,,,,"))
    assert [row.verdict.value for row in plan.rows] == ["same", "changed"]
    importer.undo(ref)
    assert fingerprint() == before


def test_a_line_that_asks_is_not_settled_by_its_neighbour_the_next_time(importer: Importer, csv: Csv) -> None:
    path = csv(HEAD, "Alpha,,,,0381000001,,,,,,", "Alpha,,,,0381000002,,,,,,", "Témoin,,Besançon,25000,,,,,,,")
    assert [row.verdict.value for row in importer.apply(path)[1].rows] == ["new", "ambiguous", "new"]
    assert [row.verdict.value for row in importer.apply(path)[1].rows] == ["same", "ambiguous", "same"]


NAMES = st.sampled_from(["Alpha", "Beta", "Gamma SARL", "ALPHA", "Ateliers du Doubs", ""])
SIRENS = st.sampled_from(["", "", "732829320", "552100554", "732829321"])
PLACES = st.sampled_from([("Morteau", "25500"), ("Maîche", "25120"), ("", "")])
CELLS = st.sampled_from(["", "0381000001", "voir site", "12", "polissage; sertissage", "N/A", "#REF!", "=1+1"])
PEOPLE = st.sampled_from([("", "", ""), ("Jeanne", "Morel", "j@example.org"), ("Paul", "Roy", ""), ("", "Petit", "pas d'adresse")])
ROW = st.tuples(NAMES, SIRENS, PLACES, CELLS, CELLS, CELLS, PEOPLE, CELLS).map(
    lambda r: ",".join([r[0], r[1], *r[2], r[3], r[4], f'"{r[5]}"', *r[6], r[7]])
)


def _emptied(app: Flask) -> None:
    with db.engine.begin() as connection:
        for name in (
            "import_row",
            "import_batch",
            "audit_entry",
            "person_phone",
            "person_email",
            "affiliation",
            "person",
            "organisation_term",
            "term",
            "organisation_role",
            "alias",
            "participation",
            "site",
            "organisation",
        ):
            connection.execute(sa.delete(db.metadata.tables[name]))


@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=dt.timedelta(seconds=20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seeds=st.lists(ROW, max_size=4), rows=st.lists(ROW, min_size=1, max_size=8))
def test_undo_after_apply_is_the_identity_and_a_second_import_changes_nothing(
    app: Flask, importer: Importer, seeds: list[str], rows: list[str]
) -> None:
    _emptied(app)
    with tempfile.TemporaryDirectory() as folder:
        seed, file = Path(folder) / "seed.csv", Path(folder) / "file.csv"
        seed.write_text("\n".join([HEAD, *seeds, "Témoin,,Besançon,25000,,,,,,,"]), encoding="utf-8")
        file.write_text("\n".join([HEAD, *rows, "Autre témoin,,Besançon,25000,,,,,,,"]), encoding="utf-8")
        importer.apply(seed, entity="organisation", header_row=1)
        before = fingerprint()
        ref, plan = importer.apply(file, entity="organisation", header_row=1)
        cells = plan.cells
        assert cells.read == cells.fields + cells.extra + cells.refused + cells.ignored
        after, audited = fingerprint(), total("audit_entry")
        second, again = importer.apply(file, entity="organisation", header_row=1)
        if all(row.verdict.value in ("new", "changed", "same") for row in plan.rows):  # else what was written may settle what was asked
            assert again.counts["same"] == len(plan.rows)
            assert (fingerprint(), total("audit_entry")) == (after, audited)
        importer.undo(second)
        assert fingerprint() == after
        report = importer.undo(ref)
        assert (report.kept, report.failed) == ([], [])
        assert fingerprint() == before
