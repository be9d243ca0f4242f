"""Work orders: the list, one order, its printed form. Orders live on the platform; the desk keeps the audit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode

from sanic import Blueprint, response

from backend_client import (
    NotFound,
    OrderCatalogue,
    PlatformClient,
    RequestState,
    ServiceRequest,
    Urgency,
)

from .. import step_forms, words
from ..desk import Desk
from ..errors import BadRequest
from ..order_rights import check_seen, only_of, steps_for
from .order_views import handling_of, row_of, view_of

PAGE_SIZE: Final = 20
_ORDERS: Final = {"oldest": "先登记的在前", "due": "快到期的在前", "newest": "新登记的在前"}


def blueprint() -> Any:
    """Return the routes of the order pages."""
    routes = Blueprint("orders")
    routes.add_route(_list, "/orders")
    routes.add_route(_detail, "/orders/<number:str>", unquote=True)
    routes.add_route(_print, "/orders/<number:str>/print", unquote=True)
    return routes


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; "" is everything, `late` is `yes` or ""."""

    state: str = ""
    urgency: str = ""
    department: str = ""
    late: str = ""
    order: str = "oldest"

    @classmethod
    def of(cls, args: Any) -> Filters:
        """Read them from a query.

        Raises:
            BadRequest: a value no form of ours sends.
        """
        given = cls(
            state=args.get("state") or "",
            urgency=args.get("urgency") or "",
            department=args.get("department") or "",
            late=args.get("late") or "",
            order=args.get("order") or "oldest",
        )
        allowed: Mapping[str, Any] = {
            "state": words.STATES,
            "urgency": words.URGENCIES,
            "late": {"yes"},
            "order": _ORDERS,
        }
        for name, values in allowed.items():
            if getattr(given, name) and getattr(given, name) not in values:
                raise BadRequest(name, "unknown")
        return given

    def query(self, **changes: str) -> str:
        """Return the query of a link to this list, changed."""
        values = {**self.__dict__, **changes}
        return urlencode({name: value for name, value in values.items() if value and value != "oldest"})

    def ask(self) -> dict[str, Any]:
        """Return what the platform is asked for."""
        return {
            "state": cast(RequestState, self.state) or None,
            "urgency": cast(Urgency, self.urgency) or None,
            "department": self.department or None,
            "late": True if self.late else None,
            "order": cast(Literal["oldest", "due", "newest"], self.order),
        }


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    filters = Filters.of(request.args)
    cursor = request.args.get("cursor")
    mine = only_of(request.ctx.agent)
    asked = filters.ask() | ({"department": mine} if mine else {})
    page, clock, catalogue = await desk.platform.run(
        lambda p: (
            p.list_service_requests(limit=PAGE_SIZE, cursor=cursor, **asked),
            p.clock(),
            p.order_catalogue(),
        )
    )
    html = desk.pages.render(
        "orders",
        title="工单",
        session=request.ctx.session,
        rows=[row_of(order, clock.now) for order in page.items],
        states=words.STATES,
        urgencies=words.URGENCIES,
        orders=_ORDERS,
        departments=[(one.code, one.name) for one in catalogue.departments],
        narrowed=filters,
        next_cursor=page.next_cursor or "",
        first_page=cursor is None,
        now=words.spoken_time(clock.now),
    )
    return response.html(html)


@dataclass(frozen=True)
class Seen:
    """An order with what its page needs besides: its division's name, the platform's time, who could work on it."""

    order: ServiceRequest
    division: str
    now: dt.datetime
    catalogue: OrderCatalogue


def seen(p: PlatformClient, number: str) -> Seen:
    """Ask the platform for an order; a division it does not know keeps its code as its name."""
    order = p.service_request(number)
    division = order.division_code or ""
    if division:
        try:
            division = p.division(division).path
        except NotFound:
            division = order.division_code or ""
    return Seen(order, division, p.clock().now, p.order_catalogue(order.division_code))


async def _detail(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    found = await desk.platform.run(lambda p: seen(p, number))
    check_seen(request.ctx.agent, found.order)
    await desk.note(request.ctx.session.agent, "order.viewed", found.order.number)
    handling = handling_of(found.order)
    done = request.args.get("done", "")
    html = desk.pages.render(
        "order",
        title=f"工单 {found.order.number}",
        session=request.ctx.session,
        order=view_of(found.order, found.division, found.now, veiled=_veiled(request, found)),
        done=words.STEPS.get(done, ""),
        state=words.STATES[found.order.state],
        forms=steps_for(request.ctx.agent, found.order),
        usual=step_forms.is_usual,
        version=handling.version,
        key=uuid.uuid4().hex,
        choices=choices_of(found),
        values=_proposed(found),
        labels=step_forms.LABELS,
        longest=step_forms.LONGEST,
    )
    return response.html(html)


def _veiled(request: Any, found: Seen) -> bool:
    """Tell whether the reader may not learn who called: a department, when the caller wishes it."""
    return bool(only_of(request.ctx.agent)) and handling_of(found.order).confidential


def choices_of(found: Seen) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen in the fields of the step forms, by field: value and words."""
    departments = [(one.code, one.name) for one in found.catalogue.departments]
    return {
        "department": departments,
        "partners": departments,
        "decision": [*words.DECISIONS.items()] if found.order.awaits_decision else [],
        "kind": [*words.KINDS.items()],
        "topic": [(one.code, f"{one.group} / {one.name}") for one in found.catalogue.topics],
        "urgency": [*words.URGENCIES.items()],
        "reached": [("yes", "联系上了"), ("no", "没有联系上")],
        "solved": [("yes", "解决了"), ("no", "没有解决")],
        "satisfaction": [(str(value), word) for value, word in words.SATISFACTION.items()],
        "into": [(one.number, one.number) for one in handling_of(found.order).similar],
    }


def _proposed(found: Seen) -> dict[str, str]:
    """Return what the fields hold before anybody has filled them in."""
    handling = handling_of(found.order)
    return {
        "department": handling.proposed.department,
        "dispatch.reason": handling.proposed.reason,
        "answer.reply": handling.draft_reply or "",
        "kind": found.order.kind,
        "topic": handling.topic,
        "urgency": found.order.urgency,
        "until.max": handling.extend_until.astimezone(words.CHINA).date().isoformat(),
        "until.min": found.order.due_at.astimezone(words.CHINA).date().isoformat(),
    }


async def _print(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    found = await desk.platform.run(lambda p: seen(p, number))
    check_seen(request.ctx.agent, found.order)
    agent = request.ctx.session.agent
    await desk.note(agent, "order.printed", found.order.number)
    html = desk.pages.render(
        "order_print",
        title=f"工单 {found.order.number}",
        session=request.ctx.session,
        order=view_of(found.order, found.division, found.now, veiled=_veiled(request, found)),
        printed=f"工号{agent} {words.spoken_time(desk.now())}打印",
    )
    return response.html(html)
