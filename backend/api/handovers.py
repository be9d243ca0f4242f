"""Identity handed over by a front end."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.registry import handovers
from backend.serving import Who, write

bp = Blueprint("handovers", url_prefix="/v1/handovers")


@bp.post("/")
async def issue(request: Request) -> HTTPResponse:
    """Make a token for the verified person."""
    return await write(request, handovers.issue, who=Who.PERSON, status=201)


@bp.post("/redeem")
async def redeem(request: Request) -> HTTPResponse:
    """Exchange a token for a session."""
    return await write(request, handovers.redeem)
