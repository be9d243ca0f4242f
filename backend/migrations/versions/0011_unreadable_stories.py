"""A code whose story cannot be read says so, under the name by which the log tells why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_unreadable_stories"
down_revision = "0010_told_in_time"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("health_codes", sa.Column("unread", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("health_codes", "unread")
