"""Work orders as the pages show them: words, lights, masked text. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from backend_client import CallBack, Extension, Handling, LogLine, OrderLight, ServiceRequest

from .. import words
from ..display import shown
from ..time_limits import remaining


@dataclass(frozen=True)
class Limit:
    """By when something is to be done, what is left of it, and its light."""

    due: str
    left: str
    light: OrderLight
    light_word: str
    light_sign: str


@dataclass(frozen=True)
class OrderRow:
    """An order in the list; `limit` is its answer's, `signing` its department's, None when that is not waited for."""

    number: str
    href: str
    kind: str
    title: str
    topic: str
    urgency: str
    state: str
    department: str
    created: str
    limit: Limit
    signing: Limit | None


@dataclass(frozen=True)
class EventRow:
    """A step of an order; `inner` is for the desk alone."""

    at: str
    doer: str
    step: str
    state: str
    text: str
    remark: str
    inner: bool


@dataclass(frozen=True)
class OrderView:
    """An order's own page; texts are masked. `facts` are lines of label and value."""

    row: OrderRow
    content: str
    reply: str
    draft_reply: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]
    similar: tuple[tuple[str, str, str], ...]
    events: tuple[EventRow, ...]


def order_href(number: str) -> str:
    """Return the path of an order's page."""
    return f"/orders/{quote(number, safe='')}"


def handling_of(order: ServiceRequest) -> Handling:
    """Return how an order is handled.

    Raises:
        ValueError: the platform has told it to somebody else than the desk.
    """
    if order.handling is None:
        raise ValueError("the platform does not know us as the desk")
    return order.handling


def row_of(order: ServiceRequest, now: dt.datetime) -> OrderRow:
    """Return an order for the list; `now` is the platform's."""
    handling = handling_of(order)
    return OrderRow(
        number=order.number,
        href=order_href(order.number),
        kind=words.KINDS[order.kind],
        title=shown(order.title),
        topic=handling.topic_name,
        urgency="" if order.urgency == "normal" else words.URGENCIES[order.urgency],
        state=words.STATES[order.state],
        department=handling.department_name or "",
        created=words.spoken_time(order.created_at),
        limit=_limit(order.due_at, handling.light, now),
        signing=_signing(handling, now),
    )


def _signing(handling: Handling, now: dt.datetime) -> Limit | None:
    if handling.sign_by is None or handling.sign_light == "done":
        return None
    return _limit(handling.sign_by, handling.sign_light, now)


def _limit(due_at: dt.datetime, light: OrderLight, now: dt.datetime) -> Limit:
    return Limit(
        due=words.spoken_time(due_at),
        left="" if light in {"done", "stopped"} else remaining(due_at, now),
        light=light,
        light_word=words.LIGHTS[light],
        light_sign=words.LIGHT_SIGNS[light],
    )


def view_of(order: ServiceRequest, division: str, now: dt.datetime, *, veiled: bool = False) -> OrderView:
    """Return an order for its own page; `division` is its name, `now` the platform's, `veiled` hides who called."""
    handling = handling_of(order)
    return OrderView(
        row=row_of(order, now),
        content=shown(order.content or ""),
        reply=shown(order.reply or ""),
        draft_reply=shown(handling.draft_reply or ""),
        facts=tuple(
            (label, value) for label, value in _facts(order, handling, division, veiled=veiled) if value
        ),
        evidence=tuple(
            (words.FIELDS.get(one.field, one.field), shown(one.text)) for one in handling.evidence
        ),
        similar=tuple((one.number, shown(one.title), words.STATES[one.state]) for one in handling.similar),
        events=tuple(_event(line) for line in handling.log),
    )


def _facts(
    order: ServiceRequest, handling: Handling, division: str, *, veiled: bool
) -> list[tuple[str, str]]:
    anonymity = [
        word for yes, word in ((handling.anonymous, "匿名"), (handling.confidential, "要求保密")) if yes
    ]
    return [
        ("类型", f"{words.KINDS[order.kind]} · {handling.topic_name}"),
        ("紧急程度", words.URGENCIES[order.urgency]),
        ("登记", words.spoken_time(order.created_at)),
        ("受理工号", handling.taken_by or ""),
        ("来源", words.CHANNELS.get(order.channel or "", order.channel or "未知")),
        ("电话", "来电人要求保密" if veiled else order.contact_phone_masked or "未留电话"),
        (
            "群众",
            "、".join([*anonymity, words.SPECIAL_GROUPS.get(handling.special_group or "", "")]).strip("、"),
        ),
        ("地区", division or "未填写"),
        ("发生时间", words.spoken_time(handling.happened_at) if handling.happened_at else ""),
        ("发生地点", shown(handling.place or "")),
        ("承办单位", handling.department_name or ""),
        ("协办单位", "、".join(handling.partners)),
        ("派单理由", shown(handling.dispatch_reason or "")),
        ("签收", words.spoken_time(handling.signed_at) if handling.signed_at else ""),
        ("延期", _extension(handling.extension)),
        ("催办", f"{handling.urged}次" if handling.urged else ""),
        ("重办", f"{handling.reopened}次" if handling.reopened else ""),
        ("回访时限", words.spoken_time(handling.call_back_by) if handling.call_back_by else ""),
        ("回访", "；".join(_call_back(one) for one in handling.call_backs)),
        ("满意度", words.SATISFACTION.get(order.satisfaction or 0, "")),
        ("并入", order.merged_into or ""),
    ]


def _extension(extension: Extension | None) -> str:
    if extension is None:
        return ""
    state = {"asked": "等待批准", "granted": "已批准", "refused": "没有批准"}[extension.state]
    return f"{extension.by}申请延到{words.spoken_time(extension.until)}，{state}。理由：{shown(extension.reason)}"


def _call_back(one: CallBack) -> str:
    at = words.spoken_time(one.at)
    if not one.reached:
        return f"{at}没有联系上"
    parts = ["解决了" if one.solved else "没有解决"]
    if one.satisfaction is not None:
        parts.append(words.SATISFACTION.get(one.satisfaction, ""))
    if one.comment:
        parts.append(shown(one.comment))
    return f"{at}{'，'.join(parts)}"


def _event(line: LogLine) -> EventRow:
    return EventRow(
        at=words.spoken_time(line.at),
        doer=words.DOERS.get(line.by or "", line.by or ""),
        step=words.STEPS.get(line.action, line.action),
        state=words.STATES[line.state],
        text=shown(line.text),
        remark=shown(line.remark or ""),
        inner=not line.public,
    )
