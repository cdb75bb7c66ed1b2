"""interview guides"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0005_interview_guides"
down_revision = "c1a7"
branch_labels = None
depends_on = None


NOT_A_DRAFT = "EXISTS (SELECT 1 FROM guide_version v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
ASKED = """EXISTS (SELECT 1 FROM guide_item i JOIN guide_section s ON s.id = i.section_id JOIN guide_version v ON v.id = i.version_id
 WHERE i.question_version_id = {row}.{column} AND i.deleted_at IS NULL AND s.deleted_at IS NULL AND v.state <> 'draft')"""
PUBLISHED = "OLD.state <> 'draft'"
REWRITTEN = """OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.guide_id <> OLD.guide_id OR NEW.number <> OLD.number
 OR NEW.study_id <> OLD.study_id OR NEW.published_at <> OLD.published_at OR NEW.deleted_at IS NOT NULL)"""

REFUSAL = "published_version_is_frozen"

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


def _statements(dialect: str) -> Iterator[str]:
    for table, deeds in RULES.items():
        for deed, when in deeds.items():
            yield from _trigger(dialect, table, deed, when)


def _trigger(dialect: str, table: str, deed: str, when: str) -> Iterator[str]:
    name = f"frozen_{table}_{deed}"
    if dialect == "sqlite":
        yield f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        return
    kept = "OLD" if deed == "delete" else "NEW"
    body = f"BEGIN IF {when} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {kept}; END"
    yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $frozen$ {body} $frozen$"
    yield f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def upgrade() -> None:
    op.create_table(
        "guide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_guide_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_guide_deleted_by_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_guide_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_guide_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide")),
        sa.UniqueConstraint("ref", name=op.f("uq_guide_ref")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_guide_study_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.create_index(
            "uq_guide_code_live",
            ["study_id", "code"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_question_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_question_deleted_by_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_question_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_question_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_question_study_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            "uq_question_key_live",
            ["study_id", "key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "guide_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_guide_version_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_guide_version_deleted_by_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user_account.id"], name=op.f("fk_guide_version_published_by_id")),
        sa.ForeignKeyConstraint(["study_id", "guide_id"], ["guide.study_id", "guide.id"], name=op.f("fk_guide_version_study_id_guide_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_guide_version_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_guide_version_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_version")),
        sa.UniqueConstraint("guide_id", "number", name=op.f("uq_guide_version_guide_id_number")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_guide_version_study_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("guide_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_guide_version_draft_live",
            ["guide_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL AND state = 'draft'"),
            postgresql_where=sa.text("deleted_at IS NULL AND state = 'draft'"),
        )
        batch_op.create_index(
            "uq_guide_version_published_live",
            ["guide_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL AND state = 'published'"),
            postgresql_where=sa.text("deleted_at IS NULL AND state = 'published'"),
        )

    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label_fr", sa.String(length=500), nullable=False),
        sa.Column("label_en", sa.String(length=500), nullable=True),
        sa.Column("why_fr", sa.String(length=100000), nullable=True),
        sa.Column("why_en", sa.String(length=100000), nullable=True),
        sa.Column("how_fr", sa.String(length=100000), nullable=True),
        sa.Column("how_en", sa.String(length=100000), nullable=True),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("tax_basis", sa.String(length=40), nullable=True),
        sa.Column("scale_min", sa.Integer(), nullable=True),
        sa.Column("scale_max", sa.Integer(), nullable=True),
        sa.Column("scale_min_fr", sa.String(length=200), nullable=True),
        sa.Column("scale_min_en", sa.String(length=200), nullable=True),
        sa.Column("scale_max_fr", sa.String(length=200), nullable=True),
        sa.Column("scale_max_en", sa.String(length=200), nullable=True),
        sa.Column("term_list", sa.String(length=40), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_question_version_created_by_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "question_id"], ["question.study_id", "question.id"], name=op.f("fk_question_version_study_id_question_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_question_version_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_question_version_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "id", name=op.f("uq_question_version_question_id_id")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_question_version_study_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "guide_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("help_why_fr", sa.String(length=100000), nullable=True),
        sa.Column("help_why_en", sa.String(length=100000), nullable=True),
        sa.Column("help_how_fr", sa.String(length=100000), nullable=True),
        sa.Column("help_how_en", sa.String(length=100000), nullable=True),
        sa.Column("condition", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_guide_section_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_guide_section_deleted_by_id")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_guide_section_guide_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "version_id"], ["guide_version.study_id", "guide_version.id"], name=op.f("fk_guide_section_study_id_version_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_guide_section_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_guide_section_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_section")),
        sa.UniqueConstraint("version_id", "id", name=op.f("uq_guide_section_version_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("guide_section", schema=None) as batch_op:
        batch_op.create_index("ix_guide_section_order", ["version_id", "position"], unique=False)

    op.create_table(
        "question_option",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label_fr", sa.String(length=500), nullable=False),
        sa.Column("label_en", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id", "question_version_id"],
            ["question_version.question_id", "question_version.id"],
            name=op.f("fk_question_option_question_id_question_version_id"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_question_option_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_option")),
        sa.UniqueConstraint("question_version_id", "code", name=op.f("uq_question_option_question_version_id_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "guide_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("condition", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_guide_item_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_guide_item_deleted_by_id")),
        sa.ForeignKeyConstraint(["guide_id"], ["guide.id"], name=op.f("fk_guide_item_guide_id")),
        sa.ForeignKeyConstraint(
            ["question_id", "question_version_id"],
            ["question_version.question_id", "question_version.id"],
            name=op.f("fk_guide_item_question_id_question_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "question_id"], ["question.study_id", "question.id"], name=op.f("fk_guide_item_study_id_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "version_id"], ["guide_version.study_id", "guide_version.id"], name=op.f("fk_guide_item_study_id_version_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_guide_item_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_guide_item_updated_by_id")),
        sa.ForeignKeyConstraint(
            ["version_id", "section_id"], ["guide_section.version_id", "guide_section.id"], name=op.f("fk_guide_item_version_id_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_item")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("guide_item", schema=None) as batch_op:
        batch_op.create_index("ix_guide_item_order", ["section_id", "position"], unique=False)
        batch_op.create_index("ix_guide_item_question", ["question_id"], unique=False)
        batch_op.create_index("ix_guide_item_wording", ["question_version_id"], unique=False)
        batch_op.create_index(
            "uq_guide_item_question_live",
            ["version_id", "question_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
    for statement in _statements(op.get_bind().dialect.name):
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    with op.batch_alter_table("guide_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guide_item_question_live", sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")
        )
        batch_op.drop_index("ix_guide_item_wording")
        batch_op.drop_index("ix_guide_item_question")
        batch_op.drop_index("ix_guide_item_order")

    op.drop_table("guide_item")
    op.drop_table("question_option")
    with op.batch_alter_table("guide_section", schema=None) as batch_op:
        batch_op.drop_index("ix_guide_section_order")

    op.drop_table("guide_section")
    op.drop_table("question_version")
    with op.batch_alter_table("guide_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guide_version_published_live",
            sqlite_where=sa.text("deleted_at IS NULL AND state = 'published'"),
            postgresql_where=sa.text("deleted_at IS NULL AND state = 'published'"),
        )
        batch_op.drop_index(
            "uq_guide_version_draft_live",
            sqlite_where=sa.text("deleted_at IS NULL AND state = 'draft'"),
            postgresql_where=sa.text("deleted_at IS NULL AND state = 'draft'"),
        )

    op.drop_table("guide_version")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_question_key_live", sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")
        )

    op.drop_table("question")
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guide_code_live", sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL")
        )

    op.drop_table("guide")
    if op.get_bind().dialect.name == "postgresql":
        for table, deeds in RULES.items():
            for deed in deeds:
                op.execute(f"DROP FUNCTION frozen_{table}_{deed}()")
