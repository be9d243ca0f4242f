"""``POST /internal/history``: what was said in a conversation, for the copy a person asks for.
``POST /internal/drafts``: its unfinished forms, taken up in a conversation joined with it.

For the action server alone: the request is signed with the installation's secret ``bot_internal``. What comes out is
what is kept: masked words of the person, and of the assistant's all that was not private.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, Final

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.tracker_tables import TrackerTables

SKEW_S: Final = 60
_SPOKEN: Final = {"user": "person", "bot": "assistant"}


def internal_routes(tables: TrackerTables, secret: bytes, unix: Callable[[], float] = time.time) -> Blueprint:
    """Return the routes; ``secret`` signs ``timestamp.body``, good for a minute."""
    routes = Blueprint("internal", url_prefix="/internal")

    def signed(request: Request) -> bool:
        stamp, _, given = request.headers.get("x-signature", "").partition(".")
        expected = hmac.new(secret, f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
        fresh = stamp.isascii() and stamp.isdigit() and abs(unix() - int(stamp)) <= SKEW_S
        return fresh and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))

    @routes.post("/history", name="history")
    async def history(request: Request) -> HTTPResponse:
        if not signed(request):
            return json_response({"error": "bad_signature"}, status=401)
        conversation_id = str(json.loads(request.body)["conversation_id"])
        events = await asyncio.to_thread(tables.read_history, conversation_id)
        return json_response({"said": [line for line in map(_line, events) if line]})

    @routes.post("/drafts", name="drafts")
    async def drafts(request: Request) -> HTTPResponse:
        if not signed(request):
            return json_response({"error": "bad_signature"}, status=401)
        conversation_id = str(json.loads(request.body)["conversation_id"])
        row = await asyncio.to_thread(tables.read, conversation_id)
        return json_response({"drafts": _drafts(row.events if row is not None else [])})

    return routes


def _drafts(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the newest value of the slot ``drafts``."""
    held = (
        e.get("value") for e in reversed(events) if e.get("event") == "slot" and e.get("name") == "drafts"
    )
    return next(held, None) or {}


def _line(event: dict[str, Any]) -> dict[str, Any] | None:
    who = _SPOKEN.get(str(event.get("event")))
    if who is None or not event.get("text"):
        return None
    return {"at": event.get("timestamp"), "who": who, "text": event["text"]}
