"""Results and ending check-ins know whether they were told of, and those that were not are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_told_in_time"
down_revision = "0009_tests_not_negative"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for table, column, moment in (
        ("test_results", "told", "reported_at"),
        ("health_codes", "reminded", "valid_until"),
    ):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.create_index(
            f"ix_{table}_not_{column}",
            table,
            [moment],
            sqlite_where=sa.text(f"{column} = 0"),
            postgresql_where=sa.text(f"NOT {column}"),
        )


def downgrade() -> None:
    """Go back."""
    for table, column in (("test_results", "told"), ("health_codes", "reminded")):
        op.drop_index(f"ix_{table}_not_{column}", table)
        op.drop_column(table, column)
