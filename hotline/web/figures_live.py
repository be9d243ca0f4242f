"""The board for a screen on the wall: this moment, asked for again by its script, or by the page without one."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..figures.board import Board, board_of
from .figures import figures_of
from .reading import chats_of


def blueprint() -> Any:
    """Return the routes of the board."""
    routes = Blueprint("figures_live")
    routes.add_route(_page, "/figures/live")
    routes.add_route(_now, "/figures/live/now")
    return routes


async def _page(request: Any) -> Any:
    desk = request.app.ctx.desk
    html = desk.pages.render(
        "figures_live", title="实时看板", session=request.ctx.session, board=await _board(request)
    )
    return response.html(html)


async def _now(request: Any) -> Any:
    return response.json((await _board(request)).wire(), ensure_ascii=False)


async def _board(request: Any) -> Board:
    door, now = figures_of(request), request.app.ctx.desk.unix()
    return board_of(
        await chats_of(request).snapshot(), await door.chats_today(), await door.phone_today(), now
    )
