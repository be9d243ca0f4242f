"""The rules the stored codes were derived by, so that a changed file finds whom it concerns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_colour_rules_seen"
down_revision = "0007_applications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "colour_rules_seen",
        sa.Column("rule_id", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_colour_rules_seen")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("colour_rules_seen")
