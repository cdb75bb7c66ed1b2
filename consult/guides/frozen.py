"""What was published is kept as it is by the database itself: triggers that hold for whatever writes, on either engine.

Interviews hold answers to the very words that were published. Only a version's state goes on (published, retired), and its note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy import event

NOT_A_DRAFT = "EXISTS (SELECT 1 FROM guide_version v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
ASKED = """EXISTS (SELECT 1 FROM guide_item i JOIN guide_section s ON s.id = i.section_id JOIN guide_version v ON v.id = i.version_id
 WHERE i.question_version_id = {row}.{column} AND i.deleted_at IS NULL AND s.deleted_at IS NULL AND v.state <> 'draft')"""
PUBLISHED = "OLD.state <> 'draft'"
REWRITTEN = """OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.guide_id <> OLD.guide_id OR NEW.number <> OLD.number
 OR NEW.study_id <> OLD.study_id OR NEW.published_at <> OLD.published_at OR NEW.deleted_at IS NOT NULL)"""

REFUSAL = "published_version_is_frozen"
"""The words of the database's refusal."""

_IN_VERSION = {
    "insert": NOT_A_DRAFT.format(row="NEW"),
    "update": f"{NOT_A_DRAFT.format(row='OLD')} OR {NOT_A_DRAFT.format(row='NEW')}",
    "delete": NOT_A_DRAFT.format(row="OLD"),
}
_OPTION = {
    "insert": ASKED.format(row="NEW", column="question_version_id"),
    "update": ASKED.format(row="OLD", column="question_version_id"),
    "delete": ASKED.format(row="OLD", column="question_version_id"),
}
RULES: dict[str, dict[str, str]] = {
    "guide_version": {"update": REWRITTEN, "delete": PUBLISHED},
    "guide_section": _IN_VERSION,
    "guide_item": _IN_VERSION,
    "question_version": {"update": ASKED.format(row="OLD", column="id"), "delete": ASKED.format(row="OLD", column="id")},
    "question_option": _OPTION,
}
"""By table and deed: when it is refused."""


def statements(dialect: str) -> Iterator[tuple[str, str]]:
    """Yield every table with a statement that guards it, for one engine."""
    for table, deeds in RULES.items():
        for deed, when in deeds.items():
            yield from ((table, text) for text in _trigger(dialect, table, deed, when))


def _trigger(dialect: str, table: str, deed: str, when: str) -> Iterator[str]:
    name = f"frozen_{table}_{deed}"
    if dialect == "sqlite":
        yield f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        return
    kept = "OLD" if deed == "delete" else "NEW"
    body = f"BEGIN IF {when} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {kept}; END"
    yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $frozen$ {body} $frozen$"
    yield f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def freeze(tables: Mapping[str, sa.Table]) -> None:
    """Have tables that are made from the models, rather than by the migrations, be guarded too."""
    for dialect in ("sqlite", "postgresql"):
        for table, text in statements(dialect):
            event.listen(tables[table], "after_create", sa.DDL(text.replace("%", "%%")).execute_if(dialect=dialect))
