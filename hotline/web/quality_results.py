"""Results of a period by agent, by item and over the weeks, what to coach, and all of it as a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from sanic import Blueprint, response

from .. import exports, words
from ..accounts.people import WORK_NUMBER
from ..desk import Desk
from ..display import shown
from ..errors import BadRequest
from ..quality.results import Scored, by_agent, by_item, coaching, trend
from ..quality.weeks import Period, week_of
from .quality import render, room_of
from .quality_chart import Chart, line_chart
from .quality_words import SOURCES, STATES, WHYS

USUAL_WEEKS: Final = 8
MAX_DAYS: Final = 400
COACHED: Final = 6


def blueprint() -> Any:
    """Return the routes under `/quality/results`."""
    routes = Blueprint("quality_results")
    routes.add_route(_page, "/quality/results")
    routes.add_route(_export, "/quality/results/exports", methods=["POST"])
    return routes


@dataclass(frozen=True)
class Wanted:
    """What is looked at: days, and one agent or all (`""`)."""

    period: Period
    agent: str

    def query(self) -> str:
        """Return it as a link's query."""
        first, last = self.period.first.isoformat(), self.period.last.isoformat()
        return urlencode({"first": first, "last": last, "agent": self.agent})


async def _page(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    wanted = _wanted(request.args, desk.now())
    scored = await desk.on_thread(partial(_scored, request, wanted))
    return render(
        request,
        "quality_results",
        "质检成绩",
        wanted=wanted,
        agents=by_agent(scored),
        items=by_item(scored),
        coached=coaching(scored, COACHED),
        chart=_chart(scored, wanted.period),
        count=len(scored),
        kinds=SOURCES,
    )


def _chart(scored: list[Scored], period: Period) -> Chart:
    """Return the mean of each week of the period."""
    mondays = []
    monday = week_of(period.first).first
    while monday <= period.last:
        mondays.append(monday.isoformat())
        monday += dt.timedelta(days=7)
    points = trend(scored, _monday_of, mondays)
    labelled = [(_short(name), value, count) for name, value, count in points]
    return line_chart(labelled, top=100.0, title="每周平均分", unit="分")


def _monday_of(unix: float) -> str:
    return week_of(dt.datetime.fromtimestamp(unix, words.CHINA).date()).first.isoformat()


def _short(day: str) -> str:
    return words.spoken_date(dt.date.fromisoformat(day))


def _scored(request: Any, wanted: Wanted) -> list[Scored]:
    """Return the cases of a period with the sheets that count."""
    room, period = room_of(request), wanted.period
    cases = room.cases.scored_between(period.starts, period.ends, wanted.agent)
    sheets = room.sheets.counting(period.starts, period.ends)
    return [
        Scored(
            case,
            room.cards.of(case.source, sheets[case.case_id].card_version),
            case.decided or sheets[case.case_id].sheet,
        )
        for case in cases
        if case.case_id in sheets
    ]


async def _export(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    kind = exports.kind_of(request.form.get("kind") or "")
    agent, now = request.ctx.agent.number, desk.now()
    wanted, reason = _wanted(request.form, now), exports.reason_of(request.form.get("reason") or "")
    scored = await desk.on_thread(partial(_scored, request, wanted))
    await desk.note(
        agent, "quality.exported", wanted.query(), kind=kind, count=len(scored), reason=shown(reason)
    )
    rows = [line for one in scored for line in _rows(one)]
    file = await desk.on_thread(
        lambda: exports.file_of(kind, _HEADER, rows, agent=agent, now=now, reason=reason)
    )
    return response.raw(file, headers=exports.file_headers("质检成绩", agent, now, kind))


_HEADER: Final = (
    "质检编号",
    "类别",
    "对象",
    "坐席",
    "评分人",
    "抽样原因",
    "评分时间",
    "总分",
    "状态",
    "一票否决",
    "评分项",
    "满分",
    "得分",
    "说明",
)


def _rows(one: Scored) -> list[tuple[str, ...]]:
    """Return a line for each item of a case."""
    case, fatal = one.case, {fatal.key: fatal.label for fatal in one.card.fatal}
    scored_at = dt.datetime.fromtimestamp(case.scored_at or 0.0, dt.timezone.utc)
    head = (
        case.case_id,
        SOURCES[case.source],
        case.subject,
        case.agent,
        case.scorer or "",
        WHYS[case.why],
        words.written_time(scored_at),
        str(case.total),
        STATES[case.state],
        "、".join(fatal.get(key, key) for key in one.sheet.fatal),
    )
    return [
        (
            *head,
            item.label,
            str(item.points),
            str(one.sheet.points.get(item.key, "")),
            one.sheet.remarks.get(item.key, ""),
        )
        for item in one.card.items
    ]


def _wanted(given: Any, now: dt.datetime) -> Wanted:
    """Return what is looked at; without days the last eight weeks.

    Raises:
        BadRequest: no dates, or too many days.
    """
    today = now.astimezone(words.CHINA).date()
    usual = week_of(today).first - dt.timedelta(days=7 * (USUAL_WEEKS - 1))
    try:
        first = dt.date.fromisoformat(given.get("first") or usual.isoformat())
        last = dt.date.fromisoformat(given.get("last") or today.isoformat())
    except ValueError as error:
        raise BadRequest("first", "a date") from error
    agent = (given.get("agent") or "").strip().upper()
    if not 0 <= (last - first).days < MAX_DAYS or (agent and not WORK_NUMBER.fullmatch(agent)):
        raise BadRequest("last", f"within {MAX_DAYS} days of the first")
    return Wanted(Period(first, last), agent)
