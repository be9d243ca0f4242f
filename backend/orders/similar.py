"""Orders that may be about the same matter: of the same person, phone or conversation, and on the same topic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.models import ServiceRequest
from backend.orders.states import ENDED

#: How far apart two orders of one matter are made.
APART: Final = timedelta(days=30)
_MOST: Final = 5


def similar_to(session: Session, request: ServiceRequest) -> list[dict[str, Any]]:
    """Return open orders that an order might be merged with, the oldest first: number, title, state."""
    whose = [ServiceRequest.conversation_id == request.conversation_id]
    if request.person_id is not None:
        whose.append(ServiceRequest.person_id == request.person_id)
    if request.contact_key is not None:
        whose.append(ServiceRequest.contact_key == request.contact_key)
    query = (
        select(ServiceRequest.number, ServiceRequest.title, ServiceRequest.state)
        .where(
            ServiceRequest.number != request.number,
            ServiceRequest.topic == request.topic,
            ServiceRequest.state.notin_(ENDED),
            ServiceRequest.created_at >= request.created_at - APART,
            ServiceRequest.created_at <= request.created_at + APART,
            ServiceRequest.conversation_id != "erased",
            or_(*whose),
        )
        .order_by(ServiceRequest.number)
        .limit(_MOST)
    )
    return [dict(row._mapping) for row in session.execute(query)]
