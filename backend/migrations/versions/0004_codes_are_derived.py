"""Reasons, requirements and pop-ups follow from the events; nothing of them is stored any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_codes_are_derived"
down_revision = "0003_colour_events"
branch_labels = None
depends_on = None

_DERIVED = ("green_at", "popup_kind", "popup_since", "popup_until", "popup_test_deadline")


def upgrade() -> None:
    """Go forward."""
    op.drop_table("code_requirements")
    op.drop_table("code_reasons")
    for column in _DERIVED:
        op.drop_column("health_codes", column)


def downgrade() -> None:
    """Go back: the tables return empty, for what they held is derived."""
    for column in _DERIVED:
        kind = sa.String(length=16) if column == "popup_kind" else sa.DateTime()
        op.add_column("health_codes", sa.Column(column, kind, nullable=True))
    for table, columns in (
        (
            "code_reasons",
            [
                sa.Column("rule_id", sa.String(length=60), nullable=False),
                sa.Column("colour", sa.String(length=8), nullable=False),
                sa.Column("category", sa.String(length=24), nullable=False),
                sa.Column("event_at", sa.DateTime(), nullable=True),
                sa.Column("place", sa.String(length=200), nullable=True),
                sa.Column("summary", sa.String(length=300), nullable=False),
                sa.Column("source", sa.String(length=300), nullable=False),
                sa.Column("source_date", sa.Date(), nullable=False),
            ],
        ),
        (
            "code_requirements",
            [
                sa.Column("kind", sa.String(length=16), nullable=False),
                sa.Column("needed", sa.Integer(), nullable=False),
                sa.Column("done", sa.Integer(), nullable=False),
                sa.Column("interval_hours", sa.Integer(), nullable=True),
                sa.Column("starts_at", sa.DateTime(), nullable=False),
                sa.Column("deadline", sa.DateTime(), nullable=True),
            ],
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("person_id", sa.String(length=40), nullable=False, index=True),
            *columns,
            sa.ForeignKeyConstraint(
                ["person_id"],
                ["health_codes.person_id"],
                name=op.f(f"fk_{table}_person_id_health_codes"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
