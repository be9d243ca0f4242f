"""What waits for a leader: leaves, and exchanges both agents agree on."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Final

from sanic import Blueprint, response

from ..desk import Desk
from ..display import shown
from ..errors import BadRequest
from ..shifts.errors import ShiftRefused
from ..shifts.planning import Shift, concerns
from ..shifts.wishes import LeaveState, SwapState
from .shifts import render, room_of, said, today
from .shifts_mine import leave_row, swap_row

MAX_REPLY: Final = 200
_ASKED: Final[tuple[LeaveState, ...]] = ("asked",)
_AGREED: Final[tuple[SwapState, ...]] = ("agreed",)
_VERDICTS: Final = ("granted", "refused")
_WEEK: Final = dt.timedelta(days=7)


def blueprint() -> Any:
    """Return the routes under `/shifts/wishes`."""
    routes = Blueprint("shifts_wishes")
    routes.add_route(_list, "/shifts/wishes")
    routes.add_route(_leave, "/shifts/wishes/leaves/<leave_id:str>", methods=["POST"])
    routes.add_route(_swap, "/shifts/wishes/swaps/<swap_id:str>", methods=["POST"])
    return routes


async def _list(request: Any) -> Any:
    return await _page(request)


async def _page(request: Any, *, status: int = 200, fault: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    room, now = room_of(request), today(request)

    def read() -> tuple[Any, ...]:
        leaves = room.wishes.leaves(states=_ASKED, since=now)
        met = {
            leave.leave_id: sum(leave.absence.covers(shift) for shift in planned)
            for leave in leaves
            for planned in [room.roster.between(leave.absence.first, leave.absence.last, leave.absence.agent)]
        }
        swaps = [swap_row(request, swap) for swap in room.wishes.swaps(states=_AGREED)]
        return [{**leave_row(leave), "met": met[leave.leave_id]} for leave in leaves], swaps

    leaves, swaps = await desk.on_thread(read)
    return render(
        request,
        "shifts_wishes",
        "请假和换班",
        status=status,
        leaves=leaves,
        swaps=swaps,
        me=request.ctx.agent.number,
        most=MAX_REPLY,
        fault=fault,
        done="已处理。" if request.args.get("done") == "1" and not fault else "",
    )


async def _leave(request: Any, leave_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    me, verdict, reply = request.ctx.agent.number, _verdict(request), _reply(request)
    settle = partial(room_of(request).wishes.settle_leave, leave_id, verdict, me, reply)
    try:
        leave = await desk.on_thread(settle)
    except ShiftRefused as error:
        return await _page(request, status=409, fault=error.sentence)
    await desk.note(me, f"shift.leave_{verdict}", leave_id, of=leave.absence.agent)
    return response.redirect("/shifts/wishes?done=1", status=303)


async def _swap(request: Any, swap_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    me, verdict, reply = request.ctx.agent.number, _verdict(request), _reply(request)
    decide = partial(room_of(request).wishes.decide_swap, swap_id, me, verdict, reply, desk.now())
    try:
        swap, moved = await desk.on_thread(decide)
    except ShiftRefused as error:
        return await _page(request, status=409, fault=error.sentence)
    await desk.note(me, f"shift.swap_{verdict}", swap_id, agents=[swap.asker, swap.other])
    worries = await desk.on_thread(lambda: _worries(request, moved))
    return await _page_after(request, worries)


def _worries(request: Any, moved: list[Shift]) -> list[str]:
    """Return what is warned of about shifts that have just changed hands."""
    room, found = room_of(request), []
    for shift in moved:
        near = room.roster.between(shift.day - _WEEK, shift.day + _WEEK, shift.agent)
        leaves = room.wishes.granted(shift.day)
        found += [
            said(request, one)
            for one in concerns(near, leaves, room.book.rules)
            if shift.shift_id in (one.shift.shift_id, one.before.shift_id if one.before else "")
        ]
    return found


async def _page_after(request: Any, worries: list[str]) -> Any:
    if not worries:
        return response.redirect("/shifts/wishes?done=1", status=303)
    return await _page(request, fault=f"已批准换班。请注意：{''.join(worries)}")


def _verdict(request: Any) -> Any:
    verdict = request.form.get("verdict") or ""
    if verdict not in _VERDICTS:
        raise BadRequest("verdict", "unknown")
    return verdict


def _reply(request: Any) -> str:
    return shown((request.form.get("reply") or "").strip()[:MAX_REPLY])
