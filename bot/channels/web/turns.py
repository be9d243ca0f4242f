"""One message of a person, from the page to the assistant and its answers back, once and only once."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, Protocol

from bot.channels.web.frames import ClientMessage
from bot.channels.web.outbox import Outbox, answers
from bot.channels.web.output import Sign, WebOutput
from bot.channels.web.rendering import IDENTITY_SHOWN, LOCATION_SHOWN, PICTURE_SHOWN, masked
from bot.channels.web.store import Draft, MessageStore, owner_name
from bot.message import InboundMessage

logger = logging.getLogger(__name__)

Begun = Literal["accepted", "running", "done"]
Expects = Callable[[str], Awaitable["str | None"]]
#: Kinds of the page that are others to the assistant.
_MEANT: Final = {"identity": "text", "arrived": "internal"}
FAILED: Final = "这条没有办成，请点一下重发。急事请直接拨打12345。"


class Door(Protocol):
    """Where messages go: ``bot.inbound.Inbound``."""

    async def receive(self, message: InboundMessage, output_channel: Any) -> None:
        """Answer ``message`` through ``output_channel``."""

    async def ask(self, message: InboundMessage) -> None:
        """Play a message of our own that nobody sees."""


class _Turn:
    """A turn that is being answered.

    Attributes:
        expected: all that may have been asked for when the message is understood.
        before: the turn before it in the same conversation, while that one runs.
    """

    def __init__(self, task: asyncio.Task[None], expects: str | None, before: _Turn | None) -> None:
        self.task = task
        self.expected: set[str | None] = {expects}
        self.before = before


class Turns:
    """Plays messages through the door and appends them with their answers."""

    def __init__(
        self, door: Door, expects: Expects, sign: Sign | None, store: MessageStore, outbox: Outbox
    ) -> None:
        """``expects(conversation_id)`` names what the assistant has just asked for (see ``privacy``)."""
        self._door = door
        self._expects = expects
        self._sign = sign
        self._store = store
        self._outbox = outbox
        self._owner = owner_name()
        self._turns: defaultdict[str, dict[str, _Turn]] = defaultdict(dict)

    async def begin(self, conversation_id: str, message: ClientMessage) -> Begun:
        """Start answering ``message``, unless somebody already does or did."""
        if message.client_id in self._turns.get(conversation_id, {}):
            return "running"
        claim = await self._store.claim(conversation_id, message.client_id, self._owner)
        if claim != "won":
            return "running" if claim == "held" else "done"
        expects = await self._expects(conversation_id)
        task = asyncio.get_running_loop().create_task(self._play(conversation_id, message))
        open_turns = self._turns[conversation_id]
        before = next(reversed(open_turns.values()), None)
        open_turns[message.client_id] = _Turn(task, expects, before)
        return "accepted"

    async def ask(self, conversation_id: str, text: str) -> None:
        """Play a message of our own in a conversation; nobody sees what is answered."""
        await self._door.ask(InboundMessage("web", conversation_id, "internal", text))

    async def arrives(self, conversation_id: str, text: str, name: str) -> None:
        """Play an identity that has come from another conversation, once for one ``name``."""
        await self.begin(conversation_id, ClientMessage(name, "arrived", text))

    async def wait(self, conversation_id: str, client_id: str, timeout: float) -> None:
        """Wait until a message is answered, at most ``timeout`` seconds."""
        turn = self._turns.get(conversation_id, {}).get(client_id)
        if turn is not None:
            await asyncio.wait({turn.task}, timeout=timeout)

    def is_busy(self, conversation_id: str) -> bool:
        """Whether an answer is being made."""
        return bool(self._turns.get(conversation_id))

    async def drain(self, timeout: float) -> None:
        """Let running turns end before the process does, ``timeout`` seconds at most; release what is left."""
        running = [turn.task for turns in self._turns.values() for turn in turns.values()]
        if running:
            _, late = await asyncio.wait(running, timeout=timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _play(self, conversation_id: str, message: ClientMessage) -> None:
        self._outbox.show(conversation_id, {"type": "typing", "on": True})
        output = WebOutput(self._sign)
        try:
            await self._door.receive(_inbound(conversation_id, message), output)
            await self._note_expected(conversation_id)
            await self._keep(conversation_id, message, output)
        except asyncio.CancelledError:
            await self._store.release(conversation_id, message.client_id)
            raise
        except Exception:
            logger.exception("a turn on the page failed")
            await self._store.release(conversation_id, message.client_id)
            self._outbox.show(conversation_id, refusal(message.client_id, "failed", FAILED))
        finally:
            self._end(conversation_id, message.client_id)

    async def _keep(self, conversation_id: str, message: ClientMessage, output: WebOutput) -> None:
        """Append the message and its answers behind those of the turn before (joined turns end together)."""
        turn = self._turns[conversation_id][message.client_id]
        if turn.before is not None:
            await asyncio.wait({turn.before.task})
        said = Draft("person", _shown(message, turn.expected), message.client_id)
        await self._outbox.append(conversation_id, [said, *answers(output.messages)], output.allowed)

    async def _note_expected(self, conversation_id: str) -> None:
        """Add what is asked for now to every open turn: any of them may be understood next."""
        expects = await self._expects(conversation_id)
        for turn in self._turns[conversation_id].values():
            turn.expected.add(expects)

    def _end(self, conversation_id: str, client_id: str) -> None:
        ended = self._turns[conversation_id].pop(client_id, None)
        for turn in self._turns[conversation_id].values():
            if turn.before is ended:
                turn.before = None
        if not self._turns[conversation_id]:
            del self._turns[conversation_id]
            self._outbox.show(conversation_id, {"type": "typing", "on": False})


def refusal(client_id: str, reason: str, text: str, retry_after: float | None = None) -> dict[str, Any]:
    """Return the frame that says a message was not taken: ``text`` is for the person."""
    frame: dict[str, Any] = {"type": "refused", "id": client_id, "reason": reason, "text": text}
    return frame if retry_after is None else {**frame, "retry_after": math.ceil(retry_after * 10) / 10}


def _inbound(conversation_id: str, message: ClientMessage) -> InboundMessage:
    return InboundMessage(
        channel="web",
        sender_id=conversation_id,
        kind=_MEANT.get(message.kind, message.kind),  # type: ignore[arg-type]
        text=message.text,
        client_id=message.client_id,
        location=message.location,
        picture=message.picture,
        metadata=_metadata(message),
    )


def _metadata(message: ClientMessage) -> dict[str, Any]:
    """Large type, and what a tapped choice said: that is what a person of the hotline reads of it."""
    metadata: dict[str, Any] = {"large_type": True} if message.large_type else {}
    if message.kind == "payload":
        metadata["tapped"] = masked(message.title, {None})
    return metadata


def _shown(message: ClientMessage, expected: set[str | None]) -> dict[str, Any]:
    if message.kind == "location":
        return {"text": LOCATION_SHOWN, "kind": "location"}
    if message.kind in _MEANT:
        return {"text": IDENTITY_SHOWN, "kind": "identity"}
    if message.kind == "image":
        return {"text": PICTURE_SHOWN, "kind": "image", "picture": message.picture}
    if message.kind == "payload":
        return {"text": masked(message.title, {None}) or "…", "kind": "choice"}
    return {"text": masked(message.text, expected) or "…"}
