"""What a department may see: chats it is joined to now, from the hand-over on, and nothing else. Pure.

`View` stands between the hub and one page: whatever a page of a department gets of the stream has passed through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..chats.joins import Stay, covers
from ..chats.model import Chat, Department
from ..chats.records import ChatEvent
from .wire import chat_wire, event_wire

Frame = dict[str, Any]
#: Members of a chat that concern who is asked something in it.
_OF_CHAT: Final = (
    "chat_id",
    "version",
    "state",
    "agent",
    "owner",
    "department",
    "department_name",
    "topic",
    "district",
    "channel",
    "language",
    "large_type",
    "waits_for",
    "waits_since",
    "opened_at",
    "last_seq",
)
_OF_EVENT: Final = ("chat_id", "seq", "feed", "kind", "author", "at", "version")
_OF_BODY: Final = ("text", "name", "relayed", "question", "what", "key", "values")
_SPOKEN: Final = ("citizen", "agent", "department")
#: What happened that is told; who was asked before, what the citizen thought of it and the like are not.
_HAPPENED: Final = frozenset({"taken", "urgent", "citizen_slow", "joined", "parted", "delivered", "held"})


def narrow_chat(chat: Mapping[str, Any]) -> Frame:
    """Return a chat, as `chat_wire` has it, for a department's page."""
    return {name: chat[name] for name in _OF_CHAT}


def narrow_event(event: Mapping[str, Any], own: str) -> Frame | None:
    """Return an event, as `event_wire` has it, for people of `own`; `None` when it is not for them."""
    kind, body = event["kind"], event["body"]
    if kind == "note":
        told = covers(own, body.get("department")) and not body.get("whisper")
    else:
        told = kind in (*_SPOKEN, "system") or body.get("what") in _HAPPENED
    if not told:
        return None
    names = (*_OF_BODY, "by") if covers(own, event["author"]) else _OF_BODY
    return {
        **{name: event[name] for name in _OF_EVENT},
        "body": {name: body[name] for name in names if name in body},
    }


def narrow_events(events: Sequence[ChatEvent], own: str) -> list[Frame]:
    """Return those events of a chat that people of `own` may read."""
    found = (narrow_event(event_wire(event), own) for event in events)
    return [event for event in found if event is not None]


def stay_wire(stay: Stay) -> Frame:
    """Return that a department was in a chat: when, and nothing of the chat."""
    return {"joined_at": stay.joined_at, "parted_at": stay.parted_at}


def speaks_as(own: str, chat: Chat) -> Department:
    """Return as which department people of `own` write in a chat: the one that is joined, else their own."""
    if chat.department is not None and covers(own, chat.department):
        return Department(chat.department, chat.department_name or chat.department)
    return Department(own, own)


@dataclass
class View:
    """What one page of `own` gets.

    Attributes:
        own: the department of the account.
        agent: work number of the person.
        joined: the owner of each chat that the page knows as joined.
        opened: the chats of which it reads the words; that it does is in the audit.
    """

    own: str
    agent: str
    joined: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    _who: Frame | None = None

    def __call__(self, frame: Frame) -> Frame | None:
        """Return what of a frame is for this page; `None` when nothing is."""
        if frame["type"] == "event":
            return self._event(frame)
        if frame["type"] == "who":
            return self._looks(frame)
        return frame

    def know(self, chats: Sequence[Chat]) -> list[Frame]:
        """Take the chats that are joined now; return them for the page."""
        self.joined = {chat.chat_id: chat.agent or "" for chat in chats}
        self.opened &= self.joined.keys()
        return [narrow_chat(chat_wire(chat)) for chat in chats]

    def _event(self, frame: Frame) -> Frame | None:
        chat, chat_id = frame["chat"], frame["event"]["chat_id"]
        numbers = {"after": frame["after"], "seq": frame["seq"]}
        if chat is None or not covers(self.own, chat["department"]):
            self.opened.discard(chat_id)
            known = self.joined.pop(chat_id, None) is not None
            return {"type": "gone", **numbers, "chat_id": chat_id} if known else None
        self.joined[chat_id] = chat["agent"]
        event = narrow_event(frame["event"], self.own)
        if event is None:
            return None
        if chat_id not in self.opened:
            return {"type": "news", **numbers, "kind": event["kind"], "chat": narrow_chat(chat)}
        return {"type": "event", **numbers, "event": event, "chat": narrow_chat(chat)}

    def _looks(self, frame: Frame) -> Frame | None:
        """Tell of chats that are joined whether their owner and colleagues of this department are there."""
        owners = [look for look in frame["looks"] if self.joined.get(look["chat_id"], "") == look["agent"]]
        colleagues = [
            visit
            for visit in frame["departments"]
            if visit["chat_id"] in self.joined and covers(self.own, visit["department"])
        ]
        looks = [
            {name: look[name] for name in ("chat_id", "agent", "typing")} for look in (*owners, *colleagues)
        ]
        found = {"type": "who", "looks": [look for look in looks if look["agent"] != self.agent]}
        if found == self._who:
            return None
        self._who = found
        return found
