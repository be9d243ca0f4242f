"""Work orders as the pages show them: words, lights, masked text. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from backend_client import ServiceRequest

from .. import words
from ..display import shown
from ..time_limits import Light, Thresholds, light, remaining


@dataclass(frozen=True)
class OrderRow:
    """An order in the list."""

    number: str
    href: str
    kind: str
    title: str
    state: str
    created: str
    due: str
    left: str
    light: Light
    light_word: str
    light_sign: str


@dataclass(frozen=True)
class EventRow:
    """A step of an order."""

    at: str
    state: str
    text: str


@dataclass(frozen=True)
class OrderView:
    """An order's own page; texts are masked."""

    row: OrderRow
    category: str
    content: str
    phone: str
    division: str
    channel: str
    reply: str
    events: tuple[EventRow, ...]
    moves: tuple[words.Move, ...]


def order_href(number: str) -> str:
    """Return the path of an order's page."""
    return f"/orders/{quote(number, safe='')}"


def row_of(order: ServiceRequest, now: dt.datetime, thresholds: Thresholds) -> OrderRow:
    """Return an order for the list; `now` is the platform's."""
    how = light(order.state, order.created_at, order.due_at, now, thresholds)
    return OrderRow(
        number=order.number,
        href=order_href(order.number),
        kind=words.KINDS[order.kind],
        title=shown(order.title),
        state=words.STATES[order.state],
        created=words.spoken_time(order.created_at),
        due=words.spoken_time(order.due_at),
        left="" if how == "done" else remaining(order.due_at, now),
        light=how,
        light_word=words.LIGHTS[how],
        light_sign=words.LIGHT_SIGNS[how],
    )


def view_of(order: ServiceRequest, division: str, now: dt.datetime, thresholds: Thresholds) -> OrderView:
    """Return an order for its own page; `division` is its name, `now` the platform's."""
    return OrderView(
        row=row_of(order, now, thresholds),
        category=shown(order.category),
        content=shown(order.content or ""),
        phone=order.contact_phone_masked or "未留电话",
        division=division or "未填写",
        channel=words.CHANNELS.get(order.channel or "", order.channel or "未知"),
        reply=shown(order.reply or ""),
        events=tuple(
            EventRow(words.spoken_time(event.at), words.STATES[event.state], shown(event.text))
            for event in order.events
        ),
        moves=words.MOVES[order.state],
    )
