"""The few tests that are not negative, found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_tests_not_negative"
down_revision = "0008_colour_rules_seen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_test_results_not_negative",
        "test_results",
        ["person_id"],
        sqlite_where=sa.text("result != 'negative'"),
        postgresql_where=sa.text("result != 'negative'"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_test_results_not_negative", "test_results")
