"""The bot's part of a deletion (``privacy/erasure.py``): the conversation itself, after the turn that confirmed it.

It comes after the turn, in the order of the conversation's messages: Rasa writes the conversation when a turn is over,
and would bring back what was deleted before. What a process that was killed left undone is found by :func:`sweep`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web.store import forget_messages
from bot.channels.wechat.forgetting import forget_wechat
from bot.channels.wechat.people import People
from bot.errors import StoreFailed
from bot.held_answers import HeldAnswers
from bot.identity.tickets import forget_tickets
from bot.notices.ledger import forget_deliveries
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

    def __init__(
        self,
        erasures: Erasures,
        tables: TrackerTables,
        held: HeldAnswers,
        people: People,
        forget_at_desk: Callable[[str], None],
    ) -> None:
        """Take the list of deletions, the bot's own tables, who is reached in WeChat, and the way to the desk."""
        self._forget_at_desk = forget_at_desk
        self._held = held
        self._people = people
        self._erasures = erasures
        self._tables = tables

    async def after_turn(self, conversation_id: str) -> None:
        """Do what the turn that is over has confirmed; usually nothing."""
        await asyncio.to_thread(self._after_turn, conversation_id)

    def _after_turn(self, conversation_id: str) -> None:
        for erasure in self._erasures.waits_for_bot(conversation_id):
            self.erase(erasure, conversation_id)

    def erase(self, erasure: Erasure, conversation_id: str) -> None:
        """Delete a conversation: live, past, on the page, in WeChat, on its way to the broker.

        The way to a person in WeChat is needed once more when the report is still to be said.
        """
        self._tables.forget(conversation_id)
        self._held.forget(conversation_id)
        forget_messages(self._tables.engine, conversation_id)
        forget_wechat(self._tables.engine, conversation_id)
        forget_notices(self._tables.engine, conversation_id)
        self._forget_at_desk(conversation_id)
        forget_deliveries(self._tables.engine, conversation_id)
        forget_tickets(self._tables.engine, conversation_id)
        if erasure.told:
            self._people.forget(conversation_id)
        self._erasures.finish(erasure.receipt, "bot")

    async def sweep(self, says: Mapping[str, Say], older: float = TURN_OVER) -> None:
        """Do what no turn has done, and say reports that no turn could say.

        Args:
            says: by channel, what says a text in a conversation.
            older: seconds after which a deletion is not a running turn's any more.
        """
        before = time.time() - older
        for erasure in await asyncio.to_thread(self._erasures.waiting, "bot", before):
            await asyncio.to_thread(self.erase, erasure, erasure.conversation_id)
        for erasure in await asyncio.to_thread(self._erasures.unsaid):
            say = says.get(erasure.channel)
            if say is not None:
                await say(erasure.conversation_id, erasure.report)
                await asyncio.to_thread(self._erasures.tell, erasure.receipt)
                await asyncio.to_thread(self._people.forget, erasure.conversation_id)

    async def keep_sweeping(self, says: Mapping[str, Say]) -> None:
        """Sweep for as long as the process lives."""
        while True:
            try:
                await self.sweep(says)
            except (StoreFailed, SQLAlchemyError) as error:
                logger.warning("deletions wait, tried again: %s", type(error).__name__)
            await asyncio.sleep(_PAUSE)
