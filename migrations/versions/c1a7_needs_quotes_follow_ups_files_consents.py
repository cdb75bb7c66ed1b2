"""quotes follow-ups files needs capabilities consents"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c1a7"
down_revision = "0003_fieldwork"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_attachment_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_attachment_deleted_by_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_attachment_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_attachment_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_attachment_study_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_content", ["sha256"], unique=False)
        batch_op.create_index("ix_attachment_study", ["study_id", "deleted_at", "size"], unique=False)

    op.create_table(
        "privacy_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_fr", sa.String(length=100000), nullable=False),
        sa.Column("text_en", sa.String(length=100000), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_privacy_notice_created_by_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_privacy_notice_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_privacy_notice_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_privacy_notice_study_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "consent_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("given_at IS NOT NULL OR withdrawn_at IS NOT NULL", name=op.f("ck_consent_record_happened")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_consent_record_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_consent_record_deleted_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_record_person_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "proof_id"], ["attachment.study_id", "attachment.id"], name=op.f("fk_consent_record_study_id_proof_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_consent_record_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_consent_record_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_record")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.create_index("ix_consent_record_person", ["person_id", "study_id"], unique=False)
        batch_op.create_index("ix_consent_record_purpose", ["study_id", "purpose", "withdrawn_at"], unique=False)

    op.create_table(
        "interview_attachment",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id", "attachment_id"],
            ["attachment.study_id", "attachment.id"],
            name=op.f("fk_interview_attachment_study_id_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_interview_attachment_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_interview_attachment_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_attachment")),
        sa.UniqueConstraint("interview_id", "attachment_id", name=op.f("uq_interview_attachment_interview_id_attachment_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("interview_attachment", schema=None) as batch_op:
        batch_op.create_index("ix_interview_attachment_attachment", ["study_id", "attachment_id"], unique=False)

    op.create_table(
        "quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("text_sha", sa.String(length=64), nullable=True),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("right", sa.String(length=40), nullable=False),
        sa.Column("oral_consent", sa.Boolean(), nullable=False),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("memo", sa.String(length=100000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint('start IS NULL OR start < "end"', name=op.f("ck_quote_start_before_end")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_quote_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_quote_deleted_by_id")),
        sa.ForeignKeyConstraint(["speaker_id"], ["person.id"], name=op.f("fk_quote_speaker_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_quote_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_quote_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_quote_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("ref", name=op.f("uq_quote_ref")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index("ix_quote_interview", ["study_id", "interview_id"], unique=False)
        batch_op.create_index("ix_quote_list", ["study_id", "deleted_at", "id"], unique=False)
        batch_op.create_index("ix_quote_speaker", ["speaker_id"], unique=False)

    op.create_table(
        "capability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("capacity_per_year", sa.Integer(), nullable=True),
        sa.Column("spare_percent", sa.Integer(), nullable=True),
        sa.Column("certifications", sa.String(length=500), nullable=True),
        sa.Column("maturity", sa.String(length=40), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=True),
        sa.Column("component_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=100000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("component_id IS NOT NULL OR process_id IS NOT NULL", name=op.f("ck_capability_says_what")),
        sa.CheckConstraint("spare_percent IS NULL OR spare_percent BETWEEN 0 AND 100", name=op.f("ck_capability_spare_is_a_share")),
        sa.ForeignKeyConstraint(["component_id"], ["term.id"], name=op.f("fk_capability_component_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_capability_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_capability_deleted_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_capability_organisation_id")),
        sa.ForeignKeyConstraint(["process_id"], ["term.id"], name=op.f("fk_capability_process_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_capability_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "organisation_id"],
            ["participation.study_id", "participation.organisation_id"],
            name=op.f("fk_capability_study_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_capability_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_capability_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capability")),
        sa.UniqueConstraint("ref", name=op.f("uq_capability_ref")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("capability", schema=None) as batch_op:
        batch_op.create_index("ix_capability_component", ["component_id"], unique=False)
        batch_op.create_index("ix_capability_interview", ["study_id", "interview_id"], unique=False)
        batch_op.create_index("ix_capability_list", ["study_id", "deleted_at", "id"], unique=False)
        batch_op.create_index("ix_capability_organisation", ["study_id", "organisation_id"], unique=False)
        batch_op.create_index("ix_capability_process", ["process_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.String(length=100000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_follow_up_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_follow_up_deleted_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_follow_up_organisation_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_follow_up_owner_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_follow_up_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "organisation_id"],
            ["participation.study_id", "participation.organisation_id"],
            name=op.f("fk_follow_up_study_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_follow_up_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_follow_up_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("ref", name=op.f("uq_follow_up_ref")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index("ix_follow_up_interview", ["study_id", "interview_id"], unique=False)
        batch_op.create_index("ix_follow_up_list", ["study_id", "deleted_at", "done_at", "due"], unique=False)
        batch_op.create_index("ix_follow_up_organisation", ["study_id", "organisation_id"], unique=False)
        batch_op.create_index("ix_follow_up_owner", ["owner_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("volume_per_year", sa.Integer(), nullable=True),
        sa.Column("quality", sa.String(length=500), nullable=True),
        sa.Column("horizon", sa.String(length=40), nullable=True),
        sa.Column("source_country", sa.String(length=2), nullable=True),
        sa.Column("criticality", sa.String(length=40), nullable=True),
        sa.Column("relocatable", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=True),
        sa.Column("component_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("confidentiality", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=100000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("component_id IS NOT NULL OR process_id IS NOT NULL", name=op.f("ck_need_says_what")),
        sa.ForeignKeyConstraint(["component_id"], ["term.id"], name=op.f("fk_need_component_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_need_created_by_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["user_account.id"], name=op.f("fk_need_deleted_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_need_organisation_id")),
        sa.ForeignKeyConstraint(["process_id"], ["term.id"], name=op.f("fk_need_process_id")),
        sa.ForeignKeyConstraint(
            ["study_id", "interview_id"], ["interview.study_id", "interview.id"], name=op.f("fk_need_study_id_interview_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "organisation_id"],
            ["participation.study_id", "participation.organisation_id"],
            name=op.f("fk_need_study_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_need_study_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["user_account.id"], name=op.f("fk_need_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("ref", name=op.f("uq_need_ref")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index("ix_need_component", ["component_id"], unique=False)
        batch_op.create_index("ix_need_interview", ["study_id", "interview_id"], unique=False)
        batch_op.create_index("ix_need_list", ["study_id", "deleted_at", "id"], unique=False)
        batch_op.create_index("ix_need_organisation", ["study_id", "organisation_id"], unique=False)
        batch_op.create_index("ix_need_process", ["process_id"], unique=False)

    op.add_column("interview", sa.Column("quote_consent", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("interview", "quote_consent")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index("ix_need_process")
        batch_op.drop_index("ix_need_organisation")
        batch_op.drop_index("ix_need_list")
        batch_op.drop_index("ix_need_interview")
        batch_op.drop_index("ix_need_component")

    op.drop_table("need")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_up_owner")
        batch_op.drop_index("ix_follow_up_organisation")
        batch_op.drop_index("ix_follow_up_list")
        batch_op.drop_index("ix_follow_up_interview")

    op.drop_table("follow_up")
    with op.batch_alter_table("capability", schema=None) as batch_op:
        batch_op.drop_index("ix_capability_process")
        batch_op.drop_index("ix_capability_organisation")
        batch_op.drop_index("ix_capability_list")
        batch_op.drop_index("ix_capability_interview")
        batch_op.drop_index("ix_capability_component")

    op.drop_table("capability")
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_index("ix_quote_speaker")
        batch_op.drop_index("ix_quote_list")
        batch_op.drop_index("ix_quote_interview")

    op.drop_table("quote")
    with op.batch_alter_table("interview_attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_interview_attachment_attachment")

    op.drop_table("interview_attachment")
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_record_purpose")
        batch_op.drop_index("ix_consent_record_person")

    op.drop_table("consent_record")
    op.drop_table("privacy_notice")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_study")
        batch_op.drop_index("ix_attachment_content")

    op.drop_table("attachment")
