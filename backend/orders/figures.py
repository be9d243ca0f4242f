"""Requests of a span of time as counts: the database adds up, nobody is named.

A time limit is decided once: when it was kept, or when it passed. An order that was taken up again counts with its
last handling; how many were is a figure of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Text, and_, case, cast, func, or_, select

from backend.models import ServiceRequest as Order
from backend.models import ServiceRequestEvent as Event
from backend.orders.opening import require_desk
from backend.orders.states import RUNNING
from backend.problems import InvalidInput
from backend.serving import Scope

#: The longest span one answer covers.
LONGEST: Final = timedelta(days=31)
#: There were no requests before it.
_FIRST_YEAR: Final = 2000
_SATISFIED: Final = 4
_PREFECTURE: Final = func.substr(func.coalesce(Order.division_code, ""), 1, 4)
_MOVES: Final = {
    "dispatch": "dispatched",
    "redispatch": "dispatched",
    "return": "returned",
    "reopen": "reopened",
}
#: Figure, breakdown, part; and how many.
Line = tuple[tuple[str, str, str], int]


def figures(scope: Scope) -> dict[str, Any]:
    """Return the counts of a span.

    Raises:
        ForbiddenPerson: not the desk.
        InvalidInput: the span is empty or longer than `LONGEST`.
    """
    require_desk(scope)
    since, until = scope.query["since"], scope.query["until"]
    if since.year < _FIRST_YEAR:
        raise InvalidInput(("since", f"not before {_FIRST_YEAR}"))
    if not timedelta(0) < until - since <= LONGEST:
        raise InvalidInput(("until", "after since, by 31 days at most"))
    span = (since, until)
    counts: Counter[tuple[str, str, str]] = Counter()
    for lines in (_made(scope, span), _limits(scope, span), _moves(scope, span), _closed(scope, span)):
        for key, amount in lines:
            counts[key] += amount
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "items": [
            {"figure": figure, "by": by, "part": part, "count": amount}
            for (figure, by, part), amount in sorted(counts.items())
            if amount
        ],
    }


def _made(scope: Scope, span: tuple[datetime, datetime]) -> Iterator[Line]:
    columns = (Order.kind, Order.topic, Order.channel, _PREFECTURE.label("prefecture"))
    query = (
        select(*columns, func.count().label("amount"))
        .where(_within(Order.created_at, span))
        .group_by(*columns)
    )
    for row in scope.session.execute(query):
        yield ("made", "", ""), row.amount
        parts = {"kind": row.kind, "topic": row.topic, "channel": row.channel}
        for by, part in (*parts.items(), ("prefecture", _code(row.prefecture))):
            yield ("made", by, part), row.amount


def _limits(scope: Scope, span: tuple[datetime, datetime]) -> Iterator[Line]:
    """Count limits that were decided in a span: kept, or passed without having been kept."""
    unsigned = and_(Order.signed_at.is_(None), or_(Order.state == "dispatched", Order.sign_late))
    open_still = and_(
        Order.answered_at.is_(None), or_(Order.state.in_(RUNNING), Order.light_told == "overdue")
    )
    decided = {
        "signed_in_time": and_(_within(Order.signed_at, span), Order.signed_at <= Order.sign_by),
        "signed_late": and_(
            _passed(Order.sign_by, span, scope.now), or_(Order.signed_at > Order.sign_by, unsigned)
        ),
        "answered_in_time": and_(_within(Order.answered_at, span), Order.answered_at <= Order.due_at),
        "answered_late": and_(
            _passed(Order.due_at, span, scope.now), or_(Order.answered_at > Order.due_at, open_still)
        ),
    }
    for figure, condition in decided.items():
        query = select(_PREFECTURE.label("prefecture"), func.count().label("amount")).where(condition)
        for row in scope.session.execute(query.group_by(_PREFECTURE)):
            yield (figure, "", ""), row.amount
            yield (figure, "prefecture", _code(row.prefecture)), row.amount


def _moves(scope: Scope, span: tuple[datetime, datetime]) -> Iterator[Line]:
    """Count what was done to orders; a call-back that found nothing solved takes an order up again."""
    again = and_(Event.action == "call_back", Event.state == "in_progress")
    move = case((again, "reopen"), else_=Event.action)
    wanted = or_(Event.action.in_(_MOVES), again)
    query = select(move.label("move"), func.count().label("amount")).where(_within(Event.at, span), wanted)
    for row in scope.session.execute(query.group_by(move)):
        yield (_MOVES[row.move], "", ""), row.amount


def _closed(scope: Scope, span: tuple[datetime, datetime]) -> Iterator[Line]:
    """Count what was closed. Anonymous callers are not called back; a rating of their own spares it."""
    asked = or_(cast(Order.call_backs, Text) != "[]", Order.satisfaction.isnot(None))
    asked_word = case((asked, "yes"), else_="no")
    columns = (Order.anonymous, asked_word.label("asked"), Order.satisfaction, Order.solved)
    query = (
        select(*columns, func.count().label("amount"))
        .where(_within(Order.closed_at, span))
        .group_by(*columns)
    )
    for row in scope.session.execute(query):
        yield ("closed", "", ""), row.amount
        if not row.anonymous:
            yield ("to_call_back", "", ""), row.amount
            yield ("called_back", "", ""), row.amount if row.asked == "yes" else 0
        if row.satisfaction is not None:
            yield ("rated", "", ""), row.amount
            yield ("rated", "score", str(row.satisfaction)), row.amount
            yield ("satisfied", "", ""), row.amount if row.satisfaction >= _SATISFIED else 0
        if row.solved is not None:
            yield ("solved" if row.solved else "unsolved", "", ""), row.amount


def _within(moment: Any, span: tuple[datetime, datetime]) -> Any:
    return and_(moment >= span[0], moment < span[1])


def _passed(limit: Any, span: tuple[datetime, datetime], now: datetime) -> Any:
    return and_(_within(limit, span), limit <= now)


def _code(prefix: str) -> str:
    return prefix.ljust(6, "0") if prefix else ""
