"""what is searched"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_what_is_searched"
down_revision = "0006_remarks"
branch_labels = None
depends_on = None

OLD = "INSERT INTO search_text_fts(search_text_fts, rowid, facet, words) VALUES ('delete', old.id, old.facet, old.words);"
NEW = "INSERT INTO search_text_fts(rowid, facet, words) VALUES (new.id, new.facet, new.words);"
SQLITE = (
    """CREATE VIRTUAL TABLE search_text_fts
    USING fts5(facet, words, content='search_text', content_rowid='id', tokenize="ascii tokenchars '_'")""",
    f"CREATE TRIGGER search_text_in AFTER INSERT ON search_text BEGIN {NEW} END",
    f"CREATE TRIGGER search_text_out AFTER DELETE ON search_text BEGIN {OLD} END",
    f"CREATE TRIGGER search_text_over AFTER UPDATE ON search_text BEGIN {OLD} {NEW} END",
)
POSTGRESQL = (
    "ALTER TABLE search_text ADD COLUMN words_fts tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX ix_search_text_words_fts ON search_text USING gin (words_fts)",
)


def upgrade() -> None:
    """Make the index. What there is to be searched is put into it by whatever prepares the installation, once its code is there."""
    op.create_table(
        "search_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_text")),
        sa.UniqueConstraint("kind", "record_id", name=op.f("uq_search_text_kind_record_id")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text_fts")
    op.drop_table("search_text")
