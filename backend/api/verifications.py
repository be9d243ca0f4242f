"""One-time passwords."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.registry import identity
from backend.serving import write

bp = Blueprint("verifications", url_prefix="/v1/verifications")


@bp.post("/")
async def start(request: Request) -> HTTPResponse:
    """Send a one-time password."""
    return await write(request, identity.start_verification, status=202)


@bp.post("/<verification_id>/confirm")
async def confirm(request: Request, verification_id: str) -> HTTPResponse:
    """Exchange a one-time password for a session."""
    return await write(request, lambda scope: identity.confirm_verification(scope, verification_id))
