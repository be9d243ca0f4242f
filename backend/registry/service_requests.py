"""Requests to 12345: accepted once, numbered, dated by working days, moved on by the desk."""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import object_session

from backend.models import AccountChange, Application, Notice, ServiceRequest, ServiceRequestEvent, new_id
from backend.outbox import emit
from backend.problems import Conflict, ForbiddenPerson, InvalidInput, Locked, NotFound, RateLimited
from backend.registry.access import note_desk
from backend.registry.numbers import next_number
from backend.registry.people import written
from backend.rules.request_states import STATE_WORDS, may_move
from backend.rules.time_limits import load_time_limits
from backend.serving import Scope
from privacy.masking import mask_value
from privacy.sealing import Sealer

DESK = "desk"
_FETCH_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_FETCH_LENGTH = 6


def require_desk(scope: Scope) -> None:
    """Raise ForbiddenPerson unless the desk signed the request."""
    if scope.client_id != DESK:
        raise ForbiddenPerson("only the desk may do this")


def show_request(request: ServiceRequest, *, for_desk: bool) -> dict[str, Any]:
    """Return the ServiceRequest object; what the citizen wrote is shown to the desk alone."""
    shown = {
        "number": request.number,
        "kind": request.kind,
        "category": request.category,
        "title": request.title,
        "state": request.state,
        "created_at": written(request.created_at),
        "due_at": written(request.due_at),
        "reply": request.reply,
        "events": [
            {"at": written(event.at), "state": event.state, "text": event.text} for event in request.events
        ],
    }
    if not for_desk:
        return shown
    return shown | {
        "content": request.content,
        "contact_phone_masked": mask_value("PHONE", request.contact_phone) if request.contact_phone else None,
        "division_code": request.division_code,
        "conversation_id": request.conversation_id,
        "channel": request.channel,
        "person_id": request.person_id,
        "awaits_decision": _awaits_decision(request),
    }


def _awaits_decision(request: ServiceRequest) -> bool:
    """Whether answering this request decides about an application or a change of an account."""
    session = object_session(request)
    waiting = [
        select(literal(1)).where(table.request_number == request.number, table.state == "reviewing")
        for table in (Application, AccountChange)
    ]
    return session.execute(union_all(*waiting).limit(1)).first() is not None


def seen_by_desk(scope: Scope, request: ServiceRequest) -> dict[str, Any]:
    """Return a request as the desk sees it; that it did is written down for the person."""
    note_desk(scope, request.person_id, request.number)
    return show_request(request, for_desk=True)


def accept_request(scope: Scope) -> dict[str, Any]:
    """Accept a request and return it with its fetch code, which is told only now."""
    body = scope.body
    return open_request(
        scope,
        kind=body["kind"],
        category=body["category"],
        title=body["title"],
        content=body["content"],
        division_code=body.get("division_code"),
        phone=body.get("contact_phone"),
        person_id=scope.person and scope.person.person_id,
    )


def open_request(
    scope: Scope,
    *,
    kind: str,
    category: str,
    title: str,
    content: str,
    phone: str | None = None,
    person_id: str | None = None,
    division_code: str | None = None,
    due_at: datetime | None = None,
) -> dict[str, Any]:
    """Open a request of the body's conversation in the caller's transaction; return it with its fetch code.

    Args:
        scope: the caller's.
        kind: what sort of request; without `due_at` it gives the time limit.
        category: what it is about.
        title: a few words for the list.
        content: for the desk alone.
        phone: to reply to.
        person_id: whose it is, when that is known.
        division_code: where.
        due_at: a limit of its own.
    """
    number = next_number(scope.session, "JKT", scope.now)
    fetch_code = "".join(secrets.choice(_FETCH_ALPHABET) for _ in range(_FETCH_LENGTH))
    request = ServiceRequest(
        number=number,
        fetch_code_hash=_sealer(scope).digest(number, fetch_code),
        kind=kind,
        category=category,
        title=title,
        content=content,
        division_code=division_code,
        contact_phone=phone,
        person_id=person_id,
        conversation_id=scope.body["conversation_id"],
        channel=scope.body["channel"],
        state="accepted",
        created_at=scope.now,
        due_at=due_at or load_time_limits().due_at(kind, scope.now),
        events=[ServiceRequestEvent(at=scope.now, state="accepted", text=STATE_WORDS["accepted"])],
    )
    scope.session.add(request)
    scope.session.flush()
    return show_request(request, for_desk=False) | {"fetch_code": fetch_code}


def find_request(scope: Scope, number: str) -> dict[str, Any]:
    """Return a request to the desk, or to whoever knows its fetch code.

    Raises:
        NotFound: unknown number or wrong fetch code; the two are not told apart.
        Locked: after ten wrong fetch codes for this number within an hour.
    """
    request = scope.session.get(ServiceRequest, number)
    if scope.client_id == DESK:
        if request is None:
            raise NotFound("no such request")
        return seen_by_desk(scope, request)
    guard = scope.platform.wrong_fetches
    try:
        guard.look(number, time.monotonic())
        given = (scope.query["fetch_code"] or "").strip().upper()
        known = request.fetch_code_hash if request is not None else ""
        if hmac.compare_digest(_sealer(scope).digest(number, given), known):
            return show_request(request, for_desk=False)
        guard.take(number, time.monotonic())
    except RateLimited as error:
        raise Locked("too many wrong fetch codes", retry_after=error.extra["retry_after"]) from error
    raise NotFound("no such request, or another fetch code")


def move_request(scope: Scope, number: str) -> dict[str, Any]:
    """Move a request on and tell its person, when the platform knows them.

    Raises:
        ForbiddenPerson: not the desk.
        NotFound: no such request.
        Conflict: the move is not allowed from its state.
        InvalidInput: an answer without a reply.
    """
    require_desk(scope)
    session, body = scope.session, scope.body
    request = session.execute(
        select(ServiceRequest).where(ServiceRequest.number == number).with_for_update()
    ).scalar_one_or_none()
    if request is None:
        raise NotFound("no such request")
    state = body["state"]
    if not may_move(request.state, state):
        raise Conflict(f"a request cannot go from {request.state} to {state}")
    if state == "answered" and not body.get("reply"):
        raise InvalidInput(("reply", "is needed to answer"))
    request.state = state
    request.reply = body.get("reply", request.reply)
    text = body.get("text", STATE_WORDS[state])
    request.events.append(ServiceRequestEvent(at=scope.now, state=state, text=text))
    if request.person_id is not None:
        session.add(_notice(request, scope))
    session.flush()
    if state == "answered":
        emit(session, "service_request.answered", request.person_id, _whose(request), scope.now)
    return show_request(request, for_desk=True)


def _notice(request: ServiceRequest, scope: Scope) -> Notice:
    return Notice(
        notice_id=new_id("not"),
        person_id=request.person_id,
        kind="request_progress",
        title="工单有新进展",
        text=f"您的工单{request.number}{STATE_WORDS[request.state]}，可凭编号查看。",
        created_at=scope.now,
    )


def _whose(request: ServiceRequest) -> dict[str, str]:
    """Return what finds the conversation in which the request was made."""
    return {
        "number": request.number,
        "conversation_id": request.conversation_id,
        "channel": request.channel,
    }


def _sealer(scope: Scope) -> Sealer:
    return Sealer(scope.platform.settings.record_key)
