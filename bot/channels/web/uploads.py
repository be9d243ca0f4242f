"""Bodies larger than a message: counted while they are read, refused as soon as they are too large."""

from __future__ import annotations

from typing import Final

from sanic.request import Request

from bot.channels.web.errors import TooLarge
from privacy.pictures import LARGEST_FILE

#: A picture and what a form sends beside it.
LARGEST_FORM: Final = LARGEST_FILE + 64 * 1024


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a streamed request.

    Raises:
        TooLarge: it says that it is larger than ``most`` bytes, or is; the rest was not read.
    """
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > most:
        raise TooLarge(f"at most {most} bytes")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream:
        size += len(part)
        if size > most:
            raise TooLarge(f"at most {most} bytes")
        parts.append(part)
    return b"".join(parts)
