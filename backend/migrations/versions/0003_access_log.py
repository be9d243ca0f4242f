"""Who read whose data: an append-only log, and the limit up to which the retention job may shorten it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_access_log"
down_revision = "0002_outgoing_events"
branch_labels = None
depends_on = None

_YOUNG = "NOT EXISTS (SELECT 1 FROM retention_limits WHERE log = 'access_log' AND OLD.at < before)"
_GUARDS = {
    "sqlite": [
        "CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log "
        "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
        f"CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log WHEN {_YOUNG} "
        "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION access_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' OR {_YOUNG} THEN RAISE EXCEPTION 'the access log is append-only'; END IF; "
        "RETURN OLD; END $$",
        "CREATE TRIGGER access_log_guard BEFORE UPDATE OR DELETE ON access_log "
        "FOR EACH ROW EXECUTE FUNCTION access_log_append_only()",
    ],
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "retention_limits",
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("before", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_retention_limits")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reader", sa.String(length=12), nullable=False),
        sa.Column("reader_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"], unique=False)
    op.create_index("ix_access_log_person_id", "access_log", ["person_id", "id"], unique=False)
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.drop_table("access_log")
    op.drop_table("retention_limits")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_log_append_only()")
