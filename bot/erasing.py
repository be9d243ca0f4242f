"""The bot's part of a deletion (``privacy/erasure.py``): the conversation itself, after the turn that confirmed it.

It comes after the turn, in the order of the conversation's messages: Rasa writes the conversation when a turn is over,
and would bring back what was deleted before. What a process that was killed left undone is found by :func:`sweep`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web.store import forget_messages
from bot.errors import StoreFailed
from bot.held_answers import HeldAnswers
from bot.notices.store import forget_notices
from bot.tracker_tables import TrackerTables
from privacy.erasure import Erasure, Erasures

logger = logging.getLogger(__name__)

#: A deletion this old is no longer one of a turn that is running, in seconds.
TURN_OVER: Final = 45.0
_PAUSE: Final = 3.0
Say = Callable[[str, str], Awaitable[Any]]


class Eraser:
    """Deletes conversations whose person has confirmed it."""

    def __init__(self, erasures: Erasures, tables: TrackerTables, held: HeldAnswers) -> None:
        """Take the list of deletions and the bot's own tables."""
        self._held = held
        self._erasures = erasures
        self._tables = tables

    async def after_turn(self, conversation_id: str) -> None:
        """Do what the turn that is over has confirmed; usually nothing."""
        await asyncio.to_thread(self._after_turn, conversation_id)

    def _after_turn(self, conversation_id: str) -> None:
        for erasure in self._erasures.waits_for_bot(conversation_id):
            self.erase(erasure, conversation_id)

    def erase(self, erasure: Erasure, conversation_id: str) -> None:
        """Delete a conversation: live, past, on the page, on its way to the broker."""
        self._tables.forget(conversation_id)
        self._held.forget(conversation_id)
        forget_messages(self._tables.engine, conversation_id)
        forget_notices(self._tables.engine, conversation_id)
        self._erasures.finish(erasure.receipt, "bot")

    async def sweep(self, say: Say, older: float = TURN_OVER) -> None:
        """Do what no turn has done, and say reports that no turn could say.

        Args:
            say: says a text in a conversation of the page.
            older: seconds after which a deletion is not a running turn's any more.
        """
        before = time.time() - older
        for erasure in await asyncio.to_thread(self._erasures.waiting, "bot", before):
            await asyncio.to_thread(self.erase, erasure, erasure.conversation_id)
        for erasure in await asyncio.to_thread(self._erasures.unsaid):
            if erasure.channel == "web":
                await say(erasure.conversation_id, erasure.report)
                await asyncio.to_thread(self._erasures.tell, erasure.receipt)

    async def keep_sweeping(self, say: Say) -> None:
        """Sweep for as long as the process lives."""
        while True:
            try:
                await self.sweep(say)
            except (StoreFailed, SQLAlchemyError) as error:
                logger.warning("deletions wait, tried again: %s", type(error).__name__)
            await asyncio.sleep(_PAUSE)
