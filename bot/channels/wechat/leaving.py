"""“取消关注”: everything about the person is deleted, as WeChat's rules for operators and the law ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from privacy.erasure import Erasures


class Leaving:
    """Begins the deletion of somebody who has left, by the same way as “删除我的数据”."""

    def __init__(self, erasures: Erasures, farewell: Callable[[str], None]) -> None:
        """Take the list of deletions; its parts are carried out by the processes that have them.

        ``farewell`` ends notices and a chat with the hotline at once: nothing reaches who has left, by any way.
        """
        self._erasures = erasures
        self._farewell = farewell

    async def leave(self, channel: str, conversation_id: str, key: str) -> None:
        """Register the deletion of a conversation, once for one ``key``. Nobody is told of it: nobody would read it."""
        await asyncio.to_thread(self._register, channel, conversation_id, key)

    def _register(self, channel: str, conversation_id: str, key: str) -> None:
        whose = {
            "conversation_id": conversation_id,
            "channel": channel,
            "session": None,
            "language": "zh",
            "elder": False,
        }
        self._farewell(conversation_id)
        erasure = self._erasures.register(key, "conversation", whose)
        self._erasures.tell(erasure.receipt)
