"""What each agent did: all of them for who supervises, one's own for oneself. Read from chats, never kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint, response

from ..figures.days import NAMES
from ..figures.people import AgentFigures
from .figures import figures_of, period_asked, query_of


def blueprint() -> Any:
    """Return the routes of agents' figures."""
    routes = Blueprint("figures_people")
    routes.add_route(_all, "/figures/agents")
    routes.add_route(_mine, "/figures/mine")
    return routes


async def _all(request: Any) -> Any:
    return await _page(request, "坐席数据", "/figures/agents", None)


async def _mine(request: Any) -> Any:
    return await _page(request, "我的数据", "/figures/mine", request.ctx.agent.number)


async def _page(request: Any, title: str, path: str, number: str | None) -> Any:
    desk, door, period = request.app.ctx.desk, figures_of(request), period_asked(request)
    found: list[AgentFigures] = await door.people(period)
    if number is None:
        await desk.note(
            request.ctx.agent.number, "figures.agents", urlencode(query_of(period)), count=len(found)
        )
    html = desk.pages.render(
        "figures_people",
        title=title,
        session=request.ctx.session,
        action=path,
        period=period,
        periods=[(name, words) for name, words in NAMES.items() if name != "free"],
        today=door.today().isoformat(),
        people=[one for one in found if number in (None, one.number)],
        mine=number is not None,
    )
    return response.html(html)
