"""The page's HTTP side: files, sessions, and everything WebSocket does for those it cannot reach."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import html as html_response
from sanic.response import json as json_response

from bot.channels.web.context import WebContext
from bot.channels.web.errors import (
    BadFrame,
    BadPicture,
    BadSession,
    TooFast,
    TooLarge,
    WebChannelError,
    WrongOrigin,
)
from bot.channels.web.frames import MAX_FRAME, ClientMessage, client_message, parse, sequence
from bot.channels.web.nojs import conversation, picture_refused, titles
from bot.channels.web.page import Asset, security_headers
from bot.channels.web.sessions import Session
from bot.channels.web.socket import Socket, session_json
from bot.channels.web.uploads import LARGEST_FORM, read_body
from privacy.errors import PrivacyError
from privacy.pictures import LARGEST_FILE, NotAPicture, PictureTooLarge

logger = logging.getLogger(__name__)

MAX_WAIT: Final = 20.0
"""Seconds a poll may wait; below the time limit of every proxy."""
_FORM_WAIT: Final = 25.0
_FOREVER: Final = "public, max-age=31536000, immutable"
Handler = Callable[..., Awaitable[HTTPResponse]]


def register(blueprint: Blueprint, context: WebContext) -> None:
    """Add the channel's routes (all but ``/``, which Rasa has taken: see :func:`page_handler`)."""
    _add_files(blueprint, context)
    _add_sessions(blueprint, context)
    _add_messages(blueprint, context)
    _add_pictures(blueprint, context)
    _add_form(blueprint, context)
    _add_socket(blueprint, context)


def page_handler(context: WebContext) -> Handler:
    """Return the handler that shows the page."""

    @_guarded(context)
    async def page(_request: Request) -> HTTPResponse:
        return html_response(context.page.html(client_id=secrets.token_hex(16)))

    return page


