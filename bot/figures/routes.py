"""``POST /internal/figures``: what the assistant did on some days, for the desk, signed like its letters."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any, Final

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.desk.receiver import CLIENT
from bot.desk.signing import is_signed
from bot.figures.ledger import AssistantFigures
from bot.figures.sittings import Counted

PATH: Final = "/internal/figures"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def figures_routes(
    figures: AssistantFigures, secret: bytes, clock: Callable[[], float] = time.time
) -> Blueprint:
    """Return the route; ``secret`` is ``desk_events``."""
    routes = Blueprint("figures")

    @routes.post(PATH, name="figures")
    async def days(request: Request) -> HTTPResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.raw_url.decode("latin-1")
        if not is_signed(CLIENT, secret, headers, path=path, body=request.body, now=clock()):
            return json_response({"status": "refused"}, status=401)
        asked = _asked(request.body)
        if asked is None:
            return json_response({"status": "first and last: ISO dates"}, status=422)
        await asyncio.to_thread(figures.end_old, clock())
        found = await asyncio.to_thread(figures.days, *asked)
        return json_response({"days": [_told(day, counts) for day, counts in sorted(found.items())]})

    return routes


def _asked(body: bytes) -> tuple[str, str] | None:
    try:
        asked = json.loads(body)
        first, last = asked["first"], asked["last"]
    except (ValueError, KeyError, TypeError):
        return None
    if not all(isinstance(day, str) and _DAY.fullmatch(day) for day in (first, last)):
        return None
    return first, last


def _told(day: str, counts: Counted) -> dict[str, Any]:
    lines = [
        {"name": name, "by": by, "part": part, "count": count}
        for (name, by, part), count in sorted(counts.items())
        if count
    ]
    return {"day": day, "counts": lines}
