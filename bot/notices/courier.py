"""Tells what is due: pushes where a channel can, hands over at the next contact where it cannot.

A notice is told when its conversation still wants it at that moment, and once: a channel that pushes knows the event's
id, so a notice that was told by a process which died before noting it is not told again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from bot.message import OutboundMessage
from bot.notices.store import Notice, NoticeStore
from bot.notices.wording import Wording
from bot.signing import PayloadSigner
from privacy.notices import Subscriptions

logger = logging.getLogger(__name__)

#: Says a message in a conversation; the last argument names it, the same name is said once.
Push = Callable[[str, OutboundMessage, str], Awaitable[None]]
_LOOK_EVERY_S = 5.0


class Courier:
    """Empties the store of notices; ``run`` is the process's task."""

    def __init__(
        self,
        store: NoticeStore,
        subscriptions: Subscriptions,
        wording: Wording,
        signer: PayloadSigner,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take notices from ``store``; ``clock`` gives unix seconds."""
        self._store = store
        self._subscriptions = subscriptions
        self._wording = wording
        self._signer = signer
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something new."""
        self._woken.set()

    async def run(self, pushes: Mapping[str, Push]) -> None:
        """Push what is due through ``pushes`` (by channel), until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.push_due(pushes)
            except SQLAlchemyError as error:
                logger.warning("notices wait: %s", type(error).__name__)
            try:
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY_S)
            except asyncio.TimeoutError:
                continue

    async def push_due(self, pushes: Mapping[str, Push]) -> int:
        """Push everything that is due now; return how many notices were told."""
        told = 0
        while due := await asyncio.to_thread(self._store.due, list(pushes), self._clock()):
            for notice in due:
                if await asyncio.to_thread(self._still_wanted, notice):
                    name = f"notice-{notice.event_id}"
                    await pushes[notice.to.channel](notice.to.conversation_id, self._signed(notice), name)
                    await asyncio.to_thread(self._store.settle, notice, "told")
                    told += 1
        return told

    async def at_contact(
        self, conversation_id: str, say: Callable[[OutboundMessage], Awaitable[None]]
    ) -> None:
        """Tell what waited for this conversation, on a channel that cannot push and signs what it sends."""
        for notice in await asyncio.to_thread(self._store.waiting, conversation_id, self._clock()):
            if await asyncio.to_thread(self._still_wanted, notice):
                await say(self._message(notice))
                await asyncio.to_thread(self._store.settle, notice, "told")

    def _still_wanted(self, notice: Notice) -> bool:
        """Tell whether to tell it; what is too late or was revoked meanwhile is settled."""
        if notice.until <= self._clock():
            self._store.settle(notice, "late")
            return False
        kind = self._wording.events[notice.event].kind
        if not self._subscriptions.holds(notice.to.conversation_id, kind, notice.to.about):
            self._store.settle(notice, "revoked")
            return False
        return True

    def _message(self, notice: Notice) -> OutboundMessage:
        return self._wording.message(notice.event, notice.to, notice.number)

    def _signed(self, notice: Notice) -> OutboundMessage:
        message = self._message(notice)
        sign = self._signer.sign
        signed = (replace(b, payload=sign(notice.to.conversation_id, b.payload)) for b in message.buttons)
        return replace(message, buttons=tuple(signed))
