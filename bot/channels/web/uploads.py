"""Bodies larger than a message: counted while they are read, refused as soon as they are too large."""

from __future__ import annotations

from typing import Final

from sanic.request import Request

from bot.channels.web.context import WebContext
from bot.channels.web.errors import BadPicture, TooLarge
from privacy.pictures import LARGEST_FILE, NotAPicture, PictureTooLarge

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


async def keep_picture(context: WebContext, conversation_id: str, raw: bytes) -> str:
    """Keep a picture and return its id.

    Raises:
        BadPicture: nothing we can read as a picture.
        TooLarge: more bytes or pixels than a picture may have.
    """
    try:
        return await context.pictures.keep(conversation_id, raw)
    except NotAPicture as error:
        raise BadPicture("no picture we read") from error
    except PictureTooLarge as error:
        raise TooLarge("more than a picture") from error
