"""The plan of a week: who has which shift, what to be warned of; shifts are put on, taken off and copied."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from sanic import Blueprint, response

from .. import words
from ..accounts.people import Account
from ..desk import Desk
from ..errors import BadRequest
from ..shifts.errors import ShiftRefused
from ..shifts.planning import Absence, Concern, Shift, concerns
from ..shifts.room import ShiftRoom
from ..shifts.skills import agents_in

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEK: Final = dt.timedelta(days=7)
_DAY: Final = dt.timedelta(days=1)
MAX_WEEKS: Final = 12
_LOOK_BACK: Final = dt.timedelta(weeks=4)
#: A leader plans a year ahead and looks a year back.
_FAR: Final = dt.timedelta(days=366)


def blueprint() -> Any:
    """Return the routes of the plan."""
    routes = Blueprint("shifts")
    routes.add_route(_week, "/shifts", methods=["GET"])
    routes.add_route(_add, "/shifts", methods=["POST"])
    routes.add_route(_remove, "/shifts/removals", methods=["POST"])
    routes.add_route(_copy, "/shifts/copies", methods=["POST"])
    return routes


def install(app: Any) -> None:
    """Say in words what the plan refuses."""
    app.error_handler.add(ShiftRefused, _refused)


async def _refused(request: Any, error: ShiftRefused) -> Any:
    return render(
        request, "message", "操作没有完成", status=error.status, sentence=error.sentence, reference=""
    )


def room_of(request: Any) -> ShiftRoom:
    """Return the shifts of this desk."""
    room: ShiftRoom = request.app.ctx.shifts
    return room


def render(request: Any, template: str, title: str, *, status: int = 200, **values: Any) -> Any:
    """Return one of the pages of shifts."""
    html = request.app.ctx.desk.pages.render(
        template, title=title, session=request.ctx.session, here=request.path, **values
    )
    return response.html(html, status=status)


def today(request: Any) -> dt.date:
    """Return the day it is in China."""
    desk: Desk = request.app.ctx.desk
    return desk.now().astimezone(words.CHINA).date()


def spoken_day(day: dt.date) -> str:
    """Return a day as people say it: 9月5日（周一）."""
    return f"{words.spoken_date(day)}（{WEEKDAYS[day.weekday()]}）"


def day_of(given: str | None, usual: dt.date) -> dt.date:
    """Return a day that was asked for, the usual one when none was.

    Raises:
        BadRequest: no date, or one in another age.
    """
    try:
        day = dt.date.fromisoformat(given) if given else usual
    except ValueError as error:
        raise BadRequest("day", "a date") from error
    if abs(day - usual) > _FAR:
        raise BadRequest("day", "within a year")
    return day


@dataclass(frozen=True)
class Cell:
    """A shift in the plan; `worry` when something about it is warned of."""

    shift_id: str
    label: str
    hours: str
    worry: bool


@dataclass(frozen=True)
class Row:
    """An agent with the cells of each day, and whether they are on leave on it."""

    number: str
    name: str
    days: tuple[tuple[tuple[Cell, ...], bool], ...]


async def _week(request: Any) -> Any:
    return await _week_page(request)


async def _week_page(request: Any, *, fault: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    now = today(request)
    given = request.args.get("day") or request.form.get("week")
    day = day_of(given, now)
    monday = day - _DAY * day.weekday()
    room = room_of(request)

    def read() -> tuple[list[Account], list[Shift], list[Absence]]:
        before = monday - _LOOK_BACK  # a row of days, or too little rest, begins before the week
        return (
            agents_in(desk.accounts),
            room.roster.between(before, monday + 6 * _DAY),
            room.wishes.granted(before),
        )

    people, shifts, leaves = await desk.on_thread(read)
    found = [one for one in concerns(shifts, leaves, room.book.rules) if one.shift.day >= monday]
    days = [monday + n * _DAY for n in range(7)]
    shown = [shift for shift in shifts if shift.day >= monday]
    return render(
        request,
        "shifts",
        "排班",
        status=422 if fault else 200,
        monday=monday,
        days=[(one.isoformat(), spoken_day(one), one == now) for one in days],
        earlier=(monday - _WEEK).isoformat(),
        later=(monday + _WEEK).isoformat(),
        rows=_rows(
            request, people, shown, leaves=leaves, worries={one.shift.shift_id for one in found}, days=days
        ),
        people=[(account.number, account.profile.name) for account in people],
        templates=room.book.templates.values(),
        concerns=[said(request, one) for one in found],
        most_weeks=MAX_WEEKS,
        fault=fault,
        done=_done(request) if not fault else "",
    )


def _rows(
    request: Any,
    people: list[Account],
    shifts: list[Shift],
    *,
    leaves: list[Absence],
    worries: set[str],
    days: list[dt.date],
) -> list[Row]:
    """Return a row for everybody who takes chats, and for those who are planned but do so no more."""
    names = {account.number: account.profile.name for account in people}
    cells: defaultdict[tuple[str, dt.date], list[Cell]] = defaultdict(list)
    for shift in shifts:
        names.setdefault(shift.agent, "（已不接待）")
        cells[shift.agent, shift.day].append(_cell(request, shift, worries))
    away = {(leave.agent, day) for leave in leaves for day in days if leave.first <= day <= leave.last}
    return [
        Row(number, name, tuple((tuple(cells[number, day]), (number, day) in away) for day in days))
        for number, name in names.items()
    ]


def _cell(request: Any, shift: Shift, worries: set[str]) -> Cell:
    return Cell(shift.shift_id, *labels_of(request, shift), shift.shift_id in worries)


def labels_of(request: Any, shift: Shift) -> tuple[str, str]:
    """Return the name and the hours of a shift; one whose template has gone shows its hours alone."""
    template = room_of(request).book.templates.get(shift.template)
    hours = f"{shift.span.starts:%H:%M}–{shift.span.ends:%H:%M}"
    return (template.label, template.says()) if template else ("班次", hours)


def said(request: Any, concern: Concern) -> str:
    """Return a warning in words."""
    shift = concern.shift
    label, _ = labels_of(request, shift)
    who = f"{shift.agent} {spoken_day(shift.day)}{label}"
    if concern.kind == "leave":
        return f"{who}：这天已经批准请假。"
    if concern.kind == "row":
        return f"{who}：已经连续排了{concern.days}天，每周要休一天。"
    minutes = int(concern.rest.total_seconds() // 60) if concern.rest is not None else 0
    span = f"{minutes // 60}小时" + (f"{minutes % 60}分钟" if minutes % 60 else "")
    rest = room_of(request).book.rules.rest.total_seconds() / 3600
    return f"{who}：离上一班只隔{span}，不到{rest:g}小时。"


async def _add(request: Any) -> Any:
    """Put one agent's shifts of some days on the plan."""
    desk: Desk = request.app.ctx.desk
    room, me, form = room_of(request), request.ctx.agent.number, request.form
    agent, template = form.get("agent") or "", form.get("template") or ""
    people = await desk.on_thread(lambda: agents_in(desk.accounts))
    if agent not in {account.number for account in people} or template not in room.book.templates:
        raise BadRequest("agent", "somebody who takes chats, and a shift there is")
    now = today(request)
    days = sorted({day_of(day, now) for day in form.getlist("days", [])})
    if not 0 < len(days) <= len(WEEKDAYS):
        return await _week_page(request, fault="请至少选一天。")
    planned = await desk.on_thread(lambda: room.roster.add([(agent, day, template) for day in days], me))
    for shift in planned.added:
        await desk.note(me, "shift.added", shift.agent, day=shift.day.isoformat(), template=template)
    return _back(days[0], "added", len(planned.added), len(planned.refused))


