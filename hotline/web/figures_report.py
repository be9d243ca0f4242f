"""A period as a report: printed on A4, or taken away as a file with a reason, marked and audited."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint, response

from .. import exports, words
from ..desk import Desk
from ..display import shown
from ..figures import report
from ..figures.days import Period, period_of
from .figures import figures_of, period_asked, query_of
from .figures_words import counted_words, missing_words


def blueprint() -> Any:
    """Return the routes of reports."""
    routes = Blueprint("figures_report")
    routes.add_route(_page, "/figures/report")
    routes.add_route(_export, "/figures/report/exports", methods=["POST"])
    return routes


async def _page(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    door, period = figures_of(request), period_asked(request)
    summary = await door.summary(period)
    head, places = report.place_rows(summary)
    html = desk.pages.render(
        "figures_report",
        title="12345坐席台统计报表",
        session=request.ctx.session,
        summary=summary,
        lines=report.figure_lines(summary),
        place_head=head,
        place_rows=places,
        hour_head=report.HOUR_HEAD,
        hour_rows=report.hour_rows(summary),
        channel_rows=report.channel_rows(summary, words.CHANNELS),
        topics=[
            ("市民问助手最多的", summary.topics("bot_turns")),
            ("请求人工最多的", summary.topics("asked")),
        ],
        counted=counted_words(summary, door.labels),
        missing=missing_words(summary, door.labels),
        made=words.written_time(desk.now()),
        query=urlencode(query_of(period)),
        longest=exports.MAX_REASON,
        least=exports.LEAST_REASON,
    )
    return response.html(html)


async def _export(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    period, kind = _wanted(request), exports.kind_of(request.form.get("kind") or "")
    reason = exports.reason_of(request.form.get("reason") or "")
    summary = await figures_of(request).summary(period)
    rows = report.file_rows(summary, words.CHANNELS)
    agent, now = request.ctx.agent.number, desk.now()
    await desk.note(agent, "figures.exported", urlencode(query_of(period)), kind=kind, reason=shown(reason))
    file = await desk.on_thread(
        lambda: exports.file_of(kind, report.HEAD, rows, agent=agent, now=now, reason=reason)
    )
    return response.raw(
        file, headers=exports.file_headers(f"统计报表-{period.first}-{period.last}", agent, now, kind)
    )


def _wanted(request: Any) -> Period:
    first, last = (request.form.get(name) or "" for name in ("from", "to"))
    return period_of("free", figures_of(request).today(), first, last)
