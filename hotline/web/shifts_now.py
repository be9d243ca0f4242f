"""Who should be there now and who is. Being there outside of a shift is allowed, and marked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from sanic import Blueprint

from .. import words
from ..accounts.people import Account
from ..chats.presence import Present
from ..desk import Desk
from ..shifts.planning import Absence, Shift, present
from ..shifts.skills import agents_in
from .shifts import labels_of, render, room_of

STATES: Final = {"online": "在线接待", "busy": "忙碌", "away": "离开"}


def blueprint() -> Any:
    """Return the route."""
    routes = Blueprint("shifts_now")
    routes.add_route(_now, "/shifts/now")
    return routes


@dataclass(frozen=True)
class Row:
    """An agent now; `mark` is what a leader looks at, `""` when all is as planned."""

    number: str
    name: str
    planned: str
    state: str
    chats: str
    mark: str
    grave: bool


async def _now(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    now = desk.now().astimezone(words.CHINA)
    yesterday = now.date() - dt.timedelta(days=1)  # last night's shift may not be over
    room = room_of(request)

    def read() -> tuple[list[Account], list[Shift], list[Absence]]:
        return (
            agents_in(desk.accounts),
            room.roster.between(yesterday, now.date()),
            room.wishes.granted(yesterday),
        )

    people, shifts, leaves = await desk.on_thread(read)
    there = {one.number: one for one in await request.app.ctx.chats.there()}
    planned = {shift.agent: shift for shift in present(shifts, leaves, now)}
    away = {leave.agent for leave in leaves if leave.first <= now.date() <= leave.last}
    rows = [
        _row(request, account, planned.get(account.number), there.get(account.number), account.number in away)
        for account in people
    ]
    return render(
        request,
        "shifts_now",
        "现在在岗",
        rows=sorted(rows, key=lambda row: (not row.grave, not row.mark, row.number)),
        planned=len(planned),
        online=sum(one.state == "online" for one in there.values()),
        now=words.spoken_time(now),
    )


def _row(request: Any, account: Account, shift: Shift | None, one: Present | None, away: bool) -> Row:
    label, hours = labels_of(request, shift) if shift else ("", "")
    mark, grave = _mark(shift, one, away)
    return Row(
        number=account.number,
        name=account.profile.name,
        planned=f"{label} {hours}" if shift else "请假" if away else "没有排班",
        state=f"{STATES[one.state]}，{words.spoken_unix(one.since)}起" if one else "不在",
        chats=f"{one.load}／{one.capacity}" if one else "无",
        mark=mark,
        grave=grave,
    )


def _mark(shift: Shift | None, one: Present | None, away: bool) -> tuple[str, bool]:
    """Return what to look at, and whether somebody is missing."""
    if shift is not None and one is None:
        return "该在岗，没有登录接待", True
    if shift is not None and one is not None and one.state == "away":
        return "该在岗，已离开", True
    if shift is None and one is not None:
        return "请假中在线" if away else "班外在线", False
    return "", False
