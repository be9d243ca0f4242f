"""Events the platform told of: what its subscribers may ask for about them."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.registry.notice_texts import send_text
from backend.serving import write

bp = Blueprint("events", url_prefix="/v1/events")


@bp.post("/<event_id>/text-messages")
async def text_message(request: Request, event_id: str) -> HTTPResponse:
    """Tell one person of an event by text."""
    return await write(request, lambda scope: send_text(scope, event_id), status=202)
