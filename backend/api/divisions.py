"""Divisions by name, level and parent, and one by code."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.paging import decode_cursor, encode_cursor
from backend.places.divisions import Place
from backend.places.store import shelf
from backend.problems import NotFound
from backend.serving import Scope, read

bp = Blueprint("divisions")


@bp.get("/v1/divisions")
async def divisions(request: Request) -> HTTPResponse:
    """Answer with the divisions that bear a name, of a level, under a parent."""
    return await read(request, _list)


@bp.get("/v1/divisions/<code>")
async def division(request: Request, code: str) -> HTTPResponse:
    """Answer with one division."""
    return await read(request, lambda scope: _one(scope, code))


def reference(place: Place) -> dict[str, str]:
    """A division as other resources name it."""
    return {"code": place.code, "name": place.name, "path": place.path}


def _list(scope: Scope) -> dict[str, Any]:
    query = scope.query
    tree = shelf(scope.session, scope.platform.database).divisions
    found = tree.named(query["name"]) if query["name"] is not None else tree.places
    fitting = sorted(
        (
            place
            for place in found
            if query["level"] in (None, place.level) and query["parent"] in (None, place.parent_code)
        ),
        key=lambda place: place.code,
    )
    if query["cursor"] is not None:
        last = decode_cursor(query["cursor"], [str])[0]
        fitting = [place for place in fitting if place.code > last]
    shown = fitting[: query["limit"]]
    more = len(fitting) > len(shown)
    return {
        "items": [_show(place) for place in shown],
        "next_cursor": encode_cursor([shown[-1].code]) if more else None,
    }


def _one(scope: Scope, code: str) -> dict[str, Any]:
    place = shelf(scope.session, scope.platform.database).divisions.by_code.get(code)
    if place is None:
        raise NotFound("no division has this code")
    return _show(place)


def _show(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "parent_code": place.parent_code,
        "path": place.path,
        "lat": place.lat,
        "lon": place.lon,
        "aliases": list(place.aliases),
    }
