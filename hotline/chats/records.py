"""Rows as values and back: chats, their events, letters to the assistant. Bodies are sealed under the desk's key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from privacy.sealing import Sealer

from .model import Chat, Speaker

_COLUMNS = tuple(each.name for each in fields(Chat))


@dataclass(frozen=True)
class NewChat:
    """What the assistant hands over.

    Attributes:
        request_id: of the request; the same one makes one chat.
        conversation_id, channel: where the citizen is.
        reason: why: `asked`, `failures`, `distress`, `emergency`.
        language: `zh` or `en`.
        large_type: whether the citizen reads large type.
        topic, district: an intent and an adcode, `""` when unknown.
        context: transcript (masked), understood facts, the reference of a code derivation.
    """

    request_id: str
    conversation_id: str
    channel: str
    reason: Any
    language: str = "zh"
    large_type: bool = False
    topic: str = ""
    district: str = ""
    context: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Said:
    """Words on their way into a chat.

    Attributes:
        speaker: who speaks: citizen, agent, department; `note` is read by agents, and by the department that is joined.
        author: work number or a department's code; `""` for the citizen.
        text: the words; masked where they are a citizen's.
        client_id: the sender's own id: the same one is taken once.
        more: further members of the event, e.g. `{"kind": "image", "picture": …}`; where a department speaks its
            `name`, and `by`, the work number of who wrote it.
    """

    speaker: Speaker
    author: str
    text: str = field(repr=False)
    client_id: str
    more: dict[str, Any] = field(default_factory=dict, repr=False)

    def body(self) -> dict[str, Any]:
        """Return what is kept."""
        return {"text": self.text, **self.more}


@dataclass(frozen=True)
class ChatEvent:
    """One numbered line of a chat.

    Attributes:
        feed: number over all chats, growing in the order in which events became true: resume after it.
        chat_id, seq: the chat, and the number within it, from 1 without gaps.
        kind: `citizen`, `agent`, `department`, `note` (words); `system` (a line the citizen was told: `key`, `values`);
            `event` (what happened: `what`, `values`).
        author: work number, a department's code, or `""`.
        at: unix seconds.
        client_id: the sender's id; `None` for what the desk wrote.
        version: the chat's version after it.
        body: see `kind`.
    """

    feed: int
    chat_id: str
    seq: int
    kind: str
    author: str
    at: float
    client_id: str | None
    version: int
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """What the assistant's process must be told; `name` is the same for each try, `tries` were made already."""

    number: int
    name: str
    chat_id: str
    conversation_id: str
    tries: int
    body: dict[str, Any] = field(repr=False)


class Codec:
    """Turns rows into values and back."""

    def __init__(self, key: bytes) -> None:
        """Seal under `key`, 32 bytes."""
        self._sealer = Sealer(key)

    def seal(self, body: dict[str, Any], owner: str) -> bytes:
        """Return a body sealed for what it belongs to."""
        return self._sealer.seal(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"), owner)

    def unseal(self, sealed: bytes, owner: str) -> dict[str, Any]:
        """Return what was sealed for `owner`."""
        opened: dict[str, Any] = json.loads(
            self._sealer.open(bytes(sealed), owner).decode("utf-8", "surrogatepass")
        )
        return opened

    @staticmethod
    def chat_row(chat: Chat, due_at: float | None) -> dict[str, Any]:
        """Return the columns of a chat."""
        row = {name: getattr(chat, name) for name in _COLUMNS}
        return {**row, "passed": json.dumps(chat.passed), "due_at": due_at}

    @staticmethod
    def chat(row: Any) -> Chat:
        """Return the chat of a row."""
        values = {name: getattr(row, name) for name in _COLUMNS}
        return Chat(**{**values, "passed": tuple(json.loads(row.passed))})

    def event_row(self, event: ChatEvent) -> dict[str, Any]:
        """Return the columns of an event."""
        row = {each.name: getattr(event, each.name) for each in fields(event)}
        return {**row, "body": self.seal(event.body, f"{event.chat_id}/{event.seq}")}

    def event(self, row: Any) -> ChatEvent:
        """Return the event of a row."""
        values = {each.name: getattr(row, each.name) for each in fields(ChatEvent)}
        return ChatEvent(**{**values, "body": self.unseal(row.body, f"{row.chat_id}/{row.seq}")})

    def letter(self, row: Any) -> Letter:
        """Return the letter of a row."""
        body = self.unseal(row.body, row.name)
        return Letter(row.id, row.name, row.chat_id, row.conversation_id, row.tries, body)
