"""What a page of calls waits for: calls that open by themselves, and callers nobody answered. Where an agent sits."""

from __future__ import annotations

from typing import Any, Final

from sanic import Blueprint, response

from ..desk import Desk
from ..telephone.room import Standing

PATH: Final = "/desk/ringing"
#: Looks at the store while a question waits for news: 20 seconds.
_LOOKS: Final = 20
_MOST_KNOWN: Final = 50


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("ringing")
    routes.add_route(_ringing, PATH, methods=["GET"])
    routes.add_route(_sit, "/calls/seat", methods=["POST"])
    return routes


async def _ringing(request: Any) -> Any:
    """Answer how it stands: at once when that is news to the page, else after a while."""
    desk: Desk = request.app.ctx.desk
    agent, args = request.ctx.agent.number, request.args
    known = set((args.get("known") or "").split(",")[:_MOST_KNOWN])
    for _ in range(_LOOKS):
        standing = await desk.on_thread(lambda: desk.telephone.standing(agent, desk.unix()))
        is_news = any(number not in known for number, _ in standing.calls)
        if is_news or str(standing.missed) != args.get("missed"):
            break
        await desk.telephone.changed()
    return response.json(_wire(standing), ensure_ascii=False)


def _wire(standing: Standing) -> dict[str, Any]:
    calls = [
        {"number": number, "href": f"/calls/{number}", "caller": caller} for number, caller in standing.calls
    ]
    return {"calls": calls, "missed": standing.missed}


async def _sit(request: Any) -> Any:
    """Write down at which telephone the agent sits."""
    desk: Desk = request.app.ctx.desk
    agent, extension = request.ctx.agent.number, (request.form.get("extension") or "").strip()
    await desk.on_thread(lambda: desk.telephone.seats.sit(agent, extension, desk.unix()))
    await desk.note(agent, "call.seated", extension or "-")
    return response.redirect("/calls", status=303)
