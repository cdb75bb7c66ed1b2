"""who validates, what interviewees approve, revisions kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_review"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("message", sa.String(length=100000), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_interview_approval_created_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interview_approval_person_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_interview_approval_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_interview_approval_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_interview_approval_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_approval")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_interview_approval_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("interview_approval", schema=None) as batch_op:
        batch_op.create_index("ix_interview_approval_interview", ["interview_id"], unique=False)
        batch_op.create_index("ix_interview_approval_person", ["person_id"], unique=False)

    op.create_table(
        "interview_revision",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_interview_revision_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interview_revision_person_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_interview_revision_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_interview_revision_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_revision")),
        sa.UniqueConstraint("interview_id", "number", name=op.f("uq_interview_revision_interview_id_number")),
    )
    with op.batch_alter_table("interview_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_revision_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("interview_review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_interview_review_person_id"), ["person_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_interview_review_person_id"), "person", ["person_id"], ["id"])

    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.add_column(sa.Column("validation_by", sa.String(length=40), nullable=False, server_default="reviewer"))
        batch_op.add_column(sa.Column("approval_by_interviewee", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.alter_column("validation_by", server_default=None)
        batch_op.alter_column("approval_by_interviewee", server_default=None)
    _keep_validated_texts()


def _keep_validated_texts() -> None:
    """The texts of what is validated already are the first revision of each interview."""
    interview = sa.table(
        "interview",
        sa.column("id", sa.Integer),
        sa.column("study_id", sa.Integer),
        sa.column("state", sa.String),
        sa.column("validated_at", sa.DateTime),
        sa.column("updated_at", sa.DateTime),
        sa.column("validated_by_id", sa.Integer),
        sa.column("summary", sa.Text),
        sa.column("note", sa.Text),
    )
    revision = sa.table(
        "interview_revision",
        *(sa.column(name, sa.Integer) for name in ("study_id", "interview_id", "number", "by_id")),
        sa.column("at", sa.DateTime),
        sa.column("content", sa.JSON),
    )
    found = op.get_bind().execute(sa.select(interview).where(interview.c.state == "validated")).all()
    if found:
        op.bulk_insert(
            revision,
            [
                {
                    "study_id": row.study_id,
                    "interview_id": row.id,
                    "number": 1,
                    "by_id": row.validated_by_id,
                    "at": row.validated_at or row.updated_at,
                    "content": {name: text for name in ("summary", "note") if (text := getattr(row, name))},
                }
                for row in found
            ],
        )


def downgrade() -> None:
    op.execute("UPDATE interview SET state = 'validated' WHERE state IN ('sent_back', 'approved', 'amended')")
    op.execute("UPDATE interview_review SET was = 'validated' WHERE was IN ('sent_back', 'approved', 'amended')")
    op.execute("UPDATE interview_review SET became = 'validated' WHERE became IN ('sent_back', 'approved', 'amended')")
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.drop_column("approval_by_interviewee")
        batch_op.drop_column("validation_by")

    with op.batch_alter_table("interview_review", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_interview_review_person_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_interview_review_person_id"))
        batch_op.drop_column("person_id")

    with op.batch_alter_table("interview_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_revision_person_id"))

    op.drop_table("interview_revision")
    with op.batch_alter_table("interview_approval", schema=None) as batch_op:
        batch_op.drop_index("ix_interview_approval_person")
        batch_op.drop_index("ix_interview_approval_interview")

    op.drop_table("interview_approval")
