"""Appeals against a colour, their pictures, and their decision at the desk."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from backend.models import Appeal
from backend.orders.opening import DESK, require_desk
from backend.paging import page
from backend.problems import SessionRequired
from backend.registry import appeals, evidence
from backend.rules.appeal_states import OPEN
from backend.serving import Scope, Who, read_noted, write

bp = Blueprint("appeals", url_prefix="/v1")


@bp.post("/appeals")
async def create_appeal(request: Request) -> HTTPResponse:
    """Accept an appeal."""
    return await write(request, appeals.file_appeal, who=Who.PERSON, status=201)


@bp.get("/appeals")
async def list_appeals(request: Request) -> HTTPResponse:
    """Answer with the appeals the desk works on."""

    def work(scope: Scope) -> Any:
        require_desk(scope)
        found = select(Appeal)
        if scope.query["state"]:
            found = found.where(Appeal.state == scope.query["state"])
        if scope.query["overdue"]:
            found = found.where(Appeal.state.in_(OPEN), Appeal.due_at < scope.now)
        return page(
            scope.session,
            found,
            (Appeal.number,),
            limit=scope.query["limit"],
            cursor=scope.query["cursor"],
            show=lambda row: appeals.seen_by_desk(scope, row),
        )

    return await read_noted(request, work)


@bp.get("/appeals/<number>")
async def appeal(request: Request, number: str) -> HTTPResponse:
    """Answer with one appeal."""

    def work(scope: Scope) -> Any:
        if scope.client_id != DESK and scope.person is None:
            raise SessionRequired("verify the person")
        return appeals.find_appeal(scope, number)

    return await read_noted(request, work, who=Who.ANYBODY)


@bp.post("/appeals/<number>/withdrawal")
async def withdraw_appeal(request: Request, number: str) -> HTTPResponse:
    """End an appeal."""
    return await write(request, lambda scope: appeals.withdraw_appeal(scope, number), who=Who.PERSON)


@bp.post("/appeals/<number>/decision")
async def decide_appeal(request: Request, number: str) -> HTTPResponse:
    """Move an appeal on."""
    return await write(request, lambda scope: appeals.decide_appeal(scope, number))


@bp.post("/evidence")
async def keep_evidence(request: Request) -> HTTPResponse:
    """Keep a picture for an appeal."""
    return await write(request, evidence.keep_evidence, who=Who.PERSON, status=201)


@bp.get("/appeals/<number>/evidence/<evidence_id>")
async def open_evidence(request: Request, number: str, evidence_id: str) -> HTTPResponse:
    """Answer with a picture of an appeal."""

    def work(scope: Scope) -> Any:
        require_desk(scope)
        return evidence.open_evidence(scope, number, evidence_id)

    return await read_noted(request, work)
