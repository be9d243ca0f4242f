"""Requests to 12345."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.orders import catalogue, figures, handling, opening, reading
from backend.registry import code_looks, conversation_cases, reveals
from backend.serving import Scope, Who, read, read_noted, write

bp = Blueprint("cases", url_prefix="/v1")


@bp.post("/service-requests")
async def create_service_request(request: Request) -> HTTPResponse:
    """Accept a request to 12345."""
    return await write(request, opening.accept_request, who=Who.ANYBODY, status=201)


@bp.get("/service-requests")
async def list_service_requests(request: Request) -> HTTPResponse:
    """Answer with the requests the desk works on."""
    return await read_noted(request, reading.list_requests)


@bp.get("/service-requests/<number>")
async def service_request(request: Request, number: str) -> HTTPResponse:
    """Answer with one request."""
    return await read_noted(request, lambda scope: reading.find_request(scope, number), who=Who.ANYBODY)


@bp.post("/service-requests/<number>/steps")
async def take_step(request: Request, number: str) -> HTTPResponse:
    """Take a request a step further."""
    return await write(request, lambda scope: handling.carry_out(scope, number))


@bp.post("/service-requests/<number>/wishes")
async def wish_for_request(request: Request, number: str) -> HTTPResponse:
    """Do what a citizen asks of their own request."""
    return await write(request, lambda scope: handling.wish(scope, number), who=Who.ANYBODY)


@bp.get("/service-request-figures")
async def service_request_figures(request: Request) -> HTTPResponse:
    """Answer with the counts of a span of time."""
    return await read(request, figures.figures)


@bp.get("/order-catalogue")
async def order_catalogue(request: Request) -> HTTPResponse:
    """Answer with the topics of requests, and who can work on one in a division."""

    def work(scope: Scope) -> Any:
        opening.require_desk(scope)
        return {
            "topics": [
                {"code": topic.code, "group": topic.group, "name": topic.name}
                for topic in catalogue.topics().values()
            ],
            "departments": [
                {"code": office.department, "name": office.name}
                for office in catalogue.offices(scope.session, scope.query["division"])
            ],
        }

    return await read(request, work)


@bp.get("/reveals/<number>")
async def reveal(request: Request, number: str) -> HTTPResponse:
    """Answer with one whole value of a case."""
    return await read_noted(request, lambda scope: reveals.reveal(scope, number))


@bp.post("/code-looks")
async def look_at_code(request: Request) -> HTTPResponse:
    """Answer with the code of somebody an agent speaks with."""
    return await write(request, code_looks.look_at_code, status=201)


@bp.get("/conversation-cases")
async def open_cases(request: Request) -> HTTPResponse:
    """Answer with what the person of a conversation has open."""
    return await read_noted(request, conversation_cases.open_cases)
