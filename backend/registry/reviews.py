"""What the desk decides about a work order that waits for it: carried out in the transaction that answers it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.models import AccountChange, Application, OutboxMessage, Person
from backend.outbox import emit
from backend.problems import Conflict
from backend.registry.applications import unseal
from backend.registry.enrolment import add_document, applicant_of, enrol
from backend.registry.family import link
from backend.registry.folding import fold_name
from backend.serving import Scope

#: Kinds of change that carry nothing out: the answer itself is the help.
_NOTHING_TO_DO = frozenset({"face_check"})


def pending_review(scope: Scope, number: str) -> Any:
    """Return the Application or AccountChange that a work order waits to decide, held; None when there is none."""
    for table in (Application, AccountChange):
        waiting = select(table).where(table.request_number == number, table.state == "reviewing")
        found = scope.session.execute(waiting.with_for_update()).scalar_one_or_none()
        if found is not None:
            return found
    return None


def decide(scope: Scope, pending: Any, number: str, decision: str) -> None:
    """Carry a decision out: approve or reject.

    Raises:
        Conflict: approved, and the platform's state does not allow it any more.
    """
    pending.decided_at = scope.now
    pending.state = "approved" if decision == "approve" else "rejected"
    if isinstance(pending, Application):
        _decide_application(scope, pending, number, decision)
    elif decision == "approve":
        _change(scope, pending)
    scope.session.flush()


def _decide_application(scope: Scope, application: Any, number: str, decision: str) -> None:
    details = unseal(scope, application.application_id, application.details)
    if decision == "approve":
        applicant, owner_id = applicant_of(details), application.owner_id
        person = enrol(scope, applicant, details["phone"], details["declaration"], owner_id)
        application.person_id = person.person_id
        if application.owner_id is not None:
            link(scope, application.owner_id, person, **details["link"])
    told = application.owner_id or application.person_id
    emit(scope.session, "application.decided", told, {"number": number}, scope.now)
    if details["phone"]:
        text = f"【四川天府健康通】您的健康码申领（{number}）已有结果，请打开查看。"
        scope.session.add(
            OutboxMessage(
                recipient=details["phone"], kind="application_decided", text=text, created_at=scope.now
            )
        )


def _change(scope: Scope, change: Any) -> None:
    if change.kind in _NOTHING_TO_DO:
        return
    person = change.person_id and scope.session.get(Person, change.person_id, with_for_update=True)
    if not person:
        raise Conflict("nobody on the books is meant by this", reason="unknown_person")
    details = unseal(scope, change.request_number, change.details)
    if change.kind == "phone_lost":
        person.phone = details["phone"]
    elif change.kind == "name":
        person.name, person.name_key = details["name"], fold_name(details["name"])
    else:
        add_document(scope.session, person, applicant_of(details))
