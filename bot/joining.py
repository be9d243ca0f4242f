"""The bot's part of joined conversations: notes where a person spoke last, and says what waits to be said elsewhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from bot.message import OutboundMessage
from bot.notices.courier import Push
from privacy.joins import Joins

logger = logging.getLogger(__name__)
_LOOK_EVERY_S = 2.0


class JoinedTalk:
    """Says receipts in the conversation in which nobody is speaking; ``run`` is the process's task."""

    def __init__(self, joins: Joins) -> None:
        """Take what waits from ``joins``."""
        self._joins = joins

    async def spoke(self, conversation_id: str) -> None:
        """Note that a turn of a conversation is over."""
        await asyncio.to_thread(self._joins.seen, conversation_id)

    async def run(self, pushes: Mapping[str, Push]) -> None:
        """Say what waits on channels that can be pushed to, until cancelled."""
        while True:
            try:
                await self.say_waiting(pushes)
            except SQLAlchemyError as error:
                logger.warning("receipts of joined conversations wait: %s", type(error).__name__)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def say_waiting(self, pushes: Mapping[str, Push]) -> None:
        """Say it once: a channel knows a letter by its name, also after a death before it was noted as said."""
        for letter in await asyncio.to_thread(self._joins.waiting, list(pushes)):
            name = f"join-{letter.letter_id}"
            await pushes[letter.channel](letter.conversation_id, OutboundMessage(text=letter.text), name)
            await asyncio.to_thread(self._joins.said, letter)

    async def at_contact(
        self, conversation_id: str, say: Callable[[OutboundMessage], Awaitable[None]]
    ) -> None:
        """Say what waits in a conversation whose channel cannot be pushed to."""
        for letter in await asyncio.to_thread(self._joins.waiting_in, conversation_id):
            await say(OutboundMessage(text=letter.text))
            await asyncio.to_thread(self._joins.said, letter)
