"""Requests to 12345."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from backend.models import ServiceRequest
from backend.paging import page
from backend.registry import reviews, service_requests
from backend.serving import Scope, Who, read_noted, write

bp = Blueprint("cases", url_prefix="/v1")


@bp.post("/service-requests")
async def create_service_request(request: Request) -> HTTPResponse:
    """Accept a request to 12345."""
    return await write(request, service_requests.accept_request, who=Who.ANYBODY, status=201)


@bp.get("/service-requests")
async def list_service_requests(request: Request) -> HTTPResponse:
    """Answer with the requests the desk works on."""

    def work(scope: Scope) -> Any:
        service_requests.require_desk(scope)
        found = select(ServiceRequest)
        if scope.query["state"]:
            found = found.where(ServiceRequest.state == scope.query["state"])
        return page(
            scope.session,
            found,
            (ServiceRequest.number,),
            limit=scope.query["limit"],
            cursor=scope.query["cursor"],
            show=lambda row: service_requests.seen_by_desk(scope, row),
        )

    return await read_noted(request, work)


@bp.get("/service-requests/<number>")
async def service_request(request: Request, number: str) -> HTTPResponse:
    """Answer with one request."""
    return await read_noted(request, lambda scope: service_requests.find_request(scope, number))


@bp.post("/service-requests/<number>/transitions")
async def transition_service_request(request: Request, number: str) -> HTTPResponse:
    """Move a request on."""
    return await write(request, lambda scope: reviews.move(scope, number))
