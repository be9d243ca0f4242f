"""Risk areas in force, and the level of a place in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.api.divisions import reference
from backend.paging import decode_cursor, encode_cursor
from backend.places.divisions import Divisions
from backend.places.folding import fold
from backend.places.risk_check import NOTE_NO_LIST, Verdict
from backend.places.risk_index import ListedArea
from backend.places.store import RiskList, RiskRow, Shelf, shelf
from backend.problems import NotFound
from backend.serving import Scope, read

bp = Blueprint("risk_areas")


@bp.get("/v1/risk-areas")
async def risk_areas(request: Request) -> HTTPResponse:
    """Answer with the areas in force."""
    return await read(request, _page)


@bp.get("/v1/risk-areas/check")
async def check_risk(request: Request) -> HTTPResponse:
    """Answer with the level of a place in words and what it rests on."""
    return await read(request, _check)


def _page(scope: Scope) -> dict[str, Any]:
    query, places, listed = scope.query, *_open(scope)
    rows = _of_division(places.divisions, listed, query["division"])
    counts = {level: sum(row.area.level == level for row in rows) for level in ("high", "medium", "low")}
    fitting = [row for row in rows if query["level"] in (None, row.area.level)]
    if query["cursor"] is not None:
        last = tuple(decode_cursor(query["cursor"], [int, str, str]))
        fitting = [row for row in fitting if row.order > last]
    shown = fitting[: query["limit"]]
    return {
        "items": [_show(places.divisions, row, listed) for row in shown if listed],
        "next_cursor": encode_cursor(shown[-1].order) if len(fitting) > len(shown) else None,
        "data_time": listed.data_time.isoformat() if listed else None,
        "counts": counts,
    }


def _check(scope: Scope) -> dict[str, Any]:
    query, places, listed = scope.query, *_open(scope)
    verdict = (
        listed.checker.check(query["text"], query["division"])
        if listed
        else Verdict("unknown", note=NOTE_NO_LIST)
    )
    tree = places.divisions
    code = query["division"] or (verdict.matches[0].area.division if verdict.matches else None)
    return {
        "text": query["text"],
        "division": reference(tree.by_code[code]) if code else None,
        "verdict": verdict.level,
        "matches": [
            _named(tree, match.area) | {"matched": match.matched, "how": match.how}
            for match in verdict.matches
        ],
        "same_place": [_named(tree, area) for area in verdict.same_place],
        "candidates": list(verdict.candidates),
        "data_time": listed.data_time.isoformat() if listed else None,
        "source": listed.source if listed else None,
        "note": verdict.note,
    }


def _open(scope: Scope) -> tuple[Shelf, RiskList | None]:
    """The places and the list in force at the moment asked about."""
    places = shelf(scope.session, scope.platform.database)
    code = scope.query["division"]
    if code is not None and code not in places.divisions.by_code:
        raise NotFound("no division has this code")
    at: datetime = scope.query["at"] or scope.now
    return places, places.risk_list(scope.session, at)


def _of_division(tree: Divisions, listed: RiskList | None, code: str | None) -> list[RiskRow]:
    """Rows of a division: of its counties and zones; of a township those that name it, and the county's remainder."""
    if listed is None:
        return []
    if code is None:
        return list(listed.rows)
    place = tree.by_code[code]
    if place.level == "township":
        name = fold(place.name)
        towns = tree.listing_units(code)
        return [
            row
            for row in listed.rows
            if row.area.division in towns and (row.area.level == "low" or name in fold(row.area.text))
        ]
    units = frozenset({code}) if place.level in ("county", "functional") else tree.down(code)
    return [row for row in listed.rows if row.area.division in units]


def _named(tree: Divisions, area: ListedArea) -> dict[str, Any]:
    return {
        "level": area.level,
        "area_text": area.text,
        "division": reference(tree.by_code[area.division]),
        "since": area.since.isoformat() if area.since else None,
    }


def _show(tree: Divisions, row: RiskRow, listed: RiskList) -> dict[str, Any]:
    return {
        "area_id": row.area.area_id,
        "level": row.area.level,
        "division": reference(tree.by_code[row.area.division]),
        "text": row.area.text,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "data_time": listed.data_time.isoformat(),
        "source": row.source,
    }
