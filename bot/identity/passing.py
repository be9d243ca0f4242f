"""An identity on its way from one conversation to another one of the same person.

The conversation that knows the person makes the platform's token, in a turn of its own that shows nothing
(``actions/handover.py``); here it is brought to the other one, which redeems it when its person agrees. The bot
itself can neither make nor redeem one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.message import OutboundMessage
from bot.tracker_tables import TrackerTables
from privacy.errors import PrivacyError
from privacy.vault import Vault

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """A conversation and the channel it is on."""

    channel: str
    conversation_id: str


@dataclass(frozen=True)
class Doors:
    """A channel's ways into its conversations.

    Attributes:
        ask: plays a message of our own in a conversation, at once and unseen: (conversation, text).
        say: plays it as something that has arrived, with its answers shown, once for one name: (conversation, text,
            name).
    """

    ask: Callable[[str, str], Awaitable[None]]
    say: Callable[[str, str, str], Awaitable[None]]


Hears = Callable[[str, Mapping[str, Any]], Awaitable[OutboundMessage | None]]


class Passing:
    """Brings identities from conversation to conversation."""

    def __init__(self, vault: Vault, tables: TrackerTables, clock: Callable[[], float] = time.time) -> None:
        """Keep tokens in ``vault``; ``tables`` tell who is verified, at ``clock`` (unix seconds)."""
        self._vault = vault
        self._tables = tables
        self._clock = clock
        self._doors: dict[str, Doors] = {}
        self._hears: Hears | None = None
        self._made: dict[str, asyncio.Future[str | None]] = {}

    def connect(self, channel: str, doors: Doors) -> None:
        """Reach the conversations of a channel through ``doors``."""
        self._doors[channel] = doors

    def let_hear(self, hears: Hears) -> None:
        """Let ``hears`` (conversation, what) do whatever else an action tells the bot; it returns what is said then."""
        self._hears = hears

    async def knows(self, conversation_id: str) -> bool:
        """Whether a conversation knows its person now, as far as its own record says."""
        return await asyncio.to_thread(self._knows, conversation_id)

    def _knows(self, conversation_id: str) -> bool:
        row = self._tables.read(conversation_id)
        slots = {e["name"]: e.get("value") for e in (row.events if row else ()) if e.get("event") == "slot"}
        return bool(slots.get("session")) and self._clock() < float(slots.get("session_until") or 0)

    async def hand_on(self, source: Place, target: Place, *, asks: bool) -> bool:
        """Bring the person of ``source`` to ``target``.

        Args:
            source: where they are known.
            target: where they shall be.
            asks: whether the person is asked there by a tap, whatever they agreed to before.

        Returns:
            Whether a token has been brought: not when nobody is verified there any more, or the platform refuses.
        """
        if source.channel not in self._doors or target.channel not in self._doors:
            return False
        if not await self.knows(source.conversation_id):
            return False
        token = await self._made_by(source, target)
        if token is None:
            return False
        await self.bring(target, token, asks=asks)
        return True

    async def bring(self, target: Place, token: str, *, asks: bool) -> None:
        """Play the platform's ``token`` in a conversation, once."""
        kept = await asyncio.to_thread(self._vault.put, target.conversation_id, "SESSION", token)
        name = f"identity-{hashlib.sha256(token.encode()).hexdigest()[:32]}"
        text = _inform(f"{'carried' if asks else 'handover'}={kept}")
        await self._doors[target.channel].say(target.conversation_id, text, name)

    async def heard(self, conversation_id: str, what: Mapping[str, Any]) -> OutboundMessage | None:
        """Take what an action tells the bot in a turn of ``conversation_id``; return what is said there now."""
        waiting = self._made.get(conversation_id)
        if "token" not in what:
            return await self._hears(conversation_id, what) if self._hears is not None else None
        if waiting is not None and not waiting.done():
            waiting.set_result(await asyncio.to_thread(self._revealed, conversation_id, what["token"]))
        return None

    async def _made_by(self, source: Place, target: Place) -> str | None:
        """The token that the actions make in a turn of ``source`` that shows nothing."""
        conversation_id = source.conversation_id
        if conversation_id in self._made:
            return None  # one at a time
        place = json.dumps({"channel": target.channel, "conversation_id": target.conversation_id})
        kept = await asyncio.to_thread(self._vault.put, conversation_id, "SESSION", place)
        made: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._made[conversation_id] = made
        try:
            await self._doors[source.channel].ask(conversation_id, _inform(f"handing={kept}"))
        finally:
            del self._made[conversation_id]
        return made.result() if made.done() else None

    def _revealed(self, conversation_id: str, kept: Any) -> str | None:
        if not isinstance(kept, str):
            return None
        try:
            return self._vault.get(conversation_id, kept).value
        except PrivacyError:
            return None


def _inform(choice: str) -> str:
    return f"/inform{json.dumps({'choice': choice})}"
