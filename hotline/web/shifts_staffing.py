"""How many agents each hour of a day needs, from the last weeks, against the plan; gaps in words."""

from __future__ import annotations

import datetime as dt
from statistics import fmean
from typing import Any, Final

from sanic import Blueprint

from ..desk import Desk
from ..shifts import demand
from ..shifts.book import Staffing
from ..shifts.planning import coverage
from ..shifts.skills import agents_in
from ..shifts.staffing import Stream, gaps, hours_of
from .shifts import WEEKDAYS, day_of, render, room_of, spoken_day, today

_DAY: Final = dt.timedelta(days=1)


def blueprint() -> Any:
    """Return the route."""
    routes = Blueprint("shifts_staffing")
    routes.add_route(_staffing, "/shifts/staffing")
    return routes


async def _staffing(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    room = room_of(request)
    how, now = room.book.staffing, today(request)
    day = day_of(request.args.get("day"), now)
    monday = day - _DAY * day.weekday()
    chats, calls = await desk.on_thread(lambda: _streams(desk, how))
    shifts, leaves = await desk.on_thread(
        lambda: (room.roster.between(monday - _DAY, monday + 6 * _DAY), room.wishes.granted(monday - _DAY))
    )
    week = []
    for offset in range(len(WEEKDAYS)):
        one = monday + _DAY * offset
        week.append((one, hours_of(offset, chats, calls, coverage(shifts, leaves, one), how)))
    return render(
        request,
        "shifts_staffing",
        "人手测算",
        day=spoken_day(day),
        days=[(one.isoformat(), spoken_day(one), one == day) for one, _ in week],
        earlier=(monday - 7 * _DAY).isoformat(),
        later=(monday + 7 * _DAY).isoformat(),
        hours=week[day.weekday()][1],
        gaps=[_said(one, gap) for one, hours in week for gap in gaps(hours)],
        how=how,
        offered=await desk.on_thread(lambda: _offered_words(desk, how)),
        measured=[_measured("会话", chats), _measured("电话", calls)],
    )


def _streams(desk: Desk, how: Staffing) -> tuple[Stream, Stream]:
    """Return the chats and the calls of the last weeks."""
    caps = [account.profile.capacity for account in agents_in(desk.accounts) if account.profile.capacity]
    at_once = fmean(caps) if caps else 1.0
    now = desk.now()
    return demand.chats_of(desk.engine, now, how, at_once), demand.calls_of(desk.engine, now, how)


def _said(day: dt.date, gap: tuple[int, int, int]) -> str:
    first, after, missing = gap
    return f"{spoken_day(day)}{first}:00–{after}:00最多缺{missing}人"


def _offered_words(desk: Desk, how: Staffing) -> str:
    """Return whether calls that nobody answered are reckoned with, in words."""
    now = desk.now()
    since = demand.offered_since(desk.engine, now, how)
    if since is None:
        return "没有接起的电话这里不知道。"
    if since == demand.weeks_before(now, how.weeks)[0]:
        return "没有接起的电话也算在内。"
    return f"{since.month}月{since.day}日起没有接起的电话也算在内，以前的不知道。"


def _measured(name: str, of: Stream) -> str:
    """Return how long one takes, in words."""
    if of.handle_s is None:
        return f"办完的{name}太少，还算不出要几人。"
    at_once = f"，平均一人同时接{of.at_once:.1f}个" if of.at_once > 1 else ""
    return f"{name}平均办理{of.handle_s / 60:.1f}分钟{at_once}。"
