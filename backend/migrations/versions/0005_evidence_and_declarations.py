"""Pictures of appeals and what an appeal contests; declarations of health."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_evidence_and_declarations"
down_revision = "0004_codes_are_derived"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("appeals") as appeals:
        appeals.add_column(sa.Column("rule_id", sa.String(length=60), nullable=True))
        appeals.add_column(sa.Column("stay", sa.Text(), nullable=True))
        appeals.add_column(sa.Column("contact_phone", sa.String(length=40), nullable=True))
    _create_evidence()
    _create_declarations()


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_evidence_person_id_people", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["appeals.number"], name="fk_evidence_number_appeals", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_number", "evidence", ["number"])
    op.create_index("ix_evidence_person_number", "evidence", ["person_id", "number"])


def _create_declarations() -> None:
    op.create_table(
        "health_declarations",
        sa.Column("declaration_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("declared_by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("temperature", sa.Float(), nullable=True),
        sa.Column("symptoms", sa.JSON(), nullable=False),
        sa.Column("risk_stay", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("health", sa.String(length=12), nullable=False),
        sa.Column("corrects", sa.String(length=40), nullable=True),
        sa.Column("valid_until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name="fk_health_declarations_person_id_people",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"],
            ["people.person_id"],
            name="fk_health_declarations_declared_by_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("declaration_id", name="pk_health_declarations"),
    )
    op.create_index("ix_health_declarations_person_at", "health_declarations", ["person_id", "at"])


def downgrade() -> None:
    """Go back; what was kept in the tables is lost."""
    op.drop_table("health_declarations")
    op.drop_table("evidence")
    with op.batch_alter_table("appeals") as appeals:
        for column in ("contact_phone", "stay", "rule_id"):
            appeals.drop_column(column)
