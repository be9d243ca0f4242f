"""Pictures on their way in: whatever the channel, redrawn first, then sealed for their conversation."""

from __future__ import annotations

import asyncio
from typing import Final

from privacy.media import Media, MediaStore
from privacy.pictures import MEDIA_TYPE, redraw

#: Pictures decoded at the same time; each may take 150 MB while it is.
_AT_ONCE: Final = 2


class Pictures:
    """Takes what a person sends and gives it back to their conversation alone."""

    def __init__(self, store: MediaStore) -> None:
        """Keep pictures in ``store``."""
        self._store = store
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def keep(self, conversation_id: str, raw: bytes) -> str:
        """Keep a picture and return its id.

        Raises:
            NotAPicture: no picture of a kind that is read.
            PictureTooLarge: more than any phone's picture has.
        """
        async with self._free:
            content = await asyncio.to_thread(redraw, raw)
        media = Media(MEDIA_TYPE, "picture.jpg", content)
        return await asyncio.to_thread(self._store.take, conversation_id, media)

    async def find(self, conversation_id: str, picture: str) -> Media:
        """Return a picture of this conversation.

        Raises:
            UnknownToken: there is none of this id, or not any more.
        """
        return await asyncio.to_thread(self._store.get, picture, conversation_id)
