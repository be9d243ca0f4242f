"""Taking down a work order: numbered, with a fetch code, a topic and a time limit."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from backend.contract import parse_moment
from backend.models import ServiceRequest, ServiceRequestEvent
from backend.orders import catalogue, timing
from backend.orders.limits import load_time_limits
from backend.orders.showing import show
from backend.orders.states import STATE_WORDS
from backend.problems import ForbiddenPerson, InvalidInput
from backend.registry.numbers import next_number
from backend.serving import Scope
from privacy.sealing import Sealer

DESK: Final = "desk"
_FETCH_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_FETCH_LENGTH: Final = 6


def require_desk(scope: Scope) -> None:
    """Raise ForbiddenPerson unless the desk signed the request."""
    if scope.client_id != DESK:
        raise ForbiddenPerson("only the desk may do this")


def accept_request(scope: Scope) -> dict[str, Any]:
    """Accept a request and return it with its fetch code, which is told only now.

    Raises:
        ForbiddenPerson: `intake`, what an agent takes down, from anybody but the desk.
        InvalidInput: an unknown topic.
    """
    body = scope.body
    intake = body.get("intake") or {}
    if intake:
        require_desk(scope)
    if intake.get("topic") is not None and intake["topic"] not in catalogue.topics():
        raise InvalidInput(("intake.topic", "unknown"))
    return open_request(
        scope,
        kind=body["kind"],
        category=body["category"],
        title=body["title"],
        content=body["content"],
        division_code=body.get("division_code"),
        phone=body.get("contact_phone"),
        person_id=scope.person and scope.person.person_id,
        intake=intake,
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
    intake: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Open a request of the body's conversation in the caller's transaction; return it with its fetch code.

    Args:
        scope: the caller's.
        kind: what sort of request; without `due_at` it gives the time limit, together with the urgency.
        category: what it is about, in the caller's words.
        title: a few words for the list.
        content: for the desk alone.
        phone: to reply to.
        person_id: whose it is, when that is known.
        division_code: where.
        due_at: a limit of its own.
        intake: what an agent has taken down besides, as the contract's `Intake`.
    """
    more = dict(intake or {})
    urgency = more.pop("urgency", "normal")
    if "happened_at" in more:
        more["happened_at"] = parse_moment(more["happened_at"])
    fetch_code = "".join(secrets.choice(_FETCH_ALPHABET) for _ in range(_FETCH_LENGTH))
    number = next_number(scope.session, "JKT", scope.now)
    request = ServiceRequest(
        number=number,
        fetch_code_hash=sealer(scope).digest(number, fetch_code),
        kind=kind,
        category=category,
        title=title,
        content=content,
        division_code=division_code,
        contact_phone=phone,
        contact_key=sealer(scope).digest("contact", phone) if phone else None,
        person_id=person_id,
        conversation_id=scope.body["conversation_id"],
        channel=scope.body["channel"],
        state="accepted",
        created_at=scope.now,
        due_at=due_at or load_time_limits().due_at(kind, scope.now, urgency),
        topic=more.pop("topic", None) or catalogue.topic_of(category, f"{title}\n{content}"),
        urgency=urgency,
        suspended_s=0,
        sign_late=False,
        events=[_accepted(scope, more.get("taken_by"))],
        **more,
    )
    request.look_at = timing.next_look(request, scope.now)
    scope.session.add(request)
    scope.session.flush()
    return show(request, scope.now, for_desk=False) | {"fetch_code": fetch_code}


def sealer(scope: Scope) -> Sealer:
    """Return what hashes fetch codes and phones."""
    return Sealer(scope.platform.settings.record_key)


def _accepted(scope: Scope, agent: str | None) -> ServiceRequestEvent:
    return ServiceRequestEvent(
        at=scope.now, state="accepted", text=STATE_WORDS["accepted"], action="accept", by=agent, public=True
    )
