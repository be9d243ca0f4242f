"""Applications for a code, phones proved for them, and changes of an account."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from backend.models import FamilyLink
from backend.paging import page
from backend.registry import account, applications, family, members, phones
from backend.serving import Scope, Who, read, write

bp = Blueprint("applications", url_prefix="/v1")


@bp.post("/phone-checks")
async def start_phone_check(request: Request) -> HTTPResponse:
    """Send a one-time password to a phone."""
    return await write(request, phones.start_check, status=202)


@bp.post("/phone-checks/<check_id>/confirm")
async def confirm_phone_check(request: Request, check_id: str) -> HTTPResponse:
    """Exchange a one-time password for a proof of the phone."""
    return await write(request, lambda scope: phones.confirm_check(scope, check_id))


@bp.post("/applications/check")
async def check_applicant(request: Request) -> HTTPResponse:
    """Say where an applicant stands."""
    return await write(request, applications.check_applicant)


@bp.post("/applications")
async def create_application(request: Request) -> HTTPResponse:
    """Apply for one's own code."""
    return await write(request, applications.apply_for_oneself, status=201)


@bp.post("/people/me/family/check")
async def check_member(request: Request) -> HTTPResponse:
    """Say where a relative stands."""
    return await write(request, members.check_member, who=Who.PERSON)


@bp.post("/people/me/family/applications")
async def create_family_application(request: Request) -> HTTPResponse:
    """Apply for a relative and link them."""
    return await write(request, members.apply_for_member, who=Who.PERSON, status=201)


@bp.get("/people/me/family/holders")
async def family_holders(request: Request) -> HTTPResponse:
    """Answer with those who act for the verified person."""

    def work(scope: Scope) -> Any:
        links = select(FamilyLink).where(
            FamilyLink.member_id == scope.person.person_id, FamilyLink.ended_at.is_(None)
        )
        return page(
            scope.session,
            links,
            (FamilyLink.since, FamilyLink.link_id),
            limit=scope.query["limit"],
            cursor=scope.query["cursor"],
            show=lambda link: family.show_holder(scope.session, link),
        )

    return await read(request, work, who=Who.PERSON)


@bp.post("/people/me/phone")
async def change_phone(request: Request) -> HTTPResponse:
    """Change the verified person's phone."""
    return await write(request, account.change_phone, who=Who.PERSON)


@bp.post("/people/me/corrections")
async def create_correction(request: Request) -> HTTPResponse:
    """Ask for a correction of name or document."""
    return await write(request, account.correct, who=Who.PERSON, status=201)


@bp.post("/account-reviews")
async def create_account_review(request: Request) -> HTTPResponse:
    """Ask for a review without being verified."""
    return await write(request, account.ask_for_review, status=201)
