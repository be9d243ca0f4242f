"""Steps of a work order, one transaction each: by the desk or a department, and what its citizen wishes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from backend.models import Notice, ServiceRequest, ServiceRequestEvent, new_id
from backend.orders import timing
from backend.orders.opening import require_desk
from backend.orders.reading import of_citizen
from backend.orders.showing import allowed, show, wishes_of
from backend.orders.states import STATE_WORDS, STEPS, Step
from backend.orders.steps import EFFECTS, close, take_up_again
from backend.outbox import emit
from backend.problems import Conflict, InvalidInput, NotFound
from backend.registry.reviews import decide, pending_review
from backend.serving import Scope

#: Fields any step may have.
_ALWAYS: Final = frozenset({"action", "agent", "version", "text", "remark"})
_CITIZEN: Final = "citizen"
_WITHDRAWN: Final = "您已撤回"


def carry_out(scope: Scope, number: str) -> dict[str, Any]:
    """Do what the body says to an order, tell its person, and return it as the desk sees it.

    Raises:
        ForbiddenPerson: not the desk.
        NotFound: no such order.
        Conflict: somebody else has changed it since (`reason` stale), or its state does not allow the step.
        InvalidInput: a field is missing, too much, or names nothing.
    """
    require_desk(scope)
    order = _held(scope, number)
    body = scope.body
    action: str = body["action"]
    if body["version"] != order.version:
        raise Conflict("somebody else has changed the order", reason="stale")
    if action not in allowed(order, scope.now):
        raise Conflict(f"{action} is not possible while the order is {order.state}", reason="state")
    step = STEPS[action]
    _check_fields(step, body)
    _review(scope, order, action)
    text = _apply(order, action, step, body, scope.now)
    _note(
        order, scope.now, action=action, by=body["agent"], public=step.public, text=body.get("text") or text
    )
    order.events[-1].remark = body.get("remark") or body.get("reason") or body.get("comment")
    _after(scope, order, told=step.public)
    return show(order, scope.now, for_desk=True)


def wish(scope: Scope, number: str) -> dict[str, Any]:
    """Do what a citizen asks of their own order, and return it as they see it.

    Raises:
        NotFound: no such order of theirs, or a wrong fetch code.
        Locked: too many wrong fetch codes.
        Conflict: its state does not allow it, or it was urged within the last day.
        InvalidInput: a rating without its number.
    """
    body = scope.body
    order = of_citizen(scope, number, body.get("fetch_code"))
    asked: str = body["wish"]
    if (asked == "rate") != ("satisfaction" in body):
        raise InvalidInput(("satisfaction", "belongs to a rating, and only to that"))
    if asked not in wishes_of(order, scope.now):
        raise Conflict(f"{asked} is not possible now", reason="state")
    pending = pending_review(scope, order.number) if asked == "withdraw" else None
    if pending is not None:
        _let_go(pending, scope.now)
    text = _grant(order, asked, body, scope.now)
    _note(order, scope.now, action=asked, by=_CITIZEN, public=True, text=text)
    order.events[-1].remark = body.get("text")
    _after(scope, order, told=False)
    return show(order, scope.now, for_desk=False)


def _held(scope: Scope, number: str) -> ServiceRequest:
    query = select(ServiceRequest).where(ServiceRequest.number == number).with_for_update()
    order: ServiceRequest | None = scope.session.execute(query).scalar_one_or_none()
    if order is None:
        raise NotFound("no such request")
    return order


def _check_fields(step: Step, body: dict[str, Any]) -> None:
    missing = [(name, "is needed for this step") for name in step.needs if body.get(name) in (None, "")]
    extra = set(body) - _ALWAYS - {*step.needs, *step.takes}
    faults = [*missing, *((name, "does not belong to this step") for name in sorted(extra))]
    if faults:
        raise InvalidInput(*faults)


def _review(scope: Scope, order: ServiceRequest, action: str) -> None:
    """The answer to a review (an application, a correction) carries its decision out, and no other step has one."""
    decision = scope.body.get("decision")
    pending = pending_review(scope, order.number)
    if (pending is not None and action == "answer") != (decision is not None):
        raise InvalidInput(("decision", "belongs to the answer of a review, and to nothing else"))
    if decision is not None:
        decide(scope, pending, order.number, decision)
    elif pending is not None and action == "merge":
        raise Conflict("a review is decided in its own order", reason="review")
    elif pending is not None and action == "withdraw":
        _let_go(pending, scope.now)


def _let_go(pending: Any, now: datetime) -> None:
    """End a review that nobody waits for any more, so that the person can apply again."""
    pending.state, pending.decided_at = "withdrawn", now


def _apply(order: ServiceRequest, action: str, step: Step, body: dict[str, Any], now: datetime) -> str:
    before = order.state
    effect = EFFECTS.get(action)
    text = effect(order, body, now) if effect is not None else None
    if step.to is not None:
        order.state = step.to
    return text or (STATE_WORDS[order.state] if order.state != before or step.to else "")


def _grant(order: ServiceRequest, asked: str, body: dict[str, Any], now: datetime) -> str:
    if asked == "urge":
        return EFFECTS["urge"](order, body, now) or ""
    if asked == "withdraw":
        order.state = "withdrawn"
        return _WITHDRAWN
    if asked == "reopen":
        take_up_again(order, now)
        return "您说没有解决，重新办理"
    order.satisfaction = body["satisfaction"]
    if order.state == "answered":
        close(order, now)
    return "您已评价"


def _note(order: ServiceRequest, now: datetime, *, action: str, by: str, public: bool, text: str) -> None:
    order.events.append(
        ServiceRequestEvent(at=now, state=order.state, text=text, action=action, by=by, public=public)
    )


def _after(scope: Scope, order: ServiceRequest, *, told: bool) -> None:
    """Count the change, look at the clock anew, and tell whose order it is."""
    order.version += 1
    order.look_at = timing.next_look(order, scope.now)
    if told and order.person_id is not None:
        scope.session.add(_notice(order, scope.now))
    scope.session.flush()
    if told and order.events[-1].action == "answer":
        whose = {"number": order.number, "conversation_id": order.conversation_id, "channel": order.channel}
        emit(scope.session, "service_request.answered", order.person_id, whose, scope.now)


def _notice(order: ServiceRequest, now: datetime) -> Notice:
    return Notice(
        notice_id=new_id("not"),
        person_id=order.person_id,
        kind="request_progress",
        title="工单有新进展",
        text=f"您的工单{order.number}{STATE_WORDS[order.state]}，可凭编号查看。",
        created_at=now,
    )
