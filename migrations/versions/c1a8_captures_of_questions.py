"""quotes and files may be of the answer to a question"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c1a8"
down_revision = "0010_small_groups"
branch_labels = None
depends_on = None

TABLES = ("quote", "interview_attachment")
KEPT = {"sqlite_autoincrement": True}
"""What SQLite, where ALTER copies a table, would leave behind."""


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, table_kwargs=KEPT) as batch_op:
            batch_op.add_column(sa.Column("question_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(
                op.f(f"fk_{table}_study_id_question_id"), "question", ["study_id", "question_id"], ["study_id", "id"]
            )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, table_kwargs=KEPT) as batch_op:
            batch_op.drop_constraint(op.f(f"fk_{table}_study_id_question_id"), type_="foreignkey")
            batch_op.drop_column("question_id")
