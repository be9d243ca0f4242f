"""The audit as a page: who did what, newest first, and whether the chain is whole."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from .. import words
from ..desk import Desk

SHOWN = 100


def blueprint() -> Any:
    """Return the route `/audit`."""
    routes = Blueprint("trail")
    routes.add_route(_audit, "/audit")
    return routes


async def _audit(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    subject = request.args.get("subject")
    checked = request.args.get("check") == "1"
    entries = await desk.on_thread(lambda: desk.audit.recent(SHOWN, subject))
    broken = await desk.on_thread(desk.audit.first_break) if checked else None
    html = desk.pages.render(
        "audit",
        title="操作记录",
        session=request.ctx.session,
        checked=checked,
        broken=broken,
        subject=subject or "",
        rows=[
            {
                "at": words.spoken_time(entry.at),
                "agent": entry.agent,
                "action": words.ACTIONS.get(entry.action, entry.action),
                "subject": entry.subject,
                "change": _change(entry.detail),
            }
            for entry in entries
        ],
    )
    return response.html(html)


def _change(detail: dict[str, Any]) -> str:
    if "from" not in detail or "to" not in detail:
        return ""
    old, new = (words.STATES.get(detail[end], str(detail[end])) for end in ("from", "to"))
    return f"{old} → {new}"
