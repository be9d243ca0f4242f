"""Work orders as 12345 handles them: department, clock, extension, call-back, merging, and who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_work_orders"
down_revision = "0012_texts_about_events"
branch_labels = None
depends_on = None

_TEXTS = (
    ("taken_by", 40),
    ("special_group", 12),
    ("place", 200),
    ("department", 24),
    ("dispatch_reason", 500),
)
_MOMENTS = (
    "happened_at",
    "sign_by",
    "signed_at",
    "suspended_at",
    "answered_at",
    "closed_at",
    "urged_at",
    "look_at",
)
_COUNTS = (("suspended_s", "0"), ("extensions", "0"), ("reopened", "0"), ("urged", "0"), ("version", "1"))
_LISTS = ("evidence", "partners", "call_backs")
_INDEXES = ("merged_into", "contact_key", "look_at")


def _columns() -> list[sa.Column]:
    return [
        sa.Column("topic", sa.String(24), nullable=False, server_default="service.other"),
        sa.Column("urgency", sa.String(10), nullable=False, server_default="normal"),
        sa.Column("light_told", sa.String(8), nullable=False, server_default="normal"),
        sa.Column("anonymous", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sign_late", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(sa.Column(name, sa.String(size)) for name, size in _TEXTS),
        *(sa.Column(name, sa.DateTime()) for name in _MOMENTS),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default=count) for name, count in _COUNTS),
        *(sa.Column(name, sa.JSON(), nullable=False, server_default="[]") for name in _LISTS),
        sa.Column("extension", sa.JSON()),
        sa.Column("left_days", sa.Integer()),
        sa.Column("left_s", sa.Integer()),
        sa.Column("draft_reply", sa.Text()),
        sa.Column("solved", sa.Boolean()),
        sa.Column("satisfaction", sa.Integer()),
        sa.Column("merged_into", sa.String(24)),
        sa.Column("contact_key", sa.String(64)),
    ]


def upgrade() -> None:
    """Go forward."""
    for column in _columns():
        op.add_column("service_requests", column)
    for name in _INDEXES:
        op.create_index(f"ix_service_requests_{name}", "service_requests", [name])
    op.create_index("ix_service_requests_due_at_number", "service_requests", ["due_at", "number"])
    open_ones = "('accepted', 'dispatched', 'in_progress')"
    op.execute(f"UPDATE service_requests SET look_at = created_at WHERE state IN {open_ones}")  # noqa: S608
    op.add_column(
        "service_request_events", sa.Column("action", sa.String(20), nullable=False, server_default="accept")
    )
    op.add_column("service_request_events", sa.Column("by", sa.String(40)))
    op.add_column(
        "service_request_events", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("service_request_events", sa.Column("remark", sa.String(1000)))


def downgrade() -> None:
    """Go back."""
    for name in ("remark", "public", "by", "action"):
        op.drop_column("service_request_events", name)
    op.drop_index("ix_service_requests_due_at_number", "service_requests")
    for name in _INDEXES:
        op.drop_index(f"ix_service_requests_{name}", "service_requests")
    for column in reversed(_columns()):
        op.drop_column("service_requests", column.name)
