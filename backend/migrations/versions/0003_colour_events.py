"""What happened to people, from which their colours follow, and when a colour changes next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_colour_events"
down_revision = "0003_access_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "colour_events",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("known_at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("area_key", sa.String(length=80), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_colour_events_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "event_id", "known_at", name=op.f("pk_colour_events")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_colour_events_kind", "colour_events", ["kind", "person_id"])
    op.create_index("ix_colour_events_area_key", "colour_events", ["area_key", "person_id"])
    op.add_column("health_codes", sa.Column("changes_at", sa.DateTime(), nullable=True))
    op.create_index("ix_health_codes_changes_at", "health_codes", ["changes_at", "person_id"])
    op.add_column("test_results", sa.Column("known_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("test_results", "known_at")
    op.drop_index("ix_health_codes_changes_at", "health_codes")
    op.drop_column("health_codes", "changes_at")
    op.drop_table("colour_events")
