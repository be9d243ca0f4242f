"""The API by which the assistant's router learns and changes who owns a conversation."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..desk import Desk
from ..errors import BadRequest
from ..ownership import OWNERS

MAX_ID = 128
MAX_AGENT = 40
MAX_VERSION = 2**53


def blueprint() -> Any:
    """Return the routes under `/v1/conversations`."""
    routes = Blueprint("conversations")
    routes.add_route(_get, "/v1/conversations/<conversation_id:str>", methods=["GET"], unquote=True)
    routes.add_route(_put, "/v1/conversations/<conversation_id:str>", methods=["PUT"], unquote=True)
    return routes


async def _get(request: Any, conversation_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    _check_id(conversation_id)
    present = await desk.on_thread(lambda: desk.ownership.get(conversation_id))
    return response.json(present.wire(), ensure_ascii=False)


async def _put(request: Any, conversation_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    _check_id(conversation_id)
    version, owner, agent = _change_of(request)
    changed = await desk.on_thread(
        lambda: desk.ownership.change(conversation_id, version, owner, agent, desk.now())
    )
    await desk.note(
        agent or "-",
        "conversation.changed",
        conversation_id,
        to=owner,
        version=changed.version,
        by=request.ctx.client_id,
    )
    return response.json(changed.wire(), ensure_ascii=False)


def _check_id(conversation_id: str) -> None:
    if not 0 < len(conversation_id) <= MAX_ID or not conversation_id.isprintable():
        raise BadRequest("conversation_id", f"1 to {MAX_ID} printable characters")


def _change_of(request: Any) -> tuple[int, Any, str | None]:
    body = request.json
    if not isinstance(body, dict):
        raise BadRequest("body", "a JSON object")
    version, owner, agent = body.get("version"), body.get("owner"), body.get("agent")
    if type(version) is not int or not 0 <= version < MAX_VERSION:
        raise BadRequest("version", "a whole number, the one last seen")
    if owner not in OWNERS:
        raise BadRequest("owner", f"one of {', '.join(OWNERS)}")
    if (owner == "agent") != isinstance(agent, str) or (agent is not None and not isinstance(agent, str)):
        raise BadRequest("agent", "a work number, if and only if an agent owns the conversation")
    if agent is not None and not (0 < len(agent) <= MAX_AGENT and agent.isprintable()):
        raise BadRequest("agent", f"1 to {MAX_AGENT} printable characters")
    return version, owner, agent
