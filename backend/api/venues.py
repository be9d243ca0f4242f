"""Venues: their codes, visits, staff, shifts, checks and the lane for people without a code."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.registry import checks, venue_staff, venues
from backend.serving import Scope, Who, read, write

bp = Blueprint("venues", url_prefix="/v1")


@bp.post("/venues")
async def create_venue(request: Request) -> HTTPResponse:
    """Register a venue."""
    return await write(request, venues.create_venue, who=Who.PERSON, status=201)


@bp.get("/people/me/venues")
async def my_venues(request: Request) -> HTTPResponse:
    """Answer with the venues of the verified person."""
    return await read(request, venues.my_venues, who=Who.PERSON)


@bp.get("/venues/<code>")
async def venue(request: Request, code: str) -> HTTPResponse:
    """Answer with what is written at the door of a venue."""

    def work(scope: Scope) -> Any:
        return venues.show_venue(scope.session, venues.find_venue(scope.session, code), None)

    return await read(request, work)


@bp.post("/venues/<code>/closure")
async def close_venue(request: Request, code: str) -> HTTPResponse:
    """Close a venue."""
    return await write(request, lambda scope: venues.close_venue(scope, code), who=Who.PERSON)


@bp.get("/venues/<code>/counts")
async def venue_counts(request: Request, code: str) -> HTTPResponse:
    """Answer with visits a day."""
    return await read(request, lambda scope: venues.venue_counts(scope, code), who=Who.PERSON)


@bp.post("/venues/<code>/visits")
async def record_visit(request: Request, code: str) -> HTTPResponse:
    """Record a visit."""
    return await write(request, lambda scope: venues.record_visit(scope, code), who=Who.PERSON, status=201)


@bp.route("/venues/<code>/staff", methods=["GET", "POST"])
async def staff(request: Request, code: str) -> HTTPResponse:
    """Answer with who works at a venue, or invite somebody; one route for both, as in `passes.py`."""
    if request.method == "GET":
        return await read(request, lambda scope: venue_staff.list_staff(scope, code), who=Who.PERSON)
    return await write(request, lambda scope: venue_staff.invite(scope, code), who=Who.PERSON, status=201)


@bp.post("/venues/<code>/staff-ends")
async def remove_role(request: Request, code: str) -> HTTPResponse:
    """End somebody's work at a venue."""
    return await write(request, lambda scope: venue_staff.remove_staff(scope, code), who=Who.PERSON)


@bp.post("/venues/<code>/acceptance")
async def accept_invitation(request: Request, code: str) -> HTTPResponse:
    """Take up an invitation."""
    return await write(request, lambda scope: venue_staff.accept_invitation(scope, code), who=Who.PERSON)


@bp.post("/venues/<code>/shifts")
async def start_shift(request: Request, code: str) -> HTTPResponse:
    """Begin a shift."""
    return await write(
        request, lambda scope: venue_staff.start_shift(scope, code), who=Who.PERSON, status=201
    )


@bp.post("/shift-ends")
async def end_shift(request: Request) -> HTTPResponse:
    """End a shift."""
    return await write(request, venue_staff.end_shift)


@bp.post("/checks")
async def check_person(request: Request) -> HTTPResponse:
    """Check somebody."""
    return await write(request, checks.check_person, status=201)


@bp.post("/lane-entries")
async def register_without_code(request: Request) -> HTTPResponse:
    """Write down somebody without a code."""
    return await write(request, checks.register_without_code, status=201)
