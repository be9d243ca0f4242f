"""The page agents live in, and the tickets with which it opens its stream."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sanic import Blueprint, response

from ..desk import Desk
from ..live import labels
from ..live.room import LiveRoom
from .chat_moves import MAX_TEXT
from .revealing import SHOWN_S

#: What the page shows or hides by permission; the server asks again for each request.
_MAY = (
    "chat.watch",
    "chat.take_over",
    "chat.supervise",
    "order.create",
    "order.view",
    "appeal.view",
    "person.look",
    "person.reveal",
    "knowledge.view",
)


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("live")
    routes.add_route(_page, "/desk")
    routes.add_route(_mentions, "/desk/live/mentions")
    routes.add_route(_ticket, "/desk/live/tickets", methods=["POST"])
    return routes


async def _page(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    session, agent = request.ctx.session, request.ctx.agent
    config = {
        "agent": agent.number,
        "token": session.form_token,
        "capacity": agent.profile.capacity,
        "may": [permission for permission in _MAY if agent.may(permission)],
        "timers": asdict(desk.settings.chats.timers),
        "topics": labels.topics(),
        "groups": labels.groups(),
        "longest": MAX_TEXT,
        "reveal_s": SHOWN_S,
        "kept_hours": desk.settings.session_hours,
    }
    html = desk.pages.render(
        "live", title="会话", session=session, config=json.dumps(config, ensure_ascii=False)
    )
    return response.html(html)


async def _ticket(request: Any) -> Any:
    live: LiveRoom = request.app.ctx.live
    desk: Desk = request.app.ctx.desk
    ticket = live.tickets.issue(request.ctx.session.session_id, desk.unix())
    return response.json({"ticket": ticket})


async def _mentions(request: Any) -> Any:
    """Answer which notes call this agent and were not looked at yet."""
    live: LiveRoom = request.app.ctx.live
    desk: Desk = request.app.ctx.desk
    number = request.ctx.agent.number
    found = await desk.on_thread(lambda: live.mentions.of(number))
    return response.json({"mentions": found})
