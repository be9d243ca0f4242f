"""A person's rights over their data: who looked, a copy, an end of being verified, deletion."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from backend.models import AccessEntry
from backend.paging import page
from backend.registry import access, erasure, holdings
from backend.registry.people import written
from backend.serving import Scope, Who, read, read_noted, write
from backend.sessions import end_sessions

bp = Blueprint("privacy", url_prefix="/v1")


@bp.get("/people/me/accesses")
async def accesses(request: Request) -> HTTPResponse:
    """Answer with who read the person's data."""

    def work(scope: Scope) -> Any:
        mine = select(AccessEntry).where(AccessEntry.person_id == scope.person.person_id)
        if scope.query["by_others"]:
            mine = mine.where(AccessEntry.reader != "self")
        return page(
            scope.session,
            mine,
            (AccessEntry.id,),
            limit=scope.query["limit"],
            cursor=scope.query["cursor"],
            show=lambda entry: access.show_access(scope.session, entry),
            descending=True,
        )

    return await read(request, work, who=Who.PERSON)


@bp.get("/people/me/export")
async def export(request: Request) -> HTTPResponse:
    """Answer with a copy of everything held of the person."""

    def work(scope: Scope) -> Any:
        person_id = scope.person.person_id
        sections = holdings.copy_of(scope.session, person_id)
        access.look(scope, person_id, "export")
        return {"as_of": written(scope.now), "sections": sections}

    return await read_noted(request, work, who=Who.PERSON)


@bp.delete("/people/me/session")
async def end_session(request: Request) -> HTTPResponse:
    """Let the verified person be verified no more in this conversation: they took their consent back."""

    def work(scope: Scope) -> Any:
        end_sessions(scope.session, scope.person, scope.now)
        return {"ended_at": written(scope.now)}

    return await write(request, work, who=Who.PERSON)


@bp.post("/erasures")
async def erasures(request: Request) -> HTTPResponse:
    """Delete what belongs to a conversation and its person."""
    token = request.headers.get("x-person-session")
    return await write(request, lambda scope: erasure.erase(scope, token))
