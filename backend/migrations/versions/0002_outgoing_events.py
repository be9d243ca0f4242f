"""Events for other systems, and their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_outgoing_events"
down_revision = "0001"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Go forward."""
    _create_events()
    _create_deliveries()


def _create_events() -> None:
    op.create_table(
        "outgoing_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_outgoing_events_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outgoing_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outgoing_events_event_id")),
    )
    op.create_index(op.f("ix_outgoing_events_person_id"), "outgoing_events", ["person_id"], unique=False)
    op.create_index(
        "ix_outgoing_events_unplanned",
        "outgoing_events",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("planned = 0"),
        postgresql_where=sa.text("NOT planned"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "event_deliveries",
        sa.Column("subscriber", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("claimed_until", sa.Float(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.Float(), nullable=True),
        sa.Column("last_error", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["outgoing_events.seq"],
            name=op.f("fk_event_deliveries_seq_outgoing_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber", "seq", name=op.f("pk_event_deliveries")),
    )
    op.create_index(op.f("ix_event_deliveries_seq"), "event_deliveries", ["seq"], unique=False)
    op.create_index(
        "ix_event_deliveries_state_settled", "event_deliveries", ["state", "settled_at"], unique=False
    )
    for name, columns in (
        ("ix_event_deliveries_waiting", ["subscriber", "stream", "seq"]),
        ("ix_event_deliveries_due", ["subscriber", "next_at"]),
    ):
        op.create_index(
            name,
            "event_deliveries",
            columns,
            unique=False,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        )
