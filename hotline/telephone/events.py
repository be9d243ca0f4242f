"""What the exchange says of calls, read strictly. docs/telephone.md describes it. Pure.

An event is its content: the same one sent twice is one event. Nothing is said of the order in which events arrive.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from ..accounts.errors import BadAccount
from ..accounts.people import number_of
from ..errors import BadRequest

Kind = Literal["ringing", "offered", "answered", "transferred", "abandoned", "ended"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
#: Kinds that name whose telephone it is about.
TO_AGENT: Final[frozenset[Kind]] = frozenset({"offered", "answered", "transferred"})
MOST_EVENTS: Final = 100
#: How far the exchange's clock may be ahead, seconds, and how old an event may be, days: older ones are not kept.
AHEAD_S: Final = 300
OLDEST_DAYS: Final = 30
_CALL_ID: Final = re.compile(r"[0-9A-Za-z._:@-]{1,64}")
_EXTENSION: Final = re.compile(r"[0-9]{1,12}")
_LINE: Final = re.compile(r"[0-9A-Za-z+-]{0,20}")
_LONGEST_CALLER: Final = 64
_CALLER: Final = re.compile(r"[0-9]{3,20}")
_SEPARATORS: Final = re.compile(r"[\s()（）-]")
_PREFIX: Final = re.compile(r"^(?:\+|00)?86(?=\d{10,11}$)|^0(?=1[3-9]\d{9}$)")


@dataclass(frozen=True)
class Event:
    """One thing that happened to a call.

    Attributes:
        kind: what.
        call_id: of the exchange.
        at: unix seconds.
        caller: digits; "" where it is not told.
        line: the number that was called.
        agent: work number of whom it is about.
        extension: the same as a telephone, where the exchange knows no work numbers.
    """

    kind: Kind
    call_id: str
    at: float
    caller: str = field(default="", repr=False)
    line: str = ""
    agent: str = ""
    extension: str = ""


def read_events(body: Mapping[str, Any], now: float) -> list[Event]:
    """Return the events of a request's body; `now` is unix seconds.

    Raises:
        BadRequest: one of them is none; nothing of the request is taken then.
    """
    given = body.get("events")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_EVENTS:
        raise BadRequest("events", f"a list of 1 to {MOST_EVENTS}")
    return [_event(one, f"events[{number}]", now) for number, one in enumerate(given)]


def _event(one: Any, where: str, now: float) -> Event:
    if not isinstance(one, dict):
        raise BadRequest(where, "an object")
    kind = one.get("event")
    if kind not in KINDS:
        raise BadRequest(f"{where}.event", f"one of {', '.join(KINDS)}")
    agent, extension = _whose(one, where) if kind in TO_AGENT else ("", "")
    return Event(
        kind=cast(Kind, kind),
        call_id=_text(one, where, "call_id", _CALL_ID),
        at=_moment(one, where, now),
        caller=_caller(one, where),
        line=_text(one, where, "line", _LINE),
        agent=agent,
        extension=extension,
    )


def _whose(one: dict[str, Any], where: str) -> tuple[str, str]:
    """Return the work number, else the extension."""
    if not one.get("agent"):
        return "", _text(one, where, "extension", _EXTENSION)
    try:
        return number_of(str(one["agent"])), ""
    except BadAccount:
        raise BadRequest(f"{where}.agent", "a work number") from None


def _text(one: dict[str, Any], where: str, name: str, pattern: re.Pattern[str]) -> str:
    value = one.get(name) or ""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadRequest(f"{where}.{name}", f"must match {pattern.pattern}")
    return value


def _moment(one: dict[str, Any], where: str, now: float) -> float:
    try:
        at = dt.datetime.fromisoformat(str(one.get("at")).replace("Z", "+00:00"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadRequest(f"{where}.at", "a moment with its zone: 2026-09-05T16:20:03+08:00")
    unix = at.timestamp()
    if not now - OLDEST_DAYS * 86_400 <= unix <= now + AHEAD_S:
        raise BadRequest(f"{where}.at", f"at most {OLDEST_DAYS} days old and {AHEAD_S} s ahead")
    return unix


def _caller(one: dict[str, Any], where: str) -> str:
    value = one.get("caller") or ""
    if not isinstance(value, str) or len(value) > _LONGEST_CALLER:
        raise BadRequest(f"{where}.caller", "a number as text")
    return plain_number(value)


def plain_number(told: str) -> str:
    """Return a caller's number in one form, so that the same person is known again; "" when it is withheld.

    `+86 139-0000-1234`, `013900001234` and `13900001234` are one number.
    """
    bare = _PREFIX.sub("", _SEPARATORS.sub("", told))
    return bare if _CALLER.fullmatch(bare) else ""