def _add_files(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.get("/static/<version:str>/<name:path>", name="files")
    @_guarded(context)
    async def files(request: Request, version: str, name: str) -> HTTPResponse:
        asset = context.page.assets.get(name)
        if asset is None:
            return HTTPResponse("没有这个文件。", status=404, content_type="text/plain; charset=utf-8")
        return _file(request, asset, is_current=version == context.page.version)

    @blueprint.get("/favicon.ico", name="icon")
    @_guarded(context)
    async def icon(request: Request) -> HTTPResponse:
        return _file(request, context.page.assets["icon.svg"], is_current=False)


def _add_sessions(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/session", name="session")
    @_guarded(context)
    async def session(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        context.new_sessions.take(request.remote_addr or request.ip)
        return json_response(session_json(context.sessions.open()))

    @blueprint.post("/chat/forget", name="forget")
    @_guarded(context)
    async def forget(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        await context.store.forget(_session(request, context).conversation_id)
        return json_response({"forgotten": True})


def _add_messages(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/messages", name="messages")
    @_guarded(context)
    async def messages(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        session = _session(request, context)
        message = client_message(parse(_body(request)))
        context.messages.take(session.conversation_id)
        begun = await context.turns.begin(session.conversation_id, message)
        return json_response({"type": begun, "id": message.client_id}, status=202)

    @blueprint.get("/chat/history", name="history")
    @_guarded(context)
    async def history(request: Request) -> HTTPResponse:
        session = _session(request, context)
        found = await context.store.before(session.conversation_id, _number(request, "before"))
        more = bool(found) and found[0].seq > 1
        return json_response({"messages": [message.frame() for message in found], "more": more})

    @blueprint.get("/chat/poll", name="poll")
    @_guarded(context)
    async def poll(request: Request) -> HTTPResponse:
        session = _session(request, context)
        conversation_id = session.conversation_id
        after, seen = _number(request, "after") or 0, _number(request, "seen")
        if seen:
            await context.store.delivered(conversation_id, seen)
        with context.hub.subscribe(conversation_id) as subscription:
            found = await context.store.after(conversation_id, after)
            if not found and await subscription.next(min(_number(request, "wait") or 0, MAX_WAIT)):
                found = await context.store.after(conversation_id, after)
        return json_response(
            {
                "session": session_json(context.sessions.renew(session)),
                "messages": [message.frame() for message in found],
                "typing": context.turns.is_busy(conversation_id),
            }
        )


def _add_pictures(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/pictures", name="pictures", stream=True)
    @_guarded(context)
    async def pictures(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        conversation_id = _session(request, context).conversation_id
        context.sent_pictures.take(conversation_id)
        raw = await read_body(request, LARGEST_FILE)
        return json_response({"picture": await _keep(context, conversation_id, raw)}, status=201)

    @blueprint.get("/chat/pictures/<picture:str>", name="picture")
    @_guarded(context)
    async def picture(request: Request, picture: str) -> HTTPResponse:
        session = _session(request, context)
        try:
            found = await context.pictures.find(session.conversation_id, picture)
        except PrivacyError:
            return json_response({"type": "error", "code": "gone"}, status=404)
        return HTTPResponse(found.content, content_type=found.media_type)


async def _keep(context: WebContext, conversation_id: str, raw: bytes) -> str:
    """Keep a picture and return its id; what cannot be kept is an error of this channel."""
    try:
        return await context.pictures.keep(conversation_id, raw)
    except NotAPicture as error:
        raise BadPicture("no picture we read") from error
    except PictureTooLarge as error:
        raise TooLarge("more than a picture") from error


def _add_form(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/ask", name="ask", stream=True)
    @_guarded(context)
    async def ask(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        request.body = await read_body(request, LARGEST_FORM)
        session = _form_session(request, context)
        conversation_id = session.conversation_id
        shown = await context.store.before(conversation_id, None)
        refused = ""
        try:
            await _say_picture(request, context, conversation_id)
        except (BadPicture, TooLarge):
            refused = picture_refused()
        message = _form_message(request, titles(shown))
        if message is not None:
            await _say(context, conversation_id, message)
        said = conversation(await context.store.before(conversation_id, None)) + refused
        page = context.page.html(client_id=secrets.token_hex(16), log=said, token=session.token)
        return html_response(page)


def _add_socket(blueprint: Blueprint, context: WebContext) -> None:
    async def socket(request: Request, ws: Any) -> None:
        try:
            _check_origin(request, context)
        except WrongOrigin as error:
            await ws.close(error.close, error.code)
            return
        await Socket(ws, context.sessions, context.store, context.hub, context.turns).serve()

    blueprint.add_websocket_route(socket, "/chat/ws", name="socket")


def _guarded(context: WebContext) -> Callable[[Handler], Handler]:
    """Answer this channel's errors in their own shape, and add the security headers to every answer."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, *args: Any, **kwargs: Any) -> HTTPResponse:
            try:
                answer = await handler(request, *args, **kwargs)
            except WebChannelError as error:
                answer = json_response({"type": "error", "code": error.code}, status=error.status)
                if isinstance(error, TooFast):
                    answer.headers["Retry-After"] = str(int(error.retry_after) + 1)
            answer.headers.update(security_headers(context.settings, request.headers.get("host")))
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return guarded

    return decorate


def _file(request: Request, asset: Asset, *, is_current: bool) -> HTTPResponse:
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": _FOREVER if is_current else "no-cache", "Vary": "Accept-Encoding"}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    body = asset.zipped if zipped else asset.body
    return HTTPResponse(body, headers=headers, content_type=asset.content_type)


def _check_origin(request: Request, context: WebContext) -> None:
    """Let only our own page talk; what is no browser sends no ``Origin`` and is held to its token alone."""
    origin = request.headers.get("origin")
    if origin is None or origin in context.settings.origins:
        return
    address = urlsplit(origin)
    if address.scheme not in ("http", "https") or address.netloc != request.headers.get("host"):
        raise WrongOrigin("the page is not ours")


def _session(request: Request, context: WebContext) -> Session:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise BadSession("no session token")
    return context.sessions.check(token.strip())


def _body(request: Request) -> str:
    if len(request.body) > 4 * MAX_FRAME:
        raise TooLarge("the body is too large")
    try:
        return bytes(request.body).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFrame("not UTF-8") from error


def _number(request: Request, name: str) -> int | None:
    raw = request.args.get(name)
    if raw is not None and not (raw.isascii() and raw.isdigit() and len(raw) < 16):  # noqa: PLR2004
        raise BadFrame(f"{name}: a whole number")
    return sequence({name: None if raw is None else int(raw)}, name)


def _form_session(request: Request, context: WebContext) -> Session:
    token = request.form.get("token", "")
    if token:
        try:
            return context.sessions.renew(context.sessions.check(token))
        except BadSession as error:  # too old: a new conversation is all the form can offer
            logger.info("a new conversation for the form", extra={"code": error.code})
    context.new_sessions.take(request.remote_addr or request.ip)
    return context.sessions.open()


async def _say_picture(request: Request, context: WebContext, conversation_id: str) -> None:
    """Say the picture of the form, if it carries one."""
    file = request.files.get("picture")
    if file is None or not file.body:
        return
    context.sent_pictures.take(conversation_id)
    picture = await _keep(context, conversation_id, file.body)
    value = {"id": f"{request.form.get('id', '')}-picture", "kind": "image", "picture": picture}
    await _say(context, conversation_id, client_message(value))


async def _say(context: WebContext, conversation_id: str, message: ClientMessage) -> None:
    """Have a message of the form answered, and wait for the answer."""
    context.messages.take(conversation_id)
    await context.turns.begin(conversation_id, message)
    await context.turns.wait(conversation_id, message.client_id, _FORM_WAIT)


def _form_message(request: Request, titles_shown: dict[str, str]) -> ClientMessage | None:
    """Return what the form says; a tapped button counts more than what stands in the field."""
    payload = request.form.get("payload", "")
    asked = request.form.get("chip", "") or request.form.get("text", "")
    value: dict[str, Any] = {"id": request.form.get("id", ""), "kind": "text", "text": asked}
    if payload:
        value.update(kind="payload", text=payload, title=titles_shown.get(payload, "（已选择）"))
    elif not asked.strip():
        return None
    return client_message(value)
