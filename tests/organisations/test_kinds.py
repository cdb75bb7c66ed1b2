"""What kind of organisation a few facts tell of, and where they tell of none."""

from __future__ import annotations

from typing import Any

import pytest

from consult.organisations.kinds import proposed
from consult.organisations.models import RoleKind
from consult.studies.models import SegmentKind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Communauté de communes du Val de Morteau", "local_authority"),
        ("Mairie de Maîche", "local_authority"),
        ("Grand Besançon Métropole", "local_authority"),
        ("Département du Doubs", "local_authority"),
        ("Région Bourgogne-Franche-Comté", "local_authority"),
        ("Lycée Edgar-Faure", "training"),
        ("Chambre de commerce et d’industrie Saône-Doubs", "public_body"),
        ("CHAMBRE DE MÉTIERS ET DE L’ARTISANAT", "public_body"),
        ("Préfecture du Doubs", "public_body"),
        ("La mission locale du Haut-Doubs", "public_body"),
        ("FEMTO-ST", "laboratory"),
        ("Pôle des microtechniques", "association"),
        ("Bpifrance", "funder"),
        ("Décolletage Morel SARL", "company"),
        ("SAS Cadrans du Lac", "company"),
        ("Dupont SA", "company"),
    ],
)
def test_a_name_tells_the_kind(name: str, kind: str) -> None:
    assert proposed(name) == kind


@pytest.mark.parametrize(
    "name", ["Alpha", "Les Ateliers du Doubs", "Marie Dupont", "Auto-école Martin", "Commune", "Métropole Telecom", "", None]
)
def test_a_name_that_tells_nothing_leaves_it_open(name: str | None) -> None:
    assert proposed(name) is None


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"siren": "242504116"}, "local_authority"),
        ({"siren": "192500079"}, "training"),
        ({"siren": "130005481"}, "public_body"),
        ({"siren": "732829320"}, None),
        ({"naf": "26.52Z"}, "company"),
        ({"naf": "84.11Z"}, "public_body"),
        ({"naf": "72.19Z"}, None),
        ({"role": RoleKind.BRAND}, "company"),
        ({"role": RoleKind.RESEARCH}, "laboratory"),
        ({"role": RoleKind.INSTITUTION}, None),
        ({"segment": SegmentKind.SUBCONTRACTOR}, "company"),
        ({"segment": SegmentKind.INSTITUTION}, None),
        ({"segment": SegmentKind.BRAND, "siren": "200023075"}, "public_body"),
    ],
)
def test_other_facts_tell_the_kind(facts: dict[str, Any], kind: str | None) -> None:
    assert proposed("Alpha", **facts) == kind
