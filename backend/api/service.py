"""The platform itself: health, contract, clock, and the text messages of the demonstration."""

from __future__ import annotations

import ipaddress
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from backend.contract import load_contract
from backend.models import OutboxMessage
from backend.problems import NotFound
from backend.serving import Reply, Scope, read, respond

bp = Blueprint("service")
_SHOWN = 50


@bp.get("/healthz")
async def health(_request: Request) -> HTTPResponse:
    """Answer that the process runs."""
    return respond(Reply(200, {"status": "ok"}))


@bp.get("/openapi.json")
async def contract(_request: Request) -> HTTPResponse:
    """Answer with the contract."""
    return respond(Reply(200, load_contract().document))


@bp.get("/v1/clock")
async def clock(request: Request) -> HTTPResponse:
    """Answer with the platform's time."""
    source = request.app.ctx.platform.clock
    return respond(Reply(200, {"now": source.now().isoformat(), "mode": source.mode}))


@bp.get("/dev/outbox")
async def outbox(request: Request) -> HTTPResponse:
    """Answer with the messages to one phone, in demonstration mode and to callers on this machine only."""
    if not (request.app.ctx.platform.settings.demo and _is_loopback(request)):
        raise NotFound("no such path")
    return await read(request, _messages)


def _messages(scope: Scope) -> dict[str, Any]:
    rows = scope.session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.recipient == scope.query["phone"])
        .order_by(OutboxMessage.id.desc())
        .limit(_SHOWN)
    ).scalars()
    return {
        "items": [
            {"to": row.recipient, "text": row.text, "at": row.created_at.isoformat(), "kind": row.kind}
            for row in rows
        ]
    }


def _is_loopback(request: Request) -> bool:
    try:
        address = ipaddress.ip_address(request.ip)
    except ValueError:
        return False
    return (
        address.is_loopback
        and "x-forwarded-for" not in request.headers
        and "forwarded" not in request.headers
    )
