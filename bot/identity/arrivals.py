"""Somebody opens the page from their 公众号: the page's conversation learns which chat it came from, and asks.

A ticket in a cookie, made by the sign-in (``bot/channels/wechat/oauth.py``), stands for the chat. Nothing is assumed:
only when that chat knows its person now does the page ask whether to go on as the same person.
"""

from __future__ import annotations

import asyncio
from typing import Final

from bot.identity.passing import Passing, Place
from bot.identity.tickets import Tickets

ARRIVAL: Final = "arrival"
#: The cookie with the ticket, and the only address that it is sent to.
ARRIVAL_COOKIE: Final = "jkt_arrival"
ARRIVAL_PATH: Final = "/chat/arrival"
#: Which chat a page's conversation was opened from.
LINK: Final = "link"
#: Seconds for which the way back into the chat is known; as long as an identity lasts.
_LINKED: Final = 1800.0


class Arrivals:
    """Takes arrivals on the page."""

    def __init__(self, tickets: Tickets, passing: Passing) -> None:
        """Take what the sign-in has given out."""
        self._tickets = tickets
        self._passing = passing

    async def arrived(self, conversation_id: str, ticket: str) -> bool:
        """Note where a page's conversation comes from, and bring the identity that is known there.

        Returns:
            Whether the ticket was good: taken for the first time, in time.
        """
        body = await asyncio.to_thread(self._tickets.take, ARRIVAL, ticket)
        if body is None:
            return False
        chat = Place(body["channel"], body["conversation_id"])
        await asyncio.to_thread(self._tickets.give, LINK, body, conversation_id, _LINKED)
        if not await self._passing.knows(conversation_id):
            await self._passing.hand_on(chat, Place("web", conversation_id), asks=True)
        return True
