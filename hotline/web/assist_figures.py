"""How suggestions do: shown, opened, told, called wrong; and what was called wrong lately, for the editors."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sanic import Blueprint, response

from ..assist.calls import WRONG
from ..assist.figures import tally
from ..desk import Desk
from .knowledge_views import href_of

DAYS = (1, 7, 30)


def blueprint() -> Any:
    """Return the page of figures."""
    routes = Blueprint("assist_figures")
    routes.add_route(_figures, "/calls/figures", methods=["GET"])
    return routes


async def _figures(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    asked = request.args.get("days") or ""
    days = int(asked) if asked.isdecimal() and asked.isascii() and int(asked[:3]) in DAYS else DAYS[1]
    since = desk.now() - dt.timedelta(days=days)
    figures, entries = await desk.on_thread(lambda: tally(desk.engine, since))
    library = await desk.on_thread(desk.knowledge.editing.library)

    def question(entry_id: str) -> str:
        file = library.entries.get(entry_id)
        shown = file.shown(desk.knowledge.clock.now()).content.get("question") if file is not None else None
        return str(shown or entry_id)

    html = desk.pages.render(
        "assist_figures",
        title="来电助手：采纳情况",
        session=request.ctx.session,
        days=days,
        choices=DAYS,
        figures=figures,
        rate=_percent(figures.used, figures.shown),
        rows=[
            {
                "href": href_of(one.entry_id),
                "question": question(one.entry_id),
                "tally": one.tally,
                "rate": _percent(one.tally.used, one.tally.shown),
                "wrong": "、".join(f"{WRONG.get(why, why)} {count}" for why, count in one.wrong.items()),
            }
            for one in entries
        ],
    )
    return response.html(html)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "–"
