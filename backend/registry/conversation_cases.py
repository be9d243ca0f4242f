"""What a conversation's person has open at 12345 besides: numbers, states and titles, for the agent they speak with."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import or_, select

from backend.models import Appeal, ServiceRequest
from backend.orders.opening import require_desk
from backend.orders.states import ENDED
from backend.registry.access import note_desk
from backend.registry.conversations import verified_in
from backend.registry.people import written
from backend.rules.appeal_states import OPEN
from backend.serving import Scope

_MOST: Final = 20


def open_cases(scope: Scope) -> dict[str, Any]:
    """Return open appeals and work orders of the person verified in a conversation, the newest first.

    An appeal is theirs when they filed it or when it is about their code. Each is in the access log of its person.

    Raises:
        ForbiddenPerson: another client than the desk.
        NotFound: the person was not verified in this conversation lately.
    """
    require_desk(scope)
    person = verified_in(scope.session, scope.query["conversation_id"], scope.query["person_id"], scope.now)
    mine = person.person_id
    appeals = (
        select(Appeal)
        .where(or_(Appeal.filed_by == mine, Appeal.person_id == mine), Appeal.state.in_(OPEN))
        .order_by(Appeal.number.desc())
    )
    orders = (
        select(ServiceRequest)
        .where(ServiceRequest.person_id == mine, ServiceRequest.state.not_in(ENDED))
        .order_by(ServiceRequest.number.desc())
    )
    found_appeals = scope.session.execute(appeals.limit(_MOST)).scalars().all()
    found_orders = scope.session.execute(orders.limit(_MOST)).scalars().all()
    for case in (*found_appeals, *found_orders):
        note_desk(scope, case.person_id, case.number)
    return {
        "appeals": [_appeal(appeal, mine) for appeal in found_appeals],
        "orders": [_order(order, scope.query["conversation_id"]) for order in found_orders],
    }


def _appeal(appeal: Appeal, mine: str) -> dict[str, Any]:
    return {
        "number": appeal.number,
        "state": appeal.state,
        "created_at": written(appeal.created_at),
        "own": appeal.person_id == mine,
    }


def _order(order: ServiceRequest, conversation_id: str) -> dict[str, Any]:
    return {
        "number": order.number,
        "title": order.title,
        "state": order.state,
        "here": order.conversation_id == conversation_id,
    }
