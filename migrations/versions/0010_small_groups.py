"""how small a group may be that partners see"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_small_groups"
down_revision = "0009_fieldwork_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.add_column(sa.Column("small_group", sa.Integer(), nullable=False, server_default="3"))
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.alter_column("small_group", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.drop_column("small_group")
