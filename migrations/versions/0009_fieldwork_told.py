"""Invitations go by mail; which calendars were told of; the number of the notice that a message gave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_fieldwork_told"
down_revision = "0008_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_sequence", sa.Integer(), nullable=True))
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.drop_column("notice_version")
        batch_op.add_column(sa.Column("notice_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.drop_column("notice_version")
        batch_op.add_column(sa.Column("notice_version", sa.String(length=40), nullable=True))
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_column("told_sequence")
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.drop_column("calendar")
