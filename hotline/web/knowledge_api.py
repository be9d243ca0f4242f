"""The API by which the assistant learns of entries, and tells what it could not answer."""

from __future__ import annotations

import hashlib
from typing import Any

from sanic import Blueprint, response

from knowledge.feed import SIGNATURE_HEADER, sign

from ..desk import Desk
from ..errors import BadRequest, NothingYet
from ..knowledge.questions import REASONS

MAX_QUESTION = 1000
MAX_ID = 128


def blueprint() -> Any:
    """Return the routes under `/v1/knowledge`."""
    routes = Blueprint("knowledge_api")
    routes.add_route(_snapshot, "/v1/knowledge/snapshot", methods=["GET"])
    routes.add_route(_question, "/v1/knowledge/questions", methods=["POST"])
    return routes


async def _snapshot(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    body = await desk.on_thread(desk.knowledge.document)
    if body is None:
        raise NothingYet
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return response.empty(status=304, headers={"ETag": tag})
    signature = sign(body, desk.settings.services[request.ctx.client_id])
    return response.raw(
        body, content_type="application/json", headers={"ETag": tag, SIGNATURE_HEADER: signature}
    )


async def _question(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    body = request.json
    if not isinstance(body, dict):
        raise BadRequest("body", "a JSON object")
    text, reason, disputed = body.get("text"), body.get("reason"), body.get("entry_id", "")
    if not isinstance(text, str) or not 0 < len(text) <= MAX_QUESTION:
        raise BadRequest("text", f"1 to {MAX_QUESTION} characters")
    if reason not in REASONS:
        raise BadRequest("reason", f"one of {', '.join(REASONS)}")
    if not isinstance(disputed, str) or len(disputed) > MAX_ID:
        raise BadRequest("entry_id", f"at most {MAX_ID} characters")
    room = desk.knowledge
    kept = await desk.on_thread(lambda: room.questions.add(text, reason, disputed, room.real_now()))
    return response.json({"kept": kept}, status=202)