async def _remove(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    me, shift_id = request.ctx.agent.number, request.form.get("shift_id") or ""
    shift = await desk.on_thread(lambda: room_of(request).roster.remove(shift_id))
    await desk.note(me, "shift.removed", shift.agent, day=shift.day.isoformat(), template=shift.template)
    return _back(shift.day, "removed", 1, 0)


async def _copy(request: Any) -> Any:
    """Plan the weeks that follow as this one."""
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent.number
    day = day_of(request.form.get("week"), today(request))
    typed = request.form.get("weeks") or ""
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) <= MAX_WEEKS):
        return await _week_page(request, fault=f"复制到后面1到{MAX_WEEKS}周。")
    monday, count = day - _DAY * day.weekday(), int(typed)
    added = refused = 0
    for week in range(1, count + 1):
        to = monday + week * _WEEK
        planned = await desk.on_thread(lambda to=to: room.roster.copy_week(monday, to, me))  # type: ignore[misc]
        added, refused = added + len(planned.added), refused + len(planned.refused)
    await desk.note(me, "shift.copied", monday.isoformat(), weeks=count, added=added, refused=refused)
    return _back(monday + _WEEK, "copied", added, refused)


def _back(day: dt.date, done: str, added: int, refused: int) -> Any:
    return response.redirect(f"/shifts?day={day.isoformat()}&done={done}-{added}-{refused}", status=303)


def _done(request: Any) -> str:
    """Return what was done, in words."""
    done, _, counts = (request.args.get("done") or "").partition("-")
    added, _, refused = counts.partition("-")
    if done not in ("added", "removed", "copied") or not (added.isdecimal() and refused.isdecimal()):
        return ""
    if done == "removed":
        return "已从班表上取消。"
    what = "已排" if done == "added" else "已复制"
    return f"{what}{added}个班。" + (f"{refused}个与已有的班重叠，没有排。" if refused != "0" else "")
