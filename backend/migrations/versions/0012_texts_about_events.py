"""A text message about an event is sent to a phone once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_texts_about_events"
down_revision = "0011_unreadable_stories"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("outbox_messages", sa.Column("event_id", sa.String(length=40), nullable=True))
    op.create_index("ux_outbox_messages_event", "outbox_messages", ["event_id", "recipient"], unique=True)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ux_outbox_messages_event", "outbox_messages")
    op.drop_column("outbox_messages", "event_id")
