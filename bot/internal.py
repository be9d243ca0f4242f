"""``POST /internal/history``: what was said in a conversation, for the copy a person asks for.

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
    """Return the route; ``secret`` signs ``timestamp.body``, good for a minute."""
    routes = Blueprint("internal", url_prefix="/internal")

    @routes.post("/history", name="history")
    async def history(request: Request) -> HTTPResponse:
        stamp, _, given = request.headers.get("x-signature", "").partition(".")
        expected = hmac.new(secret, f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
        fresh = stamp.isascii() and stamp.isdigit() and abs(unix() - int(stamp)) <= SKEW_S
        if not fresh or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            return json_response({"error": "bad_signature"}, status=401)
        conversation_id = str(json.loads(request.body)["conversation_id"])
        events = await asyncio.to_thread(tables.read_history, conversation_id)
        return json_response({"said": [line for line in map(_line, events) if line]})

    return routes


def _line(event: dict[str, Any]) -> dict[str, Any] | None:
    who = _SPOKEN.get(str(event.get("event")))
    if who is None or not event.get("text"):
        return None
    return {"at": event.get("timestamp"), "who": who, "text": event["text"]}
