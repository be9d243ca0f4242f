"""The page's form, for browsers without script: one POST says something and shows the whole conversation.

The same rules hold as for the page with script: the token in the form is the session, the ``Origin`` must be ours
(there is no cookie another site could ride on), rates and sizes are limited. What is refused is said in words, on the
page.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final

from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import html as html_response

from bot.channels.web.context import WebContext
from bot.channels.web.errors import BadFrame, BadPicture, BadSession, TooFast, TooLarge, WebChannelError
from bot.channels.web.frames import ClientMessage, client_message
from bot.channels.web.look import Look
from bot.channels.web.nojs import conversation, refused, titles
from bot.channels.web.sessions import Session
from bot.channels.web.store import Stored
from bot.channels.web.uploads import LARGEST_FORM, keep_picture, read_body

logger = logging.getLogger(__name__)

_FORM_WAIT: Final = 25.0
_MOST_SHOWN: Final = 1000
"""Messages of the longest conversation that is still shown as a whole."""


async def answer_form(request: Request, context: WebContext) -> HTTPResponse:
    """Say what the form says, wait for the answer, and return the page with the conversation so far."""
    session, problem = None, None
    fields: dict[str, str] = {}
    try:
        request.body = await read_body(request, LARGEST_FORM)
        fields = {name: values[0] for name, values in request.form.items()}
        session = _session(request, fields, context)
        await _say_all(request, fields, context, session.conversation_id)
    except (TooFast, BadFrame, BadPicture, TooLarge) as error:
        problem = error
    look = Look.of(fields, request.headers.get("accept-language", ""))
    said = await _said(context, session, problem, look)
    token = session.token if session else ""
    page = context.page.html(look, client_id=secrets.token_hex(16), log=said, token=token)
    return html_response(page, status=problem.status if problem else 200)


async def _said(
    context: WebContext, session: Session | None, problem: WebChannelError | None, look: Look
) -> str:
    words = context.page.words[look.language]
    messages = await _whole(context, session.conversation_id) if session else []
    said = conversation(messages, words)
    if problem is not None:
        return said + refused(problem.code, words)
    if session and context.turns.is_busy(session.conversation_id):
        return said + refused("late", words)
    return said


async def _whole(context: WebContext, conversation_id: str) -> list[Stored]:
    found = await context.store.before(conversation_id, None)
    older = found
    while older and older[0].seq > 1 and len(found) < _MOST_SHOWN:
        older = await context.store.before(conversation_id, older[0].seq)
        found = older + found
    return found


def _session(request: Request, fields: Mapping[str, str], context: WebContext) -> Session:
    token = fields.get("token", "")
    if token:
        try:
            return context.sessions.renew(context.sessions.check(token))
        except BadSession as error:  # too old: a new conversation is all the form can offer
            logger.info("a new conversation for the form", extra={"code": error.code})
    context.new_sessions.take(request.remote_addr or request.ip)
    return context.sessions.open()


async def _say_all(
    request: Request, fields: Mapping[str, str], context: WebContext, conversation_id: str
) -> None:
    """Say picture and words; a picture that cannot be taken is reported once the words are answered."""
    message = _message(fields, titles(await context.store.before(conversation_id, None)))
    try:
        await _say_picture(request, fields, context, conversation_id)
    finally:
        if message is not None:
            await _say(context, conversation_id, message)


async def _say_picture(
    request: Request, fields: Mapping[str, str], context: WebContext, conversation_id: str
) -> None:
    file = request.files.get("picture")
    if file is None or not file.body:
        return
    context.sent_pictures.take(conversation_id)
    picture = await keep_picture(context, conversation_id, file.body)
    value = {"id": f"{fields.get('id', '')}-picture", "kind": "image", "picture": picture}
    await _say(context, conversation_id, client_message({**value, **_manner(fields)}))


async def _say(context: WebContext, conversation_id: str, message: ClientMessage) -> None:
    """Have a message answered, and wait for the answer."""
    context.messages.take(conversation_id)
    await context.turns.begin(conversation_id, message)
    await context.turns.wait(conversation_id, message.client_id, _FORM_WAIT)


def _message(fields: Mapping[str, str], titles_shown: Mapping[str, str]) -> ClientMessage | None:
    """Return what the form says; a tapped button counts more than what stands in the field."""
    if fields.get("look"):  # a switch of the page was pressed; what stands in the field was not sent
        return None
    payload = fields.get("payload", "")
    asked = fields.get("chip", "") or fields.get("text", "")
    value: dict[str, Any] = {"id": fields.get("id", ""), "kind": "text", "text": asked}
    if payload:
        value.update(kind="payload", text=payload, title=titles_shown.get(payload, "…"))
    elif not asked.strip():
        return None
    return client_message({**value, **_manner(fields)})


def _manner(fields: Mapping[str, str]) -> dict[str, bool]:
    return {"large_type": True} if fields.get("view") == "elder" else {}
