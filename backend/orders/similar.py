"""Orders that may be about the same matter: of the same person, phone or conversation, and on the same topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.models import ServiceRequest
from backend.orders.states import ENDED

#: How far apart two orders of one matter are made.
APART: Final = timedelta(days=30)
_MOST: Final = 5
#: What an order shares with those it might be merged with; None is shared by nobody.
_WHOSE: Final = ("conversation_id", "person_id", "contact_key")
_SHOWN: Final = ("number", "title", "state")


def similar_to_each(
    session: Session, requests: Sequence[ServiceRequest]
) -> Mapping[str, list[dict[str, Any]]]:
    """Return, by number, the open orders each one might be merged with, the oldest first: number, title, state."""
    if not requests:
        return {}
    shared = {name: {getattr(one, name) for one in requests} - {None} for name in _WHOSE}
    begun = [one.created_at for one in requests]
    names = (*_SHOWN, *_WHOSE, "topic", "created_at")
    query = (
        select(*(getattr(ServiceRequest, name) for name in names))
        .where(
            ServiceRequest.topic.in_({one.topic for one in requests}),
            ServiceRequest.state.notin_(ENDED),
            ServiceRequest.created_at >= min(begun) - APART,
            ServiceRequest.created_at <= max(begun) + APART,
            ServiceRequest.conversation_id != "erased",
            or_(*(getattr(ServiceRequest, name).in_(values) for name, values in shared.items())),
        )
        .order_by(ServiceRequest.number)
    )
    found = session.execute(query).all()
    return {
        one.number: [{name: getattr(row, name) for name in _SHOWN} for row in found if _alike(one, row)][
            :_MOST
        ]
        for one in requests
    }


def _alike(one: ServiceRequest, other: Any) -> bool:
    return (
        one.number != other.number
        and one.topic == other.topic
        and abs(one.created_at - other.created_at) <= APART
        and any(getattr(one, name) == getattr(other, name) is not None for name in _WHOSE)
    )
