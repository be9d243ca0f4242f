"""Dashboards: a period with its figures, charts and the map of the province."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from sanic import Blueprint, response

from ..errors import BadRequest
from ..figures import charts
from ..figures.cartogram import MEASURES, Measure, cartogram, measure_of, places
from ..figures.charts import Chart
from ..figures.counts import added
from ..figures.days import NAMES, Period, moments, period_of
from ..figures.definitions import GROUPS, by_key
from ..figures.door import Figures
from ..figures.summary import HOURS, Summary
from ..knowledge.questions import Question
from .figures_words import counted_words, missing_words

#: Figures drawn day by day.
_DRAWN: Final = (
    "connection",
    "phone_connection",
    "phone_in_time",
    "reply",
    "wait",
    "resolution",
    "handover",
    "signing",
    "answering",
    "satisfaction",
)
_MOST_QUESTIONS: Final = 10


def blueprint() -> Any:
    """Return the routes of the dashboard."""
    routes = Blueprint("figures")
    routes.add_route(_page, "/figures")
    return routes


def figures_of(request: Any) -> Figures:
    """Return the one door to figures."""
    door: Figures = request.app.ctx.figures
    return door


def period_asked(request: Any, *, usual: str = "week") -> Period:
    """Return the period a request asks for: `period`, `from`, `to`.

    Raises:
        BadRequest: see `period_of`.
    """
    args = request.args
    first, last = args.get("from") or "", args.get("to") or ""
    name = args.get("period") or ("free" if first and last else usual)
    return period_of(name, figures_of(request).today(), first, last)


def query_of(period: Period) -> dict[str, str]:
    """Return what brings somebody back to a period."""
    if period.name == "free":
        return {"period": "free", "from": period.first.isoformat(), "to": period.last.isoformat()}
    return {"period": period.name}


async def _page(request: Any) -> Any:
    period, measure = period_asked(request), _measure(request.args.get("map") or MEASURES[0].key)
    door = figures_of(request)
    summary = await door.summary(period)
    place = next((one for one in places() if one.code == request.args.get("place")), None)
    html = request.app.ctx.desk.pages.render(
        "figures",
        title="统计报表",
        session=request.ctx.session,
        summary=summary,
        groups=_groups(summary),
        periods=[(name, words) for name, words in NAMES.items() if name != "free"],
        today=door.today().isoformat(),
        query=urlencode(query_of(period)),
        counted=counted_words(summary, door.labels),
        missing=missing_words(summary, door.labels),
        trends=trends(summary),
        volumes=volumes(summary),
        topics=[
            ("市民问助手最多的", summary.topics("bot_turns")),
            ("请求人工最多的", summary.topics("asked")),
        ],
        questions=await _questions(request, summary),
        map=cartogram(measure, summary.counts, summary.silent),
        measures=MEASURES,
        place=place,
        place_rows=_place_rows(summary, place.code) if place else [],
    )
    return response.html(html)


def _measure(key: str) -> Measure:
    found = measure_of(key)
    if found is None:
        raise BadRequest("map", "unknown")
    return found


def _groups(summary: Summary) -> list[tuple[str, list[Any]]]:
    return [
        (label, [tile for tile in summary.tiles if tile.definition.group == key])
        for key, label in GROUPS.items()
    ]


def trends(summary: Summary) -> list[Chart]:
    """Return the figures that are drawn over the days of a period."""
    drawn = (by_key()[key] for key in _DRAWN)
    return [
        charts.line(one, summary.period, summary.days)
        for one in drawn
        if one.group != "telephone" or "telephone" not in summary.silent
    ]


def volumes(summary: Summary) -> list[Chart]:
    """Return how much there was: by day, and by hour of the day."""
    pieces = charts.stretches(summary.period)
    names = [name for name, _ in pieces]
    totals = [added(summary.days[day] for day in piece.days() if day in summary.days) for _, piece in pieces]
    chats = {"接通": "connected", "未接通": "missed", "待定": "undecided"}
    hours = {
        label: summary.parts(name, "hour", HOURS) for label, name in chats.items() if name != "undecided"
    }
    asked = {label: [one.whole(name) for one in totals] for label, name in chats.items()}
    drawn = [
        charts.stacked("asked", "人工请求", names, asked),
        charts.stacked("hours", "一天各时段的人工请求", [f"{int(hour)}点" for hour in HOURS], hours),
    ]
    if "telephone" not in summary.silent:
        calls = {
            label: summary.parts(name, "hour", HOURS)
            for label, name in (("接通", "phone_answered"), ("漏接", "phone_missed"))
        }
        drawn.append(
            charts.stacked("phone_hours", "一天各时段的来电", [f"{int(hour)}点" for hour in HOURS], calls)
        )
    if "orders" in summary.silent:
        return drawn
    return [
        *drawn,
        charts.stacked("orders", "受理工单", names, {"受理": [one.whole("order_made") for one in totals]}),
    ]


async def _questions(request: Any, summary: Summary) -> list[Question]:
    """Return the questions of the period that were asked most and are still open, masked as they are kept."""
    desk = request.app.ctx.desk
    first, until = moments(summary.period)
    asked: list[Question] = await desk.on_thread(
        lambda: desk.knowledge.questions.most_asked(first, until, _MOST_QUESTIONS)
    )
    return asked


def _place_rows(summary: Summary, code: str) -> list[tuple[str, str]]:
    """Return all that is told of a place."""
    drawn = [(one.label, cartogram(one, summary.counts, summary.silent)) for one in MEASURES]
    return [(label, tile.words) for label, map_ in drawn for tile in map_.tiles if tile.place.code == code]
