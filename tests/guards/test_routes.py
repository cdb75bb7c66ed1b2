"""Who may call what: every route, every role, another study's records. A route missing from the table fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from consult.studies.models import Role
from consult.studies.permissions import may
from tests.factories import Make
from tests.guards.world import ROLES, Corner, corner, fingerprint, rules

TABLE = Path(__file__).with_name("routes.tsv")
TEXTS = {
    "field": "phone",
    "column": "phone",
    "code": "met_individually",
    "list": "tag",
    "kind": "xlsx",
    "format": "csv",
    "key": "phone",
    "token": "x" * 43,
    "listing": "organisations",
    "name": "x",
    "filename": "x",
    "entity": "organisation",
    "action": "delete",
    "direction": "up",
    "verdict": "new",
    "lang": "fr",
    "state": "launched",
    "role": "guest",
    "level": "team",
    "part": "note",
    "outcome": "no_answer",
    "message_kind": "approach",
    "job_id": 1,
    "row": 2,
    "value": "x",
}


def _capability(app: Flask, rule: Rule) -> str | None:
    view: Any = app.view_functions[rule.endpoint]
    while view is not None:
        if hasattr(view, "requires"):
            return str(view.requires)
        view = getattr(view, "__wrapped__", None)
    return None


def _address(rule: Rule, ids: dict[str, Any]) -> str:
    values = {}
    for name in rule.arguments:
        if name not in ids and name not in TEXTS:
            pytest.fail(f"{rule.rule}: teach tests/guards which {name!r} to use")
        values[name] = ids.get(name, TEXTS.get(name))
    built = rule.build(values, append_unknown=False)
    assert built is not None, (rule.rule, values)
    return built[1]


def _of_study(app: Flask) -> list[tuple[str, Rule]]:
    return [(method, rule) for method, rule in rules(app) if "study_id" in rule.arguments]


def table(app: Flask) -> str:
    """Return the present table of routes: method, address, capability (- outside studies); `make routes` writes it."""
    return "".join(f"{method}\t{rule.rule}\t{_capability(app, rule) or '-'}\n" for method, rule in rules(app))


def test_the_table_of_routes_is_as_committed(app: Flask) -> None:
    present = table(app)
    assert present == TABLE.read_text(encoding="utf-8"), (
        "a route or its capability changed: look at it, then rewrite tests/guards/routes.tsv with `make routes`"
    )


def test_every_route_of_a_study_names_the_capability_it_needs(app: Flask) -> None:
    assert [rule.rule for _method, rule in _of_study(app) if _capability(app, rule) is None] == []


@pytest.fixture
def corners(make: Make) -> tuple[Corner, Corner]:
    """The study worked in, and another one."""
    return corner(make, "Here"), corner(make, "There")


def test_nobody_signed_out_reaches_a_study(app: Flask, corners: tuple[Corner, Corner], client: FlaskClient) -> None:
    before = fingerprint()
    for method, rule in _of_study(app):
        answer = client.open(_address(rule, corners[0].ids), method=method, buffered=True)
        assert answer.status_code in (303, 401), (method, rule.rule, answer.status)
    assert fingerprint() == before


def test_an_outsider_finds_nothing_and_changes_nothing(
    app: Flask, corners: tuple[Corner, Corner], sign_in: Callable[..., FlaskClient]
) -> None:
    here, there = corners
    browser = sign_in(there.members["lead"])
    before = fingerprint()
    for method, rule in _of_study(app):
        answer = browser.open(_address(rule, here.ids), method=method, buffered=True)
        assert answer.status_code == 404, (method, rule.rule, answer.status)
    assert fingerprint() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_the_capability_is_refused_and_changes_nothing(
    app: Flask, corners: tuple[Corner, Corner], sign_in: Callable[..., FlaskClient], role: str
) -> None:
    here, _ = corners
    browser = sign_in(here.members[role])
    before = fingerprint()
    for method, rule in _of_study(app):
        if not may(Role(role), str(_capability(app, rule))):
            answer = browser.open(_address(rule, here.ids), method=method, buffered=True)
            assert answer.status_code == 403, (method, rule.rule, answer.status)
    assert fingerprint() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_with_the_capability_reads_without_an_error_and_a_get_writes_nothing(
    app: Flask, corners: tuple[Corner, Corner], sign_in: Callable[..., FlaskClient], role: str
) -> None:
    here, _ = corners
    browser = sign_in(here.members[role])
    before = fingerprint()
    for method, rule in _of_study(app):
        if method == "GET" and may(Role(role), str(_capability(app, rule))):
            answer = browser.get(_address(rule, here.ids), buffered=True)
            assert answer.status_code < 500, (rule.rule, answer.status)
            assert answer.status_code != 403, (rule.rule, answer.status)
    assert fingerprint() == before


def test_a_record_of_another_study_does_not_exist_here(
    app: Flask, corners: tuple[Corner, Corner], sign_in: Callable[..., FlaskClient]
) -> None:
    here, there = corners
    browser = sign_in(here.members["lead"])
    before = fingerprint()
    for method, rule in _of_study(app):
        foreign = sorted(rule.arguments & SCOPED_IDS)
        for name in foreign:
            answer = browser.open(_address(rule, {**here.ids, name: there.ids[name]}), method=method, buffered=True)
            assert answer.status_code == 404, (method, rule.rule, name, answer.status)
    assert fingerprint() == before


SCOPED_IDS = {
    "segment_id", "organisation_id", "person_id", "other_id", "other_person_id",
    "interview_id", "site_id", "affiliation_id", "relation_id", "role_id", "alias_id",
    "area_id", "view_id", "batch_id", "membership_id", "approval_id", "comment_id", "attempt_id", "appointment_id", "suggestion_id",
    "attachment_id", "quote_id", "follow_up_id", "need_id", "capability_id", "consent_id",
}  # fmt: skip


def test_an_id_too_large_for_the_database_is_not_found_rather_than_an_error(
    app: Flask, corners: tuple[Corner, Corner], sign_in: Callable[..., FlaskClient]
) -> None:
    browser = sign_in(corners[0].members["lead"])
    for number in (2**31, 2**63, 10**30):
        assert browser.get(f"/studies/{number}/").status_code == 404
        assert browser.get(f"/studies/{corners[0].study.id}/organisations/{number}").status_code == 404
