"""The page's HTTP side: files, sessions, and everything WebSocket does for those it cannot reach."""

from __future__ import annotations

import gzip
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, Final
from urllib.parse import urlsplit

import brotli
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import html as html_response
from sanic.response import json as json_response

from bot.channels.web.context import WebContext
from bot.channels.web.errors import (
    BadFrame,
    BadSession,
    TooFast,
    TooLarge,
    WebChannelError,
    WrongOrigin,
)
from bot.channels.web.form import answer_form
from bot.channels.web.frames import MAX_FRAME, client_message, identity_message, parse, sequence
from bot.channels.web.look import Look
from bot.channels.web.page import WIDGET, Asset, security_headers, takes
from bot.channels.web.sessions import Session
from bot.channels.web.socket import Socket, session_json
from bot.channels.web.uploads import keep_picture, read_body
from bot.identity.arrivals import ARRIVAL_COOKIE, ARRIVAL_PATH
from bot.voice import LARGEST, NotHeard
from privacy.errors import PrivacyError
from privacy.pictures import LARGEST_FILE

logger = logging.getLogger(__name__)

MAX_WAIT: Final = 20.0
"""Seconds a poll may wait; below the time limit of every proxy."""
HTML: Final = "text/html; charset=utf-8"
_AN_HOUR: Final = "public, max-age=3600"
_FOREVER: Final = "public, max-age=31536000, immutable"
#: HTTP's word for each reason why speech has not become words.
_NOT_HEARD: Final = {
    "not_installed": 501,
    "not_understood": 422,
    "too_long": 413,
    "unreadable": 415,
    "unavailable": 503,
}
#: How the page itself is packed for each reader, quickly: it is made anew each time.
_PACKED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6),
}
Handler = Callable[..., Awaitable[HTTPResponse]]


def register(blueprint: Blueprint, context: WebContext) -> None:
    """Add the channel's routes (all but ``/``, which Rasa has taken: see :func:`page_handler`)."""
    _add_files(blueprint, context)
    _add_sessions(blueprint, context)
    _add_messages(blueprint, context)
    _add_pictures(blueprint, context)
    _add_speech(blueprint, context)
    _add_identity(blueprint, context)
    _add_arrivals(blueprint, context)
    _add_form(blueprint, context)
    _add_socket(blueprint, context)


def page_handler(context: WebContext) -> Handler:
    """Return the handler that shows the page."""

    @_guarded(context)
    async def page(request: Request) -> HTTPResponse:
        fields = {name: values[0] for name, values in request.args.items()}
        look = Look.of(fields, request.headers.get("accept-language", ""))
        invitation = context.sessions.invite()
        html = context.page.html(look, client_id=secrets.token_hex(16), invitation=invitation)
        headers = {"Vary": "Accept-Encoding, Accept-Language"}
        accepted = request.headers.get("accept-encoding", "")
        coding = next((name for name in _PACKED if takes(accepted, name)), None)
        if coding is None:
            return html_response(html, headers=headers)
        # Nothing in this page is echoed from the request, so its compressed size tells nothing of the invitation.
        headers["Content-Encoding"] = coding
        return HTTPResponse(_PACKED[coding](html.encode()), headers=headers, content_type=HTML)

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

    @blueprint.get("/widget.js", name="widget")
    @_guarded(context)
    async def widget(request: Request) -> HTTPResponse:
        answer = _file(request, context.page.assets[WIDGET], is_current=False)
        answer.headers["Cache-Control"] = _AN_HOUR
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # other sites load it
        return answer


