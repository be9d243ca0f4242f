"""Who answers: the assistant, or a person of the hotline."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bot.desk.context import Context, context_of
from bot.desk.letters import Kind, Letters
from bot.desk.line import Answer, DeskAway, DeskLine
from bot.desk.owners import Owners, Ownership
from bot.desk.words import DeskWords, Reader
from bot.message import InboundMessage, OutboundMessage

#: Customer-service messages a channel still lets through, and until when (unix seconds); None: no limit.
Quota = Callable[[str], Mapping[str, Any] | None]
History = Callable[[str], Sequence[dict[str, Any]]]


class Router(Protocol):
    """Knows the owner of each conversation and carries messages to a person who owns one."""

    async def ownership(self, conversation_id: str) -> Ownership:
        """Return who owns the conversation now."""

    async def to_person(self, message: InboundMessage, ownership: Ownership) -> list[OutboundMessage] | None:
        """Hand a masked message to the desk; only called when the owner is not the bot.

        Returns what the citizen is told meanwhile; None when the chat has just ended: the assistant answers.
        """

    async def hand_over(self, message: InboundMessage, wish: Mapping[str, Any]) -> list[OutboundMessage]:
        """Ask the desk for a person; return what the citizen is told. ``wish`` is what the action said."""

    async def command(self, message: InboundMessage, asked: Mapping[str, Any]) -> list[OutboundMessage]:
        """Do what a choice of the desk asks: leave the queue, rate."""

    async def answered(self, conversation_id: str) -> None:
        """Note that the assistant has answered in a conversation that had come back."""

    def may_speak(self, conversation_id: str, version: int, connection: Any = None) -> bool:
        """Tell whether the conversation still is as the assistant found it."""


@dataclass(frozen=True)
class DeskParts:
    """What the router stands on."""

    owners: Owners
    letters: Letters
    line: DeskLine
    words: DeskWords
    history: History
    is_danger: Callable[[str], bool]


class DeskRouter:
    """Asks its own record who owns a conversation, and the desk only about those a person has or shall have."""

    def __init__(self, parts: DeskParts) -> None:
        """Take the parts; quotas of channels are named later (:meth:`know_quota`)."""
        self._owners = parts.owners
        self._letters = parts.letters
        self._line = parts.line
        self._words = parts.words
        self._history = parts.history
        self._is_danger = parts.is_danger
        self._quotas: dict[str, Quota] = {}

    def know_quota(self, channel: str, quota: Quota) -> None:
        """Let the desk know what a channel still lets through."""
        self._quotas[channel] = quota

    def quota(self, channel: str, conversation_id: str) -> Mapping[str, Any] | None:
        """Return what a channel still lets through to a conversation."""
        known = self._quotas.get(channel)
        return None if known is None else known(conversation_id)

    async def ownership(self, conversation_id: str) -> Ownership:
        """Return who owns the conversation now."""
        return await asyncio.to_thread(self._owners.get, conversation_id)

    async def hand_over(self, message: InboundMessage, wish: Mapping[str, Any]) -> list[OutboundMessage]:
        """Ask the desk for a person; when it is away the request waits, and the citizen hears so."""
        conversation_id = message.sender_id
        events = await asyncio.to_thread(self._history, conversation_id)
        context = context_of(events)
        reader = Reader(str(wish.get("language") or context.language), bool(wish.get("elder")))
        body = _request(message, wish, context, reader)
        body["quota"] = await asyncio.to_thread(self.quota, message.channel, conversation_id)
        try:
            answer = await self._send(f"request-{body['request_id']}", conversation_id, "request", body)
        except DeskAway:
            return [self._words.ways_on("away", reader)]
        return self._told(answer.body, reader)

    async def to_person(self, message: InboundMessage, ownership: Ownership) -> list[OutboundMessage] | None:
        """Pass on what the citizen wrote; who waits hears the place in the queue, who has an agent hears nothing."""
        reader = Reader.of(ownership)
        text = self._shown(message, reader)
        if ownership.owner == "queued" and message.kind == "text" and self._words.leaves(message.text):
            return await self.command(message, {"do": "leave"})
        urgent = await asyncio.to_thread(self._is_danger, message.text)
        body = {
            "chat_id": ownership.chat_id,
            "id": _message_id(message),
            "text": text,
            "kind": message.kind,
            "picture": message.picture or "",
            "urgent": urgent,
            "quota": await asyncio.to_thread(self.quota, message.channel, message.sender_id),
        }
        warned = [self._words.plain("urgent", reader)] if urgent and ownership.owner == "queued" else []
        try:
            answer = await self._send(f"message-{body['id']}", message.sender_id, "message", body)
        except DeskAway:
            return [*warned, self._words.plain("kept", reader)]
        if answer.ended:
            return None
        if answer.body.get("owner") == "queued":
            return [*warned, self._words.noted(answer.body, reader)]
        return warned

    async def command(self, message: InboundMessage, asked: Mapping[str, Any]) -> list[OutboundMessage]:
        """Leave the queue or the chat, or rate a chat that is over."""
        ownership = await self.ownership(message.sender_id)
        reader = Reader.of(ownership)
        if asked["do"] == "rate":
            return await self._rate(message, asked, reader)
        if ownership.owner == "bot":
            return [self._words.plain("left_queue", reader)]
        body = {"chat_id": ownership.chat_id}
        try:
            await self._send(f"leave-{uuid.uuid4().hex}", message.sender_id, "leave", body)
        except DeskAway:
            return [self._words.plain("kept", reader)]
        return []  # the desk says that it is over, in its place among its other lines

    async def answered(self, conversation_id: str) -> None:
        """Note that the assistant has answered in a conversation that had come back."""
        await asyncio.to_thread(self._owners.answered, conversation_id)

    def may_speak(self, conversation_id: str, version: int, connection: Any = None) -> bool:
        """Tell whether the conversation still is as the assistant found it."""
        return self._owners.may_speak(conversation_id, version, connection)

    def depart(self, conversation_id: str) -> None:
        """Let the desk know that the citizen has left their channel: who waits or talks does so no longer."""
        ownership = self._owners.get(conversation_id)
        if ownership.owner != "bot":
            body = {"chat_id": ownership.chat_id}
            self._letters.put(f"leave-{uuid.uuid4().hex}", conversation_id, "leave", body)

    def forget(self, conversation_id: str) -> None:
        """Delete what is here of a conversation; the letter that asks the desk for the same stays until it arrives."""
        if self._owners.get(conversation_id).chat_id or self._letters.of(conversation_id):
            self._letters.put(f"erase-{uuid.uuid4().hex}", conversation_id, "erase", {})
        self._letters.forget(conversation_id)
        self._owners.forget(conversation_id)

    async def _rate(
        self, message: InboundMessage, asked: Mapping[str, Any], reader: Reader
    ) -> list[OutboundMessage]:
        chat, score = str(asked["chat"]), int(asked["score"])
        try:
            body = {"chat_id": chat, "score": score}
            answer = await self._send(f"rating-{chat}", message.sender_id, "rating", body)
        except DeskAway:
            return [self._words.plain("rated", reader)]  # it lies here and goes when the desk is back
        return [self._words.plain("rated_late" if answer.ended else "rated", reader)]

    def _told(self, standing: Mapping[str, Any], reader: Reader) -> list[OutboundMessage]:
        """What the citizen hears of a request: the place in the queue, or the other ways on."""
        if standing.get("owner") == "queued":
            return [self._words.queued(standing, reader)]
        if standing.get("owner") == "agent":
            return []
        key = "off_hours" if standing.get("outcome") == "off_hours" else "nobody_there"
        return [self._words.ways_on(key, reader)]

    async def _send(self, name: str, conversation_id: str, kind: Kind, body: dict[str, Any]) -> Answer:
        """Write a letter down, then carry it: whatever happens now, it is not lost."""
        await asyncio.to_thread(self._letters.put, name, conversation_id, kind, body)
        try:
            return await self._line.carry(conversation_id, name[:80])
        except DeskAway:
            self._line.wake()
            raise

    def _shown(self, message: InboundMessage, reader: Reader) -> str:
        """What the agent reads of a message."""
        if message.kind == "payload":
            return str(message.metadata.get("tapped") or self._words.text("tapped", reader))
        if message.kind == "image":
            return self._words.text("picture", reader)
        if message.kind == "location":
            return self._words.text("position", reader)
        return message.text


_NAMESPACE: Final = "hand-over"


def _message_id(message: InboundMessage) -> str:
    """The same for each time a channel sends a message; new for a channel that does not number them."""
    if message.client_id is None:
        return uuid.uuid4().hex
    named = f"{_NAMESPACE}\n{message.sender_id}\n{message.client_id}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:40]


def _request(
    message: InboundMessage, wish: Mapping[str, Any], context: Context, reader: Reader
) -> dict[str, Any]:
    return {
        "request_id": _message_id(message),
        "conversation_id": message.sender_id,
        "channel": message.channel,
        "reason": str(wish["reason"]),
        "language": reader.language,
        "large_type": reader.elder,
        "topic": context.topic,
        "district": context.district,
        "code_reference": context.code_reference,
        "relative_reference": context.relative_reference,
        "transcript": context.transcript,
        "facts": context.facts,
    }
