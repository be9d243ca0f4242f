"""Health check-in (健康打卡): what a person declares, its 14 days, and the correction of a wrong one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.codes import issue_code, record_event, renew
from backend.colour import Derivation
from backend.colour.events import Declaration
from backend.models import HealthCode, HealthDeclaration, new_id
from backend.problems import Conflict, InvalidInput
from backend.registry.people import permitted, written
from backend.rules.declarations import VALIDITY_DAYS, health_of
from backend.serving import Scope


def show_declaration(declared: HealthDeclaration) -> dict[str, Any]:
    """Return the Declaration object."""
    return {
        "declaration_id": declared.declaration_id,
        "at": written(declared.at),
        "temperature": declared.temperature,
        "symptoms": declared.symptoms,
        "risk_stay": declared.risk_stay,
        "contact": declared.contact,
        "health": declared.health,
        "corrects": declared.corrects,
        "valid_until": written(declared.valid_until),
    }


def declare(scope: Scope, person_id: str) -> dict[str, Any]:
    """Take a person's declaration: it renews the code's validity, and the code follows from it.

    Raises:
        ForbiddenPerson: neither oneself nor linked.
        Conflict: there is no code to check in for.
        InvalidInput: it corrects a declaration that is not there.
    """
    session, body = scope.session, scope.body
    permitted(session, scope.person.person_id, person_id)
    code = session.get(HealthCode, person_id)
    if code is None:
        raise Conflict("there is no code")
    corrects = body.get("corrects")
    if corrects is not None:
        wrong = session.get(HealthDeclaration, corrects)
        if wrong is None or wrong.person_id != person_id:
            raise InvalidInput(("corrects", "no such declaration"))
    declared = keep_declaration(scope, person_id, scope.person.person_id, body)
    renew(code, declared.valid_until)
    session.flush()
    return show_declaration(declared) | {"colour": _follow(scope, declared).colour}


def declare_first(scope: Scope, person_id: str, declared_by: str, declaration: dict[str, Any]) -> str:
    """Take the declaration that comes with an application, issue the code, and return its colour."""
    declared = keep_declaration(scope, person_id, declared_by, declaration)
    _follow(scope, declared)
    return str(issue_code(scope.session, person_id, scope.now, declared.valid_until).colour)


def keep_declaration(
    scope: Scope, person_id: str, declared_by: str, body: dict[str, Any]
) -> HealthDeclaration:
    """Keep what was declared; the code does not follow yet."""
    declared = HealthDeclaration(
        declaration_id=new_id("dec"),
        person_id=person_id,
        declared_by=declared_by,
        at=scope.now,
        temperature=body.get("temperature"),
        symptoms=list(dict.fromkeys(body["symptoms"])),
        risk_stay=body["risk_stay"],
        contact=body["contact"],
        health=health_of(body.get("temperature"), body["symptoms"]),
        corrects=body.get("corrects"),
        valid_until=scope.now + timedelta(days=VALIDITY_DAYS),
    )
    scope.session.add(declared)
    scope.session.flush()
    return declared


def _follow(scope: Scope, declared: HealthDeclaration) -> Derivation:
    """Let the code follow from a declaration."""
    now = scope.now
    event = Declaration(id=declared.declaration_id, at=now, known_at=now, health=declared.health)
    return record_event(scope.session, declared.person_id, event, now)


def of_person(scope: Scope, person_id: str) -> Any:
    """Return the query of a person's declarations.

    Raises:
        ForbiddenPerson: neither oneself nor linked.
    """
    permitted(scope.session, scope.person.person_id, person_id)
    return select(HealthDeclaration).where(HealthDeclaration.person_id == person_id)
