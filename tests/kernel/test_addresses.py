"""Addresses of views are built by code that is compiled when it is first needed."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Map, MapAdapter, Rule

from consult.web.requests import LateRule

PATTERNS = ("/healthz", "/studies/<int:study_id>/", "/studies/<int:study_id>/cells/<field>")
VALUES = {"study_id": 3, "field": "é/x", "self": "1"}


def _bound(kind: type[Rule]) -> MapAdapter:
    return Map([kind(pattern, endpoint=pattern) for pattern in PATTERNS]).bind("localhost")


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("further", [True, False])
def test_an_address_is_the_same_whenever_it_is_compiled(pattern: str, further: bool) -> None:
    late, at_once = (_bound(kind).build(pattern, VALUES, append_unknown=further) for kind in (LateRule, Rule))
    assert late == at_once


def test_what_an_address_lacks_is_still_named() -> None:
    with pytest.raises(BuildError, match="study_id"):
        _bound(LateRule).build(PATTERNS[1], {})


def test_every_rule_of_the_application_is_compiled_late(app: Flask) -> None:
    assert {type(rule) for rule in app.url_map.iter_rules()} == {LateRule}
