"""Find what happened to requests in a span without reading all of them."""

from __future__ import annotations

from alembic import op

revision = "0014_order_figures"
down_revision = "0013_work_orders"
branch_labels = None
depends_on = None

_MOMENTS = ("created_at", "sign_by", "signed_at", "answered_at", "closed_at")


def upgrade() -> None:
    """Go forward."""
    for name in _MOMENTS:
        op.create_index(f"ix_service_requests_{name}", "service_requests", [name])
    op.create_index("ix_service_request_events_at", "service_request_events", ["at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_service_request_events_at", "service_request_events")
    for name in reversed(_MOMENTS):
        op.drop_index(f"ix_service_requests_{name}", "service_requests")
