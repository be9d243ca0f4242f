"""Frames a page sends, read strictly. docs/desk.md describes both directions. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from ..chats.presence import PresenceState
from .errors import BadFrame

MAX_TICKET = 256
MAX_ID = 64
_MOST_DIGITS = 10**15


@dataclass(frozen=True)
class Open:
    """The first frame.

    Attributes:
        ticket: see `tickets`.
        page: the page's own random name; two pages of one agent look at chats separately.
        after: the last event the page has; `None`: it has nothing yet.
    """

    ticket: str
    page: str
    after: int | None


@dataclass(frozen=True)
class Here:
    """A sign of life.

    Attributes:
        state: what the agent wants to be.
        chosen: the agent has just said so; else a state the desk has set meanwhile stays.
        active: the agent has done something since the last sign; only that keeps the session from ending.
    """

    state: PresenceState
    chosen: bool
    active: bool


@dataclass(frozen=True)
class Look:
    """Which chat the agent looks at, and whether they are typing there."""

    chat_id: str
    typing: bool


@dataclass(frozen=True)
class Resume:
    """Events are missing after this one."""

    after: int


Frame = Open | Here | Look | Resume


def read(raw: str | bytes) -> Frame:
    """Return the frame of a text message.

    Raises:
        BadFrame: it is none.
    """
    try:
        body = json.loads(raw)
    except ValueError:
        raise BadFrame("no JSON") from None
    if not isinstance(body, dict):
        raise BadFrame("no object")
    reader = _READERS.get(str(body.get("type")))
    if reader is None:
        raise BadFrame("type")
    return reader(body)


def _open(body: dict[str, Any]) -> Open:
    after = body.get("after")
    return Open(_text(body, "ticket", MAX_TICKET), _text(body, "page", MAX_ID), _after(after))


def _here(body: dict[str, Any]) -> Here:
    state = body.get("state")
    if state not in get_args(PresenceState):
        raise BadFrame("state")
    return Here(cast(PresenceState, state), body.get("chosen") is True, body.get("active") is True)


def _look(body: dict[str, Any]) -> Look:
    chat_id = body.get("chat") or ""
    if not isinstance(chat_id, str) or len(chat_id) > MAX_ID:
        raise BadFrame("chat")
    return Look(chat_id, body.get("typing") is True)


def _resume(body: dict[str, Any]) -> Resume:
    after = _after(body.get("after"))
    if after is None:
        raise BadFrame("after")
    return Resume(after)


def _after(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < _MOST_DIGITS:
        raise BadFrame("after")
    return value


def _text(body: dict[str, Any], field: str, longest: int) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise BadFrame(field)
    return value


_READERS: Final[dict[str, Callable[[dict[str, Any]], Frame]]] = {
    "open": _open,
    "here": _here,
    "look": _look,
    "resume": _resume,
}
