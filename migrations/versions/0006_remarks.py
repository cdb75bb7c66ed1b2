"""remarks on answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_remarks"
down_revision = "0005_interview_guides"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=100000), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_review_comment_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_review_comment_deleted_by_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["review_comment.id"], name=op.f("fk_review_comment_parent_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user_account.id"], name=op.f("fk_review_comment_settled_by_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_review_comment_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "question_id"], ["question.study_id", "question.id"], name=op.f("fk_review_comment_study_id_question_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_review_comment_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_review_comment_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.create_index("ix_review_comment_interview", ["interview_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_comment_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_review_comment_question", ["question_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_review_comment_question")
        batch_op.drop_index(batch_op.f("ix_review_comment_parent_id"))
        batch_op.drop_index("ix_review_comment_interview")

    op.drop_table("review_comment")
