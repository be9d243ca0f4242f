"""What a province's systems tell of people: tests, contacts, overlaps, scans, releases."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.registry.telling import accept_event
from backend.serving import write

bp = Blueprint("colour_events", url_prefix="/v1")


@bp.post("/colour-events")
async def append_colour_event(request: Request) -> HTTPResponse:
    """Append one event of one person and derive their code."""
    return await write(request, accept_event, status=201)
