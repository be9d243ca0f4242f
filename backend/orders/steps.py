"""What each step does to a work order besides its state. `carry_out` in `handling` calls these.

A function gets the order, the checked body and the time, and returns what a citizen reads; None is the state's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import object_session

from backend.contract import parse_moment
from backend.models import ServiceRequest, ServiceRequestEvent
from backend.orders import catalogue, timing
from backend.orders.limits import TimeLimits, load_time_limits
from backend.orders.showing import may_reopen
from backend.orders.states import ENDED
from backend.problems import Conflict, InvalidInput

Body = Mapping[str, Any]
Effect = Callable[[ServiceRequest, Body, datetime], str | None]


def _dispatch(order: ServiceRequest, body: Body, now: datetime) -> str:
    session = object_session(order)
    named = [(body["department"], "department"), *((one, "partners") for one in body.get("partners", ()))]
    names = []
    for department, field in named:
        name = catalogue.name_of(session, department)
        if name is None:
            raise InvalidInput((field, "no such department"))
        names.append(name)
    order.department, order.partners = body["department"], list(body.get("partners", ()))
    order.dispatch_reason = body["reason"]
    order.sign_by, order.signed_at, order.sign_late = (
        load_time_limits().sign_by(now, order.urgency),
        None,
        False,
    )
    return f"已派给{names[0]}办理"


def _sign(order: ServiceRequest, body: Body, now: datetime) -> str:
    del body
    order.signed_at = now
    name = order.department and catalogue.name_of(object_session(order), order.department)
    return f"{name or '承办单位'}已签收，正在办理"


def _give_back(order: ServiceRequest, body: Body, now: datetime) -> None:
    del body, now
    order.department, order.partners, order.dispatch_reason = None, [], None
    order.sign_by = order.signed_at = None


def _handle(order: ServiceRequest, body: Body, now: datetime) -> None:
    del body
    order.department, order.signed_at = catalogue.DESK, now


def _suspend(order: ServiceRequest, body: Body, now: datetime) -> str:
    del body
    left = timing.stop(order, now)
    order.suspended_at, order.left_days, order.left_s = now, left.working_days, left.seconds
    return "因需要等待，暂停计时，恢复后继续办理"


def _resume(order: ServiceRequest, body: Body, now: datetime) -> str:
    del body
    order.due_at = max(order.due_at, timing.due_after(timing.Stopped(order.left_days, order.left_s), now))
    order.suspended_s += int((now - order.suspended_at).total_seconds())
    order.suspended_at = order.left_days = order.left_s = None
    return "恢复办理"


def _ask_extension(order: ServiceRequest, body: Body, now: datetime) -> None:
    del now
    until = parse_moment(body["until"])
    if not order.due_at < until <= timing.latest_extension(order):
        raise InvalidInput(("until", f"after {order.due_at}, not after {timing.latest_extension(order)}"))
    order.extension = {
        "until": until.isoformat(),
        "reason": body["reason"],
        "state": "asked",
        "by": body["agent"],
    }


def _grant_extension(order: ServiceRequest, body: Body, now: datetime) -> str:
    del now
    asked = order.extension
    if asked["by"] == body["agent"]:
        raise Conflict("whoever asks for more time does not grant it", reason="same_agent")
    order.due_at = parse_moment(asked["until"])
    order.extension, order.extensions = {**asked, "state": "granted"}, order.extensions + 1
    if order.suspended_at is not None:
        left = timing.stop(order, order.suspended_at)
        order.left_days, order.left_s = left.working_days, left.seconds
    return f"情况复杂，经批准延期到{order.due_at:%-m月%-d日}前答复"


def _refuse_extension(order: ServiceRequest, body: Body, now: datetime) -> None:
    del now
    order.extension = {**order.extension, "state": "refused", "because": body["reason"]}


def _submit(order: ServiceRequest, body: Body, now: datetime) -> None:
    del now
    order.draft_reply = body["reply"]


def _answer(order: ServiceRequest, body: Body, now: datetime) -> None:
    reply = body.get("reply") or order.draft_reply
    if not reply:
        raise InvalidInput(("reply", "is needed to answer"))
    order.reply, order.draft_reply, order.answered_at = reply, None, now
    order.solved = order.satisfaction = None


def _call_back(order: ServiceRequest, body: Body, now: datetime) -> str | None:
    """Write down a try to ask whether the answer helped; it ends the order, takes it up again, or leaves it."""
    reached = body["reached"]
    if reached == (body.get("solved") is None):
        raise InvalidInput(("solved", "belongs to a call-back that reached somebody, and only to that"))
    names = ("reached", "solved", "satisfaction", "comment")
    order.call_backs = [
        *order.call_backs,
        {"at": now.isoformat(), "by": body["agent"], **{name: body.get(name) for name in names}},
    ]
    if reached:
        return _heard(order, body["solved"], body.get("satisfaction"), now)
    if sum(not one["reached"] for one in order.call_backs) < load_time_limits().call_back_tries:
        return "回访没有联系上，稍后再联系"
    close(order, now)
    return "多次回访没有联系上，先办结；30天内可以要求重新办理"


def _heard(order: ServiceRequest, solved: bool, satisfaction: int | None, now: datetime) -> str:
    order.solved, order.satisfaction = solved, satisfaction
    if solved or not may_reopen(order, now):
        close(order, now)
        return "已回访，办结"
    take_up_again(order, now)
    return "回访时您说没有解决，重新办理"


def _close(order: ServiceRequest, body: Body, now: datetime) -> None:
    del body
    close(order, now)


def _reopen(order: ServiceRequest, body: Body, now: datetime) -> str:
    del body
    take_up_again(order, now)
    return "重新办理"


def _merge(order: ServiceRequest, body: Body, now: datetime) -> str:
    target = object_session(order).get(ServiceRequest, body["into"], with_for_update=True)
    if target is None or target.number == order.number:
        raise InvalidInput(("into", "another order"))
    if target.state in ENDED:
        raise Conflict("the other order has ended", reason="ended")
    order.merged_into = target.number
    more_pressing = ("normal", "urgent", "critical")
    target.urgency = max(target.urgency, order.urgency, key=more_pressing.index)
    target.version += 1
    target.events.append(
        ServiceRequestEvent(
            at=now,
            state=target.state,
            text=f"{order.number}并入",
            action="merged",
            by=body["agent"],
            public=False,
        )
    )
    return f"与工单{target.number}是同一件事，合并办理"


def _urge(order: ServiceRequest, body: Body, now: datetime) -> str:
    del body
    order.urged, order.urged_at = order.urged + 1, now
    return "已催办"


def _classify(order: ServiceRequest, body: Body, now: datetime) -> None:
    if body.get("topic") is not None and body["topic"] not in catalogue.topics():
        raise InvalidInput(("topic", "unknown"))
    before = (order.kind, order.urgency)
    for name in ("kind", "topic", "urgency", "division_code"):
        setattr(order, name, body.get(name, getattr(order, name)))
    if (order.kind, order.urgency) == before:
        return
    limits = load_time_limits()
    due = limits.due_at(order.kind, order.created_at, order.urgency) + timedelta(seconds=order.suspended_s)
    granted = (order.extension or {}).get("state") == "granted"
    order.due_at = max(due, order.due_at) if granted else due
    if order.state == "dispatched":
        order.sign_by = limits.sign_by(now, order.urgency)


def close(order: ServiceRequest, now: datetime) -> None:
    """End an order."""
    order.state, order.closed_at = "closed", now


def take_up_again(order: ServiceRequest, now: datetime) -> None:
    """Work on an answered or closed order again, with a new limit from now on."""
    order.state, order.reopened = "in_progress", order.reopened + 1
    limits: TimeLimits = load_time_limits()
    order.due_at = limits.due_at(order.kind, now, order.urgency)
    order.suspended_s = int((now - order.created_at).total_seconds())
    order.closed_at = order.answered_at = order.extension = None
    order.light_told = "normal"


EFFECTS: Final[Mapping[str, Effect]] = {
    "dispatch": _dispatch,
    "sign": _sign,
    "return": _give_back,
    "redispatch": _dispatch,
    "handle": _handle,
    "suspend": _suspend,
    "resume": _resume,
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
    "refuse_extension": _refuse_extension,
    "submit": _submit,
    "answer": _answer,
    "call_back": _call_back,
    "close": _close,
    "reopen": _reopen,
    "merge": _merge,
    "urge": _urge,
    "classify": _classify,
}
