"""Codes to be shown, and what their verifiers need: public keys and the list of revoked ones."""

from __future__ import annotations

import base64
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.registry import passes
from backend.registry.people import written
from backend.serving import Reply, Scope, Who, read, read_noted, respond, write
from passes.keys import published

bp = Blueprint("passes")


@bp.get("/pass-keys")
async def pass_keys(request: Request) -> HTTPResponse:
    """Answer with the public keys, to anybody."""
    return respond(Reply(200, {"keys": published(request.app.ctx.platform.settings.pass_keys.trusted())}))


@bp.get("/pass-revocations")
async def pass_revocations(request: Request) -> HTTPResponse:
    """Answer with the signed list of revoked codes, to anybody: serials tell nothing about people."""

    def work(scope: Scope) -> Any:
        listed = passes.revocation_list(scope.session, scope.now, scope.platform.settings.pass_keys.signing)
        return {"list": base64.b64encode(listed).decode(), "made_at": written(scope.now)}

    return await read(request, work)


@bp.route("/v1/people/<person_id>/passes", methods=["GET", "POST"])
async def offline_codes(request: Request, person_id: str) -> HTTPResponse:
    """Answer with a person's offline codes, or give out a code.

    One route for both: Sanic's router takes two routes of one path with a parameter for an unknown path when the method
    fits neither.
    """
    if request.method == "GET":
        return await read_noted(request, lambda scope: passes.list_passes(scope, person_id), who=Who.PERSON)
    return await write(request, lambda scope: passes.make_pass(scope, person_id), who=Who.PERSON, status=201)


@bp.post("/v1/people/<person_id>/pass-ends")
async def revoke_pass(request: Request, person_id: str) -> HTTPResponse:
    """End an offline code."""
    return await write(request, lambda scope: passes.revoke_pass(scope, person_id), who=Who.PERSON)