def _add_sessions(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/session", name="session")
    @_guarded(context)
    async def session(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        context.new_sessions.take(request.remote_addr or request.ip)
        return json_response(session_json(_opened(request, context)))

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
        return json_response({"picture": await keep_picture(context, conversation_id, raw)}, status=201)

    @blueprint.get("/chat/pictures/<picture:str>", name="picture")
    @_guarded(context)
    async def picture(request: Request, picture: str) -> HTTPResponse:
        session = _session(request, context)
        try:
            found = await context.pictures.find(session.conversation_id, picture)
        except PrivacyError:
            return json_response({"type": "error", "code": "gone"}, status=404)
        return HTTPResponse(found.content, content_type=found.media_type)


def _add_speech(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/speech", name="speech", stream=True)
    @_guarded(context)
    async def speech(request: Request) -> HTTPResponse:
        """Tell the page what was understood; it is said only when the person sends it as a message."""
        _check_origin(request, context)
        context.spoken.take(_session(request, context).conversation_id)
        raw = await read_body(request, LARGEST)
        try:
            heard = await context.recogniser.recognise(raw)
        except NotHeard as error:
            return json_response({"type": "error", "code": error.reason}, status=_NOT_HEARD[error.reason])
        return json_response({"heard": heard.text}, status=201)


def _add_identity(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/identity", name="identity")
    @_guarded(context)
    async def identity(request: Request) -> HTTPResponse:
        """Take an identity that a front end hands over; the answer comes like that to any message."""
        _check_origin(request, context)
        session = _session(request, context)
        message = identity_message(parse(_body(request)))
        context.messages.take(session.conversation_id)
        begun = await context.turns.begin(session.conversation_id, message)
        return json_response({"type": begun, "id": message.client_id}, status=202)


def _add_arrivals(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/arrival", name="arrival")
    @_guarded(context)
    async def arrival(request: Request) -> HTTPResponse:
        """Take a page that was opened from a chat: the ticket in the cookie stands for it, once."""
        _check_origin(request, context)
        session = _session(request, context)
        context.messages.take(session.conversation_id)
        ticket = request.cookies.get(ARRIVAL_COOKIE, "")
        known = bool(ticket) and await context.arrived(session.conversation_id, ticket)
        answer = json_response({"arrived": known})
        answer.headers["Set-Cookie"] = (
            f"{ARRIVAL_COOKIE}=; Path={ARRIVAL_PATH}; Max-Age=0; HttpOnly; SameSite=Strict"
        )
        return answer


def _add_form(blueprint: Blueprint, context: WebContext) -> None:
    @blueprint.post("/chat/ask", name="ask", stream=True)
    @_guarded(context)
    async def ask(request: Request) -> HTTPResponse:
        _check_origin(request, context)
        return await answer_form(request, context)


def _add_socket(blueprint: Blueprint, context: WebContext) -> None:
    async def socket(request: Request, ws: Any) -> None:
        try:
            _check_origin(request, context)
        except WrongOrigin as error:
            await ws.close(error.close, error.code)
            return
        address = request.remote_addr or request.ip
        await Socket(
            ws,
            context.sessions,
            context.store,
            context.hub,
            context.turns,
            may_open=lambda: context.new_sessions.take(address),
        ).serve()

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
            host = request.headers.get("host")
            for name, value in security_headers(context.settings, host, context.page.first_hash).items():
                answer.headers.setdefault(name, value)
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return guarded

    return decorate


def _file(request: Request, asset: Asset, *, is_current: bool) -> HTTPResponse:
    body, coding = asset.for_those_who_take(request.headers.get("accept-encoding", ""))
    tag = f'"{asset.tag}-{coding}"' if coding else f'"{asset.tag}"'
    headers = {
        "Cache-Control": _FOREVER if is_current else "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": tag,
    }
    if tag in request.headers.get("if-none-match", ""):
        return HTTPResponse(status=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    return HTTPResponse(body, headers=headers, content_type=asset.content_type)


def _check_origin(request: Request, context: WebContext) -> None:
    """Let only our own page talk; what is no browser sends no ``Origin`` and is held to its token alone."""
    origin = request.headers.get("origin")
    if origin is None or origin in context.settings.origins:
        return
    address = urlsplit(origin)
    if address.scheme not in ("http", "https") or address.netloc != request.headers.get("host"):
        raise WrongOrigin("the page is not ours")


def _opened(request: Request, context: WebContext) -> Session:
    """Open the conversation that the page was invited to; another one when that invitation is too old."""
    invitation = parse(_body(request)).get("invitation") if request.body else None
    if isinstance(invitation, str):
        try:
            return context.sessions.accept(invitation)
        except BadSession as error:
            logger.info("a new conversation for an old page", extra={"code": error.code})
    return context.sessions.open()


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
