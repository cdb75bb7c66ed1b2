"""What a file does not say, and what is made of it: the kind of a new organisation, the term that a label means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from consult.kernel.db import db, unit_of_work
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation
from consult.studies.models import Study
from consult.terms import merging
from consult.terms import service as glossary
from consult.terms.models import Term, TermList
from tests.exchange.conftest import Importer, total
from tests.exchange.test_matching import rows, verdicts
from tests.factories import Make

Csv = Callable[..., Path]


def kinds() -> dict[str, str]:
    """The kind of each organisation, by name."""
    return {name: kind.value for name, kind in rows(Organisation.name, Organisation.kind)}


def test_the_kind_of_a_new_organisation_is_proposed_from_its_name_and_siren_else_left_other(importer: Importer, csv: Csv) -> None:
    path = csv(
        "Structure;SIREN;Ville", "Mairie de Maîche;;Maîche", "Alpha;242504116;Morteau", "Lycée Edgar-Faure;;Morteau", "Zorglub;;Morteau",
        "Cadrans du Lac SARL;;Morteau",
    )  # fmt: skip
    _ref, plan = importer.apply(path)
    assert kinds() == {
        "Mairie de Maîche": "local_authority", "Alpha": "local_authority", "Lycée Edgar-Faure": "training", "Zorglub": "other",
        "Cadrans du Lac SARL": "company",
    }  # fmt: skip
    assert all("organisation.kind" in {change.field for change in row.parts[0].changes} for row in plan.rows)
    assert plan.cells.read == plan.cells.fields


def test_a_column_of_companies_says_so(importer: Importer, csv: Csv) -> None:
    importer.apply(csv("Entreprise;Ville", "Zorglub;Morteau", "CCI Saône-Doubs;Besançon"))
    assert kinds() == {"Zorglub": "company", "CCI Saône-Doubs": "public_body"}


def test_what_stands_where_nothing_tells_is_chosen_for_the_file(importer: Importer, csv: Csv) -> None:
    importer.apply(csv("Structure;Ville", "Zorglub;Morteau"), defaults={"organisation.kind": "association"})
    assert kinds() == {"Zorglub": "association"}


def test_a_kind_that_a_row_gives_is_kept_and_a_known_one_is_not_touched(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Mairie de Maîche", siren="732829320", kind="funder")
    path = csv("Structure;SIREN;Nature", "Mairie de Maîche;732829320;", "Lycée Edgar-Faure;;Association ou cluster")
    importer.apply(path)
    assert kinds() == {"Mairie de Maîche": "funder", "Lycée Edgar-Faure": "association"}


def test_a_label_means_its_term_in_either_language_and_after_a_merge(importer: Importer, csv: Csv) -> None:
    with unit_of_work():
        kept = glossary.create(TermList.SPECIALITY, "Polissage", "Polishing")
        merging.merge(kept, [glossary.create(TermList.SPECIALITY, "Finition main")])
    path = csv(
        "Entreprise;Ville;Spécialités", "Alpha;Morteau;Polishing", "Beta;Maîche;finition MAIN, sertissage", "Gamma;Morteau;POLISSAGE"
    )
    _ref, _plan = importer.apply(path)
    assert (total("term"), total("organisation_term")) == (3, 4)
    with unscoped("tests read back"):
        live = sorted(db.session.scalars(sa.select(Term.label_fr).where(Term.deleted_at.is_(None))))
    db.session.rollback()
    assert live == ["Polissage", "sertissage"]
    assert verdicts(importer.plan(path)[1]) == "sss"
