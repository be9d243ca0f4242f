"""Applications for a code, phones proved for them, changes of an account, and the demonstration's real names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_applications"
down_revision = "0006_showing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "phone_checks",
        sa.Column("check_id", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("document_number", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("proof_hash", sa.String(length=64), nullable=True),
        sa.Column("proof_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_phone_checks")),
    )
    op.create_index(op.f("ix_phone_checks_proof_hash"), "phone_checks", ["proof_hash"], unique=False)
    op.create_index("ix_phone_checks_phone_state", "phone_checks", ["phone", "state"], unique=False)
    op.create_table(
        "real_names",
        sa.Column("document_type", sa.String(length=24), nullable=False),
        sa.Column("document_number", sa.String(length=40), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("document_type", "document_number", name=op.f("pk_real_names")),
    )
    _create_applications()
    _create_account_changes()
    op.add_column("family_links", sa.Column("statement", sa.String(length=40), nullable=True))


def _create_applications() -> None:
    op.create_table(
        "applications",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("document_key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("request_number", sa.String(length=24), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_applications_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["people.person_id"],
            name=op.f("fk_applications_owner_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_number"],
            ["service_requests.number"],
            name=op.f("fk_applications_request_number_service_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_applications")),
    )
    op.create_index(op.f("ix_applications_person_id"), "applications", ["person_id"], unique=False)
    op.create_index(op.f("ix_applications_request_number"), "applications", ["request_number"], unique=False)
    op.create_index("ix_applications_document_state", "applications", ["document_key", "state"], unique=False)


def _create_account_changes() -> None:
    op.create_table(
        "account_changes",
        sa.Column("request_number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_account_changes_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_number"],
            ["service_requests.number"],
            name=op.f("fk_account_changes_request_number_service_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_number", name=op.f("pk_account_changes")),
    )
    op.create_index(op.f("ix_account_changes_person_id"), "account_changes", ["person_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_column("family_links", "statement")
    for table in ("account_changes", "applications", "real_names", "phone_checks"):
        op.drop_table(table)
