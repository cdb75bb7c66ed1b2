"""Habits of the code that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "consult").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

COMMITS = {"kernel/db.py", "web/app.py"}
UNSCOPED = {
    "kernel/scope.py": "defines it",
    "exchange/applying.py": "an import writes in bulk what its plan decided, into the study in scope",
    "exchange/matching.py": "official identifiers are looked up in the whole installation",
    "exchange/people.py": "an e-mail address belongs to one person of the whole installation",
    "exchange/plans.py": "the rows of a batch are written in bulk beside it",
    "exchange/service.py": "a refused file is noted after the request; the command line names a batch without its study",
    "exchange/snapshots.py": "what an identifier found elsewhere holds, sealed",
    "exchange/undoing.py": "undoing writes back in bulk what the import changed",
    "reports/figures.py": "figures count whatever the reader may read",
    "terms/merging.py": "a merge moves the uses of a term in every study",
    "web/shell.py": "the rail counts in one query bound to the study in scope",
}
"""The modules that may lift the study filter, and why."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "consult").as_posix()


def test_only_the_owners_of_the_transaction_commit() -> None:
    found = {_name(path) for path in SOURCES if re.search(r"\.commit\(\)", path.read_text(encoding="utf-8"))}
    assert found <= COMMITS


def test_only_declared_modules_lift_the_study_filter() -> None:
    found = {_name(path) for path in SOURCES if re.search(r"\bunscoped\(", path.read_text(encoding="utf-8"))}
    assert found == set(UNSCOPED)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_templates_have_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE)
