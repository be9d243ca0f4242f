"""Test and vaccination sites: in a division, around a position, and the nearest anywhere."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.api.divisions import reference
from backend.clock import CHINA
from backend.paging import decode_cursor, encode_cursor
from backend.places.distance import Point
from backend.places.sites import Found, SiteFilter, SiteRecord, after, nearest_sites, search
from backend.places.store import Shelf, shelf
from backend.problems import InvalidInput, NotFound
from backend.serving import Scope, read

bp = Blueprint("sites")


@bp.get("/v1/sites")
async def sites(request: Request) -> HTTPResponse:
    """Answer with test institutions and sampling points."""
    return await read(request, lambda scope: _page(scope, "test"))


@bp.get("/v1/sites/nearest")
async def nearest(request: Request) -> HTTPResponse:
    """Answer with the nearest test sites, also outside the division."""
    return await read(request, lambda scope: _nearest(scope, "test"))


@bp.get("/v1/vaccine-sites")
async def vaccine_sites(request: Request) -> HTTPResponse:
    """Answer with vaccination sites."""
    return await read(request, lambda scope: _page(scope, "vaccine"))


@bp.get("/v1/vaccine-sites/nearest")
async def nearest_vaccine_sites(request: Request) -> HTTPResponse:
    """Answer with the nearest vaccination sites, also outside the division."""
    return await read(request, lambda scope: _nearest(scope, "vaccine"))


def _page(scope: Scope, kind: str) -> dict[str, Any]:
    query, places = scope.query, shelf(scope.session, scope.platform.database)
    code = query["division"]
    if code is not None and code not in places.divisions.by_code:
        raise NotFound("no division has this code")
    wanted = SiteFilter(
        divisions=None if code is None else places.divisions.down(code),
        words=query["q"],
        service=query["service"],
        open_at=scope.now if query["open_now"] else None,
        open_24h=query["open_24h"],
        yellow=query["yellow"],
    )
    found = search(places.sites.get(kind, ()), wanted, _position(scope))
    rest = found
    if query["cursor"] is not None:
        distance, name, site_id = decode_cursor(query["cursor"], [int, str, str])
        rest = after(found, (distance, name, site_id))
    shown = rest[: query["limit"]]
    cursor = encode_cursor(shown[-1].order) if len(rest) > len(shown) else None
    return _answer(places, found, shown, scope.now) | {"next_cursor": cursor}


def _nearest(scope: Scope, kind: str) -> dict[str, Any]:
    query, places = scope.query, shelf(scope.session, scope.platform.database)
    origin = _position(scope) or _seat(places, query["division"])
    wanted = SiteFilter(service=query["service"], open_24h=query["open_24h"], yellow=query["yellow"])
    shown = nearest_sites(places.sites.get(kind, ()), wanted, origin, query["limit"])
    return _answer(places, shown, shown, scope.now) | {"next_cursor": None}


def _position(scope: Scope) -> Point | None:
    lat, lon = scope.query["lat"], scope.query["lon"]
    if (lat is None) != (lon is None):
        raise InvalidInput(("lat", "latitude and longitude come together"))
    return None if lat is None else Point(lat, lon)


def _seat(places: Shelf, code: str | None) -> Point:
    if code is None:
        raise InvalidInput(("division", "give a division, or lat and lon"))
    if code not in places.divisions.by_code:
        raise NotFound("no division has this code")
    seat = places.divisions.point(code)
    if seat is None:
        raise NotFound("the position of this division is not known")
    return Point(seat[0], seat[1])


def _answer(places: Shelf, found: list[Found], shown: list[Found], now: datetime) -> dict[str, Any]:
    newest = max((one.site.data_date for one in found), default=None)
    data_time = None if newest is None else datetime.combine(newest, time(), CHINA).isoformat()
    return {"items": [_show(places, one, now) for one in shown], "data_time": data_time}


def _show(places: Shelf, found: Found, now: datetime) -> dict[str, Any]:
    site = found.site
    local = now.astimezone(CHINA)
    open_now, change = site.open_at(local), site.changes_after(local)
    shown: dict[str, Any] = {
        "site_id": site.site_id,
        "name": site.name,
        "division": reference(places.divisions.by_code[_shown_division(places, site)]),
        "address": site.address,
        "phone": site.phone,
        "hours": site.hours,
        "open_24h": site.open_24h,
        "open_now": open_now,
        "closes_at": change.isoformat() if change and open_now else None,
        "opens_at": change.isoformat() if change and not open_now else None,
        "yellow_code": site.yellow_code,
        "services": list(site.services),
        "price_single": site.price_single,
        "price_pooled": site.price_pooled,
        "lat": site.point.lat if site.point else None,
        "lon": site.point.lon if site.point else None,
        "precision": site.precision,
        "data_date": site.data_date.isoformat(),
        "source": site.source,
        "demo": site.demo,
    }
    if found.distance_m is not None:
        shown["distance_m"] = found.distance_m
    return shown


def _shown_division(places: Shelf, site: SiteRecord) -> str:
    """People speak of counties and zones: a site's town is in its address."""
    division = places.divisions.by_code[site.division_code]
    return site.county_code if division.level == "township" else site.division_code
