"""``GET /media/<id>``: what the assistant made for a person, fetched once they have its unguessable address."""

from __future__ import annotations

import asyncio
import re

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from privacy.errors import PrivacyError
from privacy.media import MEDIA_ID, MediaStore

_SHOWN_INLINE = re.compile(r"image/(?:png|jpeg|webp)|text/html; charset=utf-8")
_GONE = "这个文件已经过期，请在对话里重新要一份。"


def media_routes(store: MediaStore) -> Blueprint:
    """Return the route: pictures and pages are shown, anything else is saved; nothing is cached on the way."""
    routes = Blueprint("media")

    @routes.get("/media/<media_id:str>", name="media")
    async def media(_request: Request, media_id: str) -> HTTPResponse:
        if not MEDIA_ID.fullmatch(media_id):
            return _gone()
        try:
            item = await asyncio.to_thread(store.get, media_id)
        except PrivacyError:
            return _gone()
        how = "inline" if _SHOWN_INLINE.fullmatch(item.media_type) else "attachment"
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'{how}; filename="{item.name}"',
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        return HTTPResponse(item.content, headers=headers, content_type=item.media_type)

    return routes


def _gone() -> HTTPResponse:
    return HTTPResponse(_GONE, status=404, content_type="text/plain; charset=utf-8")
