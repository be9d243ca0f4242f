"""What the platform knows of the verified person and of the members linked to them."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import select

from backend.codes import read_code
from backend.models import Appeal, CodeChange, FamilyLink, HealthDeclaration, Notice, Person, TestResult
from backend.paging import page
from backend.registry import appeals, codes, declarations, family, health, people
from backend.registry.access import look
from backend.registry.people import written
from backend.serving import Scope, Who, read, read_noted, write

bp = Blueprint("people", url_prefix="/v1/people")


@bp.get("/me")
async def me(request: Request) -> HTTPResponse:
    """Answer with the verified person."""

    def work(scope: Scope) -> Any:
        return people.show_person(scope.session.get(Person, look(scope, scope.person.person_id, "profile")))

    return await read_noted(request, work, who=Who.PERSON)


@bp.get("/<person_id>/code")
async def code(request: Request, person_id: str) -> HTTPResponse:
    """Answer with a code."""

    def work(scope: Scope) -> Any:
        look(scope, person_id, "code")
        return read_code(scope.session, person_id, scope.now)

    return await read_noted(request, work, who=Who.PERSON)


@bp.get("/<person_id>/code/history")
async def code_history(request: Request, person_id: str) -> HTTPResponse:
    """Answer with the changes of a code."""

    def work(scope: Scope) -> Any:
        look(scope, person_id, "code_history")
        changes = select(CodeChange).where(CodeChange.person_id == person_id, CodeChange.since <= scope.now)
        return _newest(scope, changes, (CodeChange.since, CodeChange.change_id), codes.show_change)

    return await read_noted(request, work, who=Who.PERSON)


@bp.get("/<person_id>/tests")
async def tests(request: Request, person_id: str) -> HTTPResponse:
    """Answer with test results."""

    def work(scope: Scope) -> Any:
        look(scope, person_id, "tests")
        results = select(TestResult).where(
            TestResult.person_id == person_id, TestResult.sampled_at <= scope.now
        )
        if scope.query["kind"]:
            results = results.where(TestResult.kind == scope.query["kind"])
        order = (TestResult.sampled_at, TestResult.test_id)
        found = _newest(scope, results, order, lambda test: health.show_test(test, scope.now))
        return {**found, "as_of": written(scope.now)}

    return await read_noted(request, work, who=Who.PERSON)


@bp.get("/<person_id>/vaccinations")
async def vaccinations(request: Request, person_id: str) -> HTTPResponse:
    """Answer with the vaccination record."""

    def work(scope: Scope) -> Any:
        look(scope, person_id, "vaccinations")
        return health.read_vaccinations(scope.session, person_id, scope.now)

    return await read_noted(request, work, who=Who.PERSON)


@bp.get("/me/family")
async def list_family(request: Request) -> HTTPResponse:
    """Answer with the linked members."""

    def work(scope: Scope) -> Any:
        links = select(FamilyLink).where(
            FamilyLink.owner_id == scope.person.person_id, FamilyLink.ended_at.is_(None)
        )
        return page(
            scope.session,
            links,
            (FamilyLink.since, FamilyLink.link_id),
            limit=scope.query["limit"],
            cursor=scope.query["cursor"],
            show=lambda link: _seen_member(scope, link),
        )

    return await read_noted(request, work, who=Who.PERSON)


@bp.post("/me/family")
async def add_family(request: Request) -> HTTPResponse:
    """Link a member."""
    return await write(request, family.add_member, who=Who.PERSON, status=201)


@bp.delete("/me/family/<link_id>")
async def remove_family(request: Request, link_id: str) -> HTTPResponse:
    """End a link."""
    return await write(request, lambda scope: family.remove_member(scope, link_id), who=Who.PERSON)


@bp.get("/me/notices")
async def notices(request: Request) -> HTTPResponse:
    """Answer with what the person was told."""

    def work(scope: Scope) -> Any:
        mine = select(Notice).where(
            Notice.person_id == scope.person.person_id, Notice.created_at <= scope.now
        )
        return _newest(scope, mine, (Notice.created_at, Notice.notice_id), _show_notice)

    return await read(request, work, who=Who.PERSON)


@bp.route("/<person_id>/declarations", methods=["GET", "POST"])
async def health_declarations(request: Request, person_id: str) -> HTTPResponse:
    """Take a declaration of health, or answer with what was declared; one route for both, as in `passes.py`."""
    if request.method == "POST":
        return await write(
            request, lambda scope: declarations.declare(scope, person_id), who=Who.PERSON, status=201
        )

    def work(scope: Scope) -> Any:
        order = (HealthDeclaration.at, HealthDeclaration.declaration_id)
        return _newest(scope, declarations.of_person(scope, person_id), order, declarations.show_declaration)

    return await read(request, work, who=Who.PERSON)


@bp.get("/me/appeals")
async def my_appeals(request: Request) -> HTTPResponse:
    """Answer with the appeals the person filed."""

    def work(scope: Scope) -> Any:
        mine = select(Appeal).where(Appeal.filed_by == scope.person.person_id)
        return _newest(scope, mine, (Appeal.created_at, Appeal.number), appeals.show_appeal)

    return await read(request, work, who=Who.PERSON)


def _seen_member(scope: Scope, link: FamilyLink) -> dict[str, Any]:
    """Return a member; the list shows their colour, which is a reading of it."""
    look(scope, link.member_id, "code")
    return family.show_member(scope.session, link)


def _newest(scope: Scope, statement: Any, order: tuple[Any, Any], show: Any) -> dict[str, Any]:
    return page(
        scope.session,
        statement,
        order,
        limit=scope.query["limit"],
        cursor=scope.query["cursor"],
        show=show,
        descending=True,
    )


def _show_notice(notice: Notice) -> dict[str, Any]:
    return {
        "notice_id": notice.notice_id,
        "kind": notice.kind,
        "title": notice.title,
        "text": notice.text,
        "at": written(notice.created_at),
        "read_at": written(notice.read_at),
    }
