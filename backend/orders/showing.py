"""A work order as a citizen reads it, and as the desk does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import object_session

from backend.models import AccountChange, Application, ServiceRequest
from backend.orders import catalogue, timing
from backend.orders.limits import load_time_limits
from backend.orders.similar import similar_to_each
from backend.orders.states import STEPS, may
from backend.registry.access import note_desk
from backend.registry.people import written
from backend.serving import Scope
from privacy.masking import mask_value

_DECISIONS = {"approved": "approve", "rejected": "reject"}


def show(
    request: ServiceRequest, now: datetime, *, for_desk: bool, similar: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return the ServiceRequest object; what the citizen wrote, and how it is handled, is shown to the desk alone.

    `similar` saves looking for the orders it might be merged with.
    """
    reviewed = _review_of(request)
    shown = {
        "number": request.number,
        "kind": request.kind,
        "category": request.category,
        "title": request.title,
        "state": request.state,
        "urgency": request.urgency,
        "created_at": written(request.created_at),
        "due_at": written(request.due_at),
        "reply": request.reply,
        "satisfaction": request.satisfaction,
        "merged_into": request.merged_into,
        "wishes": wishes_of(request, now),
        "reviews": reviewed[0],
        "decision": _DECISIONS.get(reviewed[1] or ""),
        "events": [
            {"at": written(event.at), "state": event.state, "text": event.text}
            for event in request.events
            if event.public
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
        "awaits_decision": reviewed[1] == "reviewing",
        "handling": _handling(request, now, similar),
    }


def seen_by_desk(scope: Scope, requests: Sequence[ServiceRequest]) -> list[dict[str, Any]]:
    """Return requests as the desk sees them; that it did is written down for each one's person."""
    similar = similar_to_each(scope.session, requests)
    for request in requests:
        note_desk(scope, request.person_id, request.number)
    return [show(one, scope.now, for_desk=True, similar=similar[one.number]) for one in requests]


def wishes_of(request: ServiceRequest, now: datetime) -> list[str]:
    """Return what the citizen may ask for now: urge, withdraw, rate, reopen."""
    limits = load_time_limits()
    found = []
    rested = request.urged_at is None or now >= request.urged_at + timedelta(hours=limits.urge_hours)
    if may(request.state, "urge") and rested:
        found.append("urge")
    if may(request.state, "withdraw"):
        found.append("withdraw")
    if request.state in {"answered", "closed"} and request.satisfaction is None:
        found.append("rate")
    if may_reopen(request, now):
        found.append("reopen")
    return found


def may_reopen(request: ServiceRequest, now: datetime) -> bool:
    """Tell whether an answered or closed order can be taken up again: once, and not too late."""
    limits = load_time_limits()
    late = request.closed_at is not None and now > request.closed_at + timedelta(days=limits.reopen_days)
    return may(request.state, "reopen") and request.reopened < limits.reopenings and not late


def _handling(request: ServiceRequest, now: datetime, similar: list[dict[str, Any]] | None) -> dict[str, Any]:
    session = object_session(request)
    if similar is None:
        similar = similar_to_each(session, [request])[request.number]
    department = request.department and catalogue.name_of(session, request.department)
    proposal = catalogue.propose(session, request.topic, request.division_code)
    topic = catalogue.topics().get(request.topic) or catalogue.topics()[catalogue.OTHER]
    return {
        "version": request.version,
        "topic": request.topic,
        "topic_name": f"{topic.group} / {topic.name}",
        "light": timing.light(request, now),
        "sign_light": timing.sign_light(request, now),
        "taken_by": request.taken_by,
        "anonymous": request.anonymous,
        "confidential": request.confidential,
        "special_group": request.special_group,
        "happened_at": written(request.happened_at),
        "place": request.place,
        "evidence": request.evidence,
        "department": request.department,
        "department_name": department,
        "partners": [catalogue.name_of(session, one) or one for one in request.partners],
        "dispatch_reason": request.dispatch_reason,
        "sign_by": written(request.sign_by),
        "signed_at": written(request.signed_at),
        "suspended_at": written(request.suspended_at),
        "suspended_s": request.suspended_s,
        "extension": request.extension,
        "extensions": request.extensions,
        "extend_until": written(timing.latest_extension(request)),
        "draft_reply": request.draft_reply,
        "answered_at": written(request.answered_at),
        "closed_at": written(request.closed_at),
        "call_back_by": written(request.answered_at and load_time_limits().call_back_by(request.answered_at)),
        "call_backs": request.call_backs,
        "solved": request.solved,
        "reopened": request.reopened,
        "urged": request.urged,
        "proposed": {
            "department": proposal.department,
            "name": proposal.name,
            "reason": proposal.reason,
        },
        "similar": similar,
        "actions": allowed(request, now),
        "log": [_line(event) for event in request.events],
    }


def allowed(request: ServiceRequest, now: datetime) -> list[str]:
    """Return what can be done to an order now, in the order of the table of steps."""
    extension = request.extension or {}
    asked = extension.get("state") == "asked"
    refused = {
        "reopen": not may_reopen(request, now),
        "ask_extension": asked or request.extensions >= load_time_limits().extensions,
        "grant_extension": not asked,
        "refuse_extension": not asked,
    }
    return [action for action in STEPS if may(request.state, action) and not refused.get(action, False)]


def _line(event: Any) -> dict[str, Any]:
    return {
        "at": written(event.at),
        "state": event.state,
        "action": event.action,
        "by": event.by,
        "text": event.text,
        "remark": event.remark,
        "public": event.public,
    }


def _review_of(request: ServiceRequest) -> tuple[str | None, str | None]:
    """What this request decides about (an application, or the kind of change of an account), and how far that is."""
    session = object_session(request)
    reviewed = [
        select(kind.label("kind"), table.state).where(table.request_number == request.number)
        for table, kind in ((Application, literal("application")), (AccountChange, AccountChange.kind))
    ]
    found = session.execute(union_all(*reviewed).limit(1)).first()
    return (None, None) if found is None else (found.kind, found.state)
