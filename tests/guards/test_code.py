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
    "kernel/search.py": "the index holds every study; what is found is read under the scope",
    "reports/figures.py": "figures count whatever the reader may read",
    "reports/standing.py": "so do quotas and man-days",
    "reports/weeks.py": "a week counts like the figures; the system takes the week of every study under way",
    "reports/partners.py": "a report is made for its recipient, not with the rights of whoever exports it",
    "attachments/service.py": "the limit of a study counts every file, whoever may read it",
    "web/shell.py": "the rail counts in one query bound to the study in scope",
    "terms/merging.py": "a term is one for the installation; merging it moves its uses in every study",
    "interviews/approval_links.py": "whoever holds a personal link has no account: its token alone says which study it is of",
    "interviews/taking_part.py": "an organisation stays while any interview stands on it",
    "interviews/follow_ups.py": "an organisation stays while anything is promised to it",
    "sourcing/service.py": "an organisation stays while any need or capability of it is noted",
    "organisations/affiliations.py": "a person has one main post whatever the study",
    "organisations/bulk.py": "the declared bulk path of changes of a list",
    "organisations/bulk_undo.py": "the way back of the declared bulk path",
    "organisations/deletion.py": "an organisation taken out of the study is outside its scope until it is back",
    "organisations/leading.py": "merging is for who leads every study concerned, so these have to be known",
    "organisations/merging.py": "a record of the directory is one for the installation: merging it moves what refers to it in every study",
    "organisations/merge_history.py": "records that were merged take part in no study any more",
    "organisations/merge_showing.py": "a lead of every study concerned sees how a record takes part in each",
    "organisations/organisation_pairs.py": "what organisations share is read in bulk, bound to the study in scope",
    "organisations/participating.py": "whether another study shares an organisation",
    "organisations/people_pairs.py": "what people share is read in bulk, bound to the study in scope",
    "organisations/people_service.py": "an address is unique in the whole installation",
    "organisations/redirects.py": "a record that was merged takes part in no study any more; who may see the one that stayed is told",
    "organisations/search_text.py": "the search text of an organisation is the same in every study",
    "organisations/service.py": "an official identifier is looked up in the whole installation",
    "organisations/sites.py": "a SIREN and a SIRET are unique in the whole installation",
    "exchange/allowance.py": "files are counted per person, over all studies",
    "organisations/unmerging.py": "undoing a merge moves back what refers to the records, in every study",
    "exchange/applying.py": "an import writes in bulk, in the study in scope",
    "exchange/keeping.py": "a file is kept once for all studies; abandoned imports are let go of in every study",
    "exchange/matching.py": "official identifiers are matched in the whole installation",
    "exchange/people.py": "an address belongs to one person of the whole installation",
    "exchange/plans.py": "the rows of a batch are written in bulk",
    "exchange/service.py": "a refused file is noted after the request; a batch is found by its reference",
    "exchange/snapshots.py": "what matched records hold, read in bulk",
    "exchange/undoing.py": "an import is undone in bulk, in the study in scope",
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
