"""What the knowledge base says to a question, for an agent in the middle of a talk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sanic import Blueprint, response

from knowledge import Hit

from ..desk import Desk
from ..errors import BadRequest
from ..words import CHINA, spoken_date
from .knowledge import state_of
from .reading import district_of

MAX_ASKED = 200
SHOWN = 5
_PROVINCE = "510000"


def blueprint() -> Any:
    """Return the route."""
    routes = Blueprint("live_knowledge")
    routes.add_route(_find, "/desk/live/knowledge")
    return routes


async def _find(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    text, district = request.args.get("text") or "", district_of(request)
    if not 0 < len(text) <= MAX_ASKED:
        raise BadRequest("text", f"1 to {MAX_ASKED} characters")
    _, now = await state_of(desk)
    day, room = now.astimezone(CHINA).date(), desk.knowledge
    hits = await room.finder.run(lambda: room.finder.search(text, day, district or None, limit=SHOWN))
    return response.json({"found": [_hit(hit) for hit in hits]}, ensure_ascii=False)


def _hit(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "id": entry.id,
        "question": entry.question,
        "answer": entry.answer.plain,
        "english": entry.answer.english or "",
        "source": entry.source.name,
        "source_date": _date(entry.source.date),
        "region": "全省适用" if entry.region == _PROVINCE else f"适用地区{entry.region}",
        "days": f"{_date(entry.valid_from)}起，{f'到{_date(entry.valid_to)}' if entry.valid_to else '没有写截止日'}",
        "sure": hit.confident,
    }


def _date(day: dt.date | None) -> str:
    return "" if day is None else spoken_date(day, year=True)
