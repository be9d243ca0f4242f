"""An agent's own shifts, leave, and exchanges with colleagues."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Final, get_args
from urllib.parse import quote

from sanic import Blueprint, response

from ..desk import Desk
from ..errors import BadRequest
from ..shifts.errors import ShiftRefused
from ..shifts.planning import Absence, Shift
from ..shifts.skills import agents_in
from ..shifts.wishes import Leave, LeaveKind, LeaveState, Swap, SwapState
from .shifts import day_of, labels_of, render, room_of, spoken_day, today

AHEAD: Final = dt.timedelta(days=27)
LEAVE_KINDS: Final[dict[LeaveKind, str]] = {
    "annual": "年休假",
    "sick": "病假",
    "personal": "事假",
    "make_up": "调休",
}
LEAVE_STATES: Final[dict[LeaveState, str]] = {
    "asked": "待批准",
    "granted": "已批准",
    "refused": "没有批准",
    "withdrawn": "已撤回",
}
SWAP_STATES: Final[dict[SwapState, str]] = {
    "asked": "等同事答复",
    "agreed": "等班长批准",
    "declined": "同事没有同意",
    "granted": "已批准",
    "refused": "没有批准",
    "withdrawn": "已撤回",
}
_ANSWERS: Final[tuple[SwapState, ...]] = ("agreed", "declined", "withdrawn")
_GONE: Final = "已不在班表上的班"


def blueprint() -> Any:
    """Return the routes under `/shifts/mine`."""
    routes = Blueprint("shifts_mine")
    routes.add_route(_mine, "/shifts/mine")
    routes.add_route(_leave, "/shifts/mine/leaves", methods=["POST"])
    routes.add_route(_withdraw, "/shifts/mine/leaves/<leave_id:str>", methods=["POST"])
    routes.add_route(_swap, "/shifts/mine/swaps", methods=["POST"])
    routes.add_route(_answer, "/shifts/mine/swaps/<swap_id:str>", methods=["POST"])
    return routes


async def _mine(request: Any) -> Any:
    return await _page(request)


async def _page(request: Any, *, status: int = 200, fault: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    room, me, now = room_of(request), request.ctx.agent.number, today(request)

    def read() -> tuple[Any, ...]:
        return (
            room.roster.between(now - dt.timedelta(days=1), now + AHEAD),
            room.wishes.leaves(states=get_args(LeaveState), since=now, agent=me),
            room.wishes.swaps(states=get_args(SwapState), agent=me, limit=20),
            agents_in(desk.accounts),
        )

    shifts, leaves, swaps, people = await desk.on_thread(read)
    moment = desk.now()
    names = {account.number: account.profile.name for account in people}
    ahead = [shift for shift in shifts if shift.span.starts > moment and shift.agent in names]
    told = await desk.on_thread(lambda: [swap_row(request, swap) for swap in swaps])
    return render(
        request,
        "shifts_mine",
        "我的班次",
        status=status,
        me=me,
        shifts=[shift_words(request, one) for one in shifts if one.agent == me and one.span.ends > moment],
        own=[(one.shift_id, shift_words(request, one)) for one in ahead if one.agent == me],
        others=[
            (f"{one.agent}/{one.shift_id}", f"{one.agent} {names[one.agent]}：{shift_words(request, one)}")
            for one in ahead
            if one.agent != me
        ],
        colleagues=[(f"{number}/", f"{number} {name}") for number, name in names.items() if number != me],
        leaves=[leave_row(leave) for leave in leaves],
        swaps=told,
        kinds=LEAVE_KINDS,
        first=now.isoformat(),
        fault=fault,
        done=_DONE.get(request.args.get("done", ""), "") if not fault else "",
    )


_DONE: Final = {
    "leave": "请假已提交，等班长批准。",
    "swap": "换班申请已发给同事。",
    "agreed": "已同意，等班长批准。",
    "declined": "已答复不换。",
    "withdrawn": "已撤回。",
}


def shift_words(request: Any, shift: Shift) -> str:
    """Return a shift in words: 9月5日（周一）夜班 23:30–次日08:00."""
    return f"{spoken_day(shift.day)}{' '.join(labels_of(request, shift))}"


def leave_row(leave: Leave) -> dict[str, Any]:
    """Return a leave as it is shown."""
    absence = leave.absence
    first, last = spoken_day(absence.first), spoken_day(absence.last)
    return {
        "leave_id": leave.leave_id,
        "agent": absence.agent,
        "days": first if absence.first == absence.last else f"{first}至{last}",
        "kind": LEAVE_KINDS[leave.kind],
        "state": leave.state,
        "said": LEAVE_STATES[leave.state],
        "reply": leave.reply,
        "by": leave.decided_by,
    }


def swap_row(request: Any, swap: Swap) -> dict[str, Any]:
    """Return an exchange as it is shown; reads the plan."""
    return {
        "swap_id": swap.swap_id,
        "asker": swap.asker,
        "other": swap.other,
        "given": _named(request, swap.shift_id),
        "taken": _named(request, swap.other_shift_id) if swap.other_shift_id else "",
        "state": swap.state,
        "said": SWAP_STATES[swap.state],
        "reply": swap.reply,
        "by": swap.decided_by,
    }


def _named(request: Any, shift_id: str) -> str:
    try:
        return shift_words(request, room_of(request).roster.one(shift_id))
    except ShiftRefused:
        return _GONE


async def _leave(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    me, now, form = request.ctx.agent.number, today(request), request.form
    kind: Any = form.get("kind") or ""
    if kind not in LEAVE_KINDS:
        raise BadRequest("kind", "unknown")
    absence = Absence(me, day_of(form.get("first"), now), day_of(form.get("last") or form.get("first"), now))
    if absence.first < now:
        return await _page(request, status=422, fault="请假从今天起，以前的请找班长。")
    try:
        leave = await desk.on_thread(lambda: room_of(request).wishes.ask_leave(absence, kind, desk.unix()))
    except ShiftRefused as error:
        return await _page(request, status=422, fault=error.sentence)
    days = f"{absence.first}/{absence.last}"
    await desk.note(me, "shift.leave_asked", leave.leave_id, days=days)
    return _back("leave")


async def _withdraw(request: Any, leave_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    me = request.ctx.agent.number
    settle = partial(room_of(request).wishes.settle_leave, leave_id, "withdrawn", me)
    try:
        await desk.on_thread(settle)
    except ShiftRefused as error:
        return await _page(request, status=409, fault=error.sentence)
    await desk.note(me, "shift.leave_withdrawn", leave_id)
    return _back("withdrawn")


async def _swap(request: Any) -> Any:
    """Ask a colleague: `for` names who, and which of their shifts, or none."""
    desk: Desk = request.app.ctx.desk
    me, shift_id = request.ctx.agent.number, request.form.get("shift_id") or ""
    other, _, other_shift_id = (request.form.get("for") or "").partition("/")
    people = await desk.on_thread(lambda: agents_in(desk.accounts))
    if other not in {account.number for account in people}:
        return await _page(request, status=422, fault="请选要换的班和同事。")
    ask = partial(room_of(request).wishes.ask_swap, me, shift_id, other, other_shift_id, desk.now())
    try:
        swap = await desk.on_thread(ask)
    except ShiftRefused as error:
        return await _page(request, status=422, fault=error.sentence)
    await desk.note(me, "shift.swap_asked", swap.swap_id, other=other)
    return _back("swap")


async def _answer(request: Any, swap_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    me = request.ctx.agent.number
    to: Any = request.form.get("answer") or ""
    if to not in _ANSWERS:
        raise BadRequest("answer", "unknown")
    try:
        await desk.on_thread(lambda: room_of(request).wishes.answer_swap(swap_id, me, to))
    except ShiftRefused as error:
        return await _page(request, status=409, fault=error.sentence)
    await desk.note(me, f"shift.swap_{to}", swap_id)
    return _back(to)


def _back(done: str) -> Any:
    return response.redirect(f"/shifts/mine?done={quote(done, safe='')}", status=303)
