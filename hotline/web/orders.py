"""Work orders: the list, one order, and its moves. Orders live on the platform; the desk keeps the audit."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import Any

from sanic import Blueprint, response

from backend_client import (
    Conflict,
    NotFound,
    PlatformClient,
    PlatformError,
    RequestState,
    ServiceRequest,
    Transition,
)

from .. import words
from ..desk import Desk
from ..errors import BadRequest
from .failures import saying_of
from .order_views import order_href, row_of, view_of

PAGE_SIZE = 20
MAX_REPLY = 2000
MAX_NOTE = 500
_KEY = re.compile(r"[0-9a-f]{32}")


def blueprint() -> Any:
    """Return the routes of the order pages."""
    routes = Blueprint("orders")
    routes.add_route(_home, "/")
    routes.add_route(_list, "/orders")
    routes.add_route(_detail, "/orders/<number:str>", unquote=True)
    routes.add_route(_move, "/orders/<number:str>/moves", methods=["POST"], unquote=True)
    return routes


async def _home(_request: Any) -> Any:
    return response.redirect("/orders", status=303)


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    state = _state_of(request.args.get("state"))
    cursor = request.args.get("cursor")
    page, clock = await desk.platform.run(
        lambda p: (p.list_service_requests(state, limit=PAGE_SIZE, cursor=cursor), p.clock())
    )
    html = desk.pages.render(
        "orders",
        title="工单",
        session=request.ctx.session,
        rows=[row_of(order, clock.now, desk.thresholds) for order in page.items],
        states=words.STATES,
        state=state or "",
        next_cursor=page.next_cursor or "",
        first_page=cursor is None,
        now=words.spoken_time(clock.now),
    )
    return response.html(html)


async def _detail(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    order, division, now = await desk.platform.run(lambda p: _facts(p, number))
    await desk.note(request.ctx.session.agent, "order.viewed", order.number)
    done = request.args.get("done", "")
    html = desk.pages.render(
        "order",
        title=f"工单 {order.number}",
        session=request.ctx.session,
        order=view_of(order, division, now, desk.thresholds),
        state=order.state,
        done=words.STATES.get(done, ""),
        key=uuid.uuid4().hex,
        max_reply=MAX_REPLY,
        max_note=MAX_NOTE,
        decisions=words.DECISIONS if order.awaits_decision else {},
    )
    return response.html(html)


def _facts(p: PlatformClient, number: str) -> tuple[ServiceRequest, str, dt.datetime]:
    """Return an order, the name of its division (its code when the platform does not know it), and the time."""
    order = p.service_request(number)
    division = order.division_code or ""
    if division:
        try:
            division = p.division(division).path
        except NotFound:
            division = order.division_code or ""
    return order, division, p.clock().now


@dataclass(frozen=True)
class MoveForm:
    """What an agent has filled in. `key` was made with the form, so pressing twice is doing once."""

    number: str
    came_from: RequestState
    move: words.Move
    note: str
    reply: str
    decision: str
    key: str


async def _move(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    form = _form_of(request, number)
    fault = _fault_of(form)
    if fault:
        return _not_moved(request, form, 422, fault, again=True)
    agent = request.ctx.session.agent
    facts = {"from": form.came_from, "to": form.move.to, "key": form.key}
    if form.decision:
        facts["decision"] = form.decision
    await desk.note(agent, "order.moving", number, **facts)
    wanted = Transition(
        state=form.move.to,
        text=form.note or None,
        reply=form.reply or None,
        decision=form.decision or None,
    )
    try:
        await desk.platform.run(lambda p: p.transition_service_request(number, wanted, key=form.key))
    except PlatformError as error:
        await desk.note(agent, "order.move_failed", number, **facts, outcome=str(error))
        status, sentence = saying_of(error)
        return _not_moved(request, form, status, sentence, again=not isinstance(error, Conflict))
    await desk.note(agent, "order.moved", number, **facts)
    return response.redirect(f"{order_href(number)}?done={form.move.to}", status=303)


def _state_of(given: str | None) -> RequestState | None:
    if not given:
        return None
    if given not in words.STATES:
        raise BadRequest("state", "unknown")
    return given


_FIELDS = ("from", "to", "note", "reply", "decision", "key")


def _form_of(request: Any, number: str) -> MoveForm:
    fields = {name: (request.form.get(name) or "") for name in _FIELDS}
    came_from = _state_of(fields["from"])
    moves = words.MOVES[came_from] if came_from else ()
    move = next((one for one in moves if one.to == fields["to"]), None)
    if came_from is None or move is None:
        raise BadRequest("to", "not a move of this state")
    if not _KEY.fullmatch(fields["key"]):
        raise BadRequest("key", "format")
    # Browsers send line breaks as CR LF.
    note, reply = (fields[name].replace("\r\n", "\n").strip() for name in ("note", "reply"))
    decision = fields["decision"] if move.needs_reply else ""
    if decision not in ("", *words.DECISIONS):
        raise BadRequest("decision", "unknown")
    return MoveForm(number, came_from, move, note, reply if move.needs_reply else "", decision, fields["key"])


def _fault_of(form: MoveForm) -> str:
    if form.move.needs_reply and not form.reply:
        return "请写下给群众的答复。"
    if len(form.reply) > MAX_REPLY:
        return f"答复最多{MAX_REPLY}字，现在有{len(form.reply)}字。"
    if len(form.note) > MAX_NOTE:
        return f"说明最多{MAX_NOTE}字，现在有{len(form.note)}字。"
    return ""


def _not_moved(request: Any, form: MoveForm, status: int, sentence: str, *, again: bool) -> Any:
    """Say why a move was not made, and keep every word of what was written."""
    html = request.app.ctx.desk.pages.render(
        "not_moved",
        title="操作没有完成",
        session=request.ctx.session,
        sentence=sentence,
        form=form,
        href=order_href(form.number),
        again=again,
        max_reply=MAX_REPLY,
        max_note=MAX_NOTE,
    )
    return response.html(html, status=status)
