"""answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_answers"
down_revision = "0007_what_is_searched"
branch_labels = None
depends_on = None

KEPT = {"sqlite_autoincrement": True}
"""SQLite copies a table to alter it, and forgets this on the way."""
XOR = (
    "missing IS NULL OR (value_text IS NULL AND value_number IS NULL AND value_currency IS NULL AND value_basis IS NULL"
    " AND value_date IS NULL AND value_codes IS NULL AND value_organisation_id IS NULL AND value_person_id IS NULL"
    " AND value_term_id IS NULL AND value_attachment_id IS NULL)"
)


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("value_text", sa.String(length=100000), nullable=True),
        sa.Column("value_number", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("value_currency", sa.String(length=3), nullable=True),
        sa.Column("value_basis", sa.String(length=40), nullable=True),
        sa.Column("value_date", sa.Date(), nullable=True),
        sa.Column("value_codes", sa.JSON(), nullable=True),
        sa.Column("value_organisation_id", sa.Integer(), nullable=True),
        sa.Column("value_person_id", sa.Integer(), nullable=True),
        sa.Column("value_term_id", sa.Integer(), nullable=True),
        sa.Column("value_attachment_id", sa.Integer(), nullable=True),
        sa.Column("missing", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.String(length=100000), nullable=True),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(XOR, name=op.f("ck_answer_value_xor_missing")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_answer_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_answer_deleted_by_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_answer_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "question_id"], ["question.study_id", "question.id"], name=op.f("fk_answer_study_id_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "question_version_id"],
            ["question_version.study_id", "question_version.id"],
            name=op.f("fk_answer_study_id_question_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "value_attachment_id"],
            ["attachment.study_id", "attachment.id"],
            name=op.f("fk_answer_study_id_value_attachment_id"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_answer_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_answer_updated_by_id")),
        sa.ForeignKeyConstraint(["value_organisation_id"], ["organisation.id"], name=op.f("fk_answer_value_organisation_id")),
        sa.ForeignKeyConstraint(["value_person_id"], ["person.id"], name=op.f("fk_answer_value_person_id")),
        sa.ForeignKeyConstraint(["value_term_id"], ["term.id"], name=op.f("fk_answer_value_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("interview_id", "question_id", name=op.f("uq_answer_interview_id_question_id")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_answer_study_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_question", ["study_id", "question_id", "deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_value_attachment_id"), ["value_attachment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_value_organisation_id"), ["value_organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_value_person_id"), ["value_person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_value_term_id"), ["value_term_id"], unique=False)

    with op.batch_alter_table("interview", schema=None, table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("guide_version_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_interview_guide_version", ["guide_version_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_interview_study_id_guide_version_id"), "guide_version", ["study_id", "guide_version_id"], ["study_id", "id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("interview", schema=None, table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_interview_study_id_guide_version_id"), type_="foreignkey")
        batch_op.drop_index("ix_interview_guide_version")
        batch_op.drop_column("guide_version_id")

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_value_term_id"))
        batch_op.drop_index(batch_op.f("ix_answer_value_person_id"))
        batch_op.drop_index(batch_op.f("ix_answer_value_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_answer_value_attachment_id"))
        batch_op.drop_index("ix_answer_question")

    op.drop_table("answer")
