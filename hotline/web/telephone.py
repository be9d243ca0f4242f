"""The API of the telephone exchange (docs/telephone.md): signed, at least once, in any order."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..desk import Desk
from ..telephone.events import read_events
from .reading import object_of


def blueprint() -> Any:
    """Return the route under `/v1/calls`."""
    routes = Blueprint("telephone")
    routes.add_route(_take, "/v1/calls/events", methods=["POST"])
    return routes


async def _take(request: Any) -> Any:
    """Take events; what is answered is kept, and calls that were answered are open for their agents."""
    desk: Desk = request.app.ctx.desk
    now = desk.unix()
    events = read_events(object_of(request), now)
    taken = await desk.on_thread(lambda: desk.telephone.take(events, now))
    for call in taken.opened:
        await desk.note(call.agent, "call.opened", call.number)
    desk.telephone.ring()
    return response.json({"new": taken.new, "known": taken.known})
