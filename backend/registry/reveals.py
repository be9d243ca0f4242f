"""One whole value of a case for the desk, with a purpose: the only way past the masks, and the person can see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.models import Appeal, Document, Person, ServiceRequest
from backend.orders.opening import require_desk
from backend.problems import NotFound
from backend.registry.access import note
from backend.serving import Scope


def reveal(scope: Scope, number: str) -> dict[str, Any]:
    """Return one value of the person of a work order or appeal; that the desk asked is in their access log.

    Raises:
        ForbiddenPerson: another client than the desk.
        NotFound: no such case, or nothing is held for the field.
    """
    require_desk(scope)
    case = scope.session.get(ServiceRequest, number) or scope.session.get(Appeal, number)
    if case is None:
        raise NotFound("no such case")
    value = _value(scope, case, scope.query["field"])
    if value is None:
        raise NotFound("nothing is held")
    if case.person_id is not None:
        note(
            scope.session,
            case.person_id,
            scope.now,
            reader="desk",
            reader_id=scope.query["agent"],
            kind=f"revealed_{scope.query['field']}",
            purpose=scope.query["purpose"],
            reference=number,
        )
    return {"number": number, "field": scope.query["field"], "value": value}


def _value(scope: Scope, case: Any, field: str) -> str | None:
    person = scope.session.get(Person, case.person_id) if case.person_id else None
    if field == "phone":
        return case.contact_phone or (person and person.phone)
    if person is None:
        return None
    if field == "name":
        return str(person.name)
    mine = (
        select(Document.number).where(Document.person_id == person.person_id).order_by(Document.document_id)
    )
    found: str | None = scope.session.execute(mine.limit(1)).scalar()
    return found
