"""Finding work orders: one by number, many for the desk."""

from __future__ import annotations

import hmac
import time
from typing import Any

from sqlalchemy import select

from backend.models import ServiceRequest
from backend.orders.opening import DESK, require_desk, sealer
from backend.orders.showing import seen_by_desk, show
from backend.orders.states import RUNNING
from backend.paging import page
from backend.problems import Locked, NotFound, RateLimited
from backend.serving import Scope

_ORDERS = {
    "oldest": ((ServiceRequest.number,), False),
    "newest": ((ServiceRequest.number,), True),
    "due": ((ServiceRequest.due_at, ServiceRequest.number), False),
}


def list_requests(scope: Scope) -> dict[str, Any]:
    """Return the requests the desk works on, filtered as its query says.

    Raises:
        ForbiddenPerson: not the desk.
    """
    require_desk(scope)
    query = scope.query
    wanted = select(ServiceRequest)
    for name in ("state", "kind", "topic", "urgency", "conversation_id"):
        if query[name]:
            wanted = wanted.where(getattr(ServiceRequest, name) == query[name])
    if query["department"]:
        wanted = wanted.where(_of_department(query["department"]))
    if query["division"]:
        within = query["division"].rstrip("0")
        wanted = wanted.where(ServiceRequest.division_code.startswith(within, autoescape=True))
    if query["late"] is not None:
        late = ServiceRequest.due_at <= scope.now
        running = ServiceRequest.state.in_(RUNNING)
        wanted = wanted.where(running, late if query["late"] else ~late)
    for name, edge in (("since", "__ge__"), ("until", "__lt__")):
        if query[name]:
            wanted = wanted.where(getattr(ServiceRequest.created_at, edge)(query[name]))
    columns, descending = _ORDERS[query["order"]]
    found = page(
        scope.session,
        wanted,
        columns,
        limit=query["limit"],
        cursor=query["cursor"],
        show=lambda row: row,
        descending=descending,
    )
    return found | {"items": seen_by_desk(scope, found["items"])}


def _of_department(department: str) -> Any:
    """A department everywhere (`health`), or its office in one place (`health:510107`)."""
    if ":" in department:
        return ServiceRequest.department == department
    anywhere = ServiceRequest.department.startswith(f"{department}:", autoescape=True)
    return (ServiceRequest.department == department) | anywhere


def find_request(scope: Scope, number: str) -> dict[str, Any]:
    """Return a request to the desk, to its verified person, or to whoever knows its fetch code.

    Raises:
        NotFound: unknown number or wrong fetch code; the two are not told apart.
        Locked: after ten wrong fetch codes for this number within an hour.
    """
    if scope.client_id == DESK:
        request = scope.session.get(ServiceRequest, number)
        if request is None:
            raise NotFound("no such request")
        return seen_by_desk(scope, [request])[0]
    return show(of_citizen(scope, number, scope.query["fetch_code"]), scope.now, for_desk=False)


def of_citizen(scope: Scope, number: str, fetch_code: str | None) -> ServiceRequest:
    """Return a request of the verified person, or of whoever knows its fetch code; held for a change.

    Raises:
        NotFound: unknown number or wrong fetch code; the two are not told apart.
        Locked: after ten wrong fetch codes for this number within an hour.
    """
    request = scope.session.get(ServiceRequest, number, with_for_update=True)
    if request is not None and scope.person is not None and request.person_id == scope.person.person_id:
        return request
    if scope.person is not None and not fetch_code:
        raise NotFound("no such request of this person")
    guard = scope.platform.wrong_fetches
    try:
        guard.look(number, time.monotonic())
        given = sealer(scope).digest(number, (fetch_code or "").strip().upper())
        known = request.fetch_code_hash if request is not None else ""
        if hmac.compare_digest(given, known) and request is not None:
            return request
        guard.take(number, time.monotonic())
    except RateLimited as error:
        raise Locked("too many wrong fetch codes", retry_after=error.extra["retry_after"]) from error
    raise NotFound("no such request, or another fetch code")
