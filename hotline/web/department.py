"""A department's side of three-party chats: its page, what it reads, what it writes, and that it leaves.

Everything goes by the department of the account (`Agent.department`), never by what a request says. A chat to which it
is not joined does not exist for it; who asks for one nevertheless stands in the audit.
"""

from __future__ import annotations

import json
from typing import Any, Final

from sanic import Blueprint, response

from ..accounts.people import Agent as Account
from ..chats.errors import NoSuchChat, NotYours
from ..chats.joins import covers
from ..chats.model import Chat
from ..chats.records import ChatEvent
from ..desk import Desk
from ..live import labels
from ..live.narrow import narrow_chat, narrow_event, narrow_events, speaks_as, stay_wire
from ..live.summary import facts_of, summary_of
from ..live.wire import chat_wire, event_wire
from .chat_moves import MAX_ID, MAX_TEXT, text_in, version_in
from .reading import chats_of, object_of

PREFIX = "/desk/department"
#: That a department was in a chat is shown for a day, of the latest ones.
STAYS_SHOWN_S: Final = 86_400.0
MOST_STAYS: Final = 20


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("department")
    routes.add_route(_page, "/department")
    routes.add_route(_list, f"{PREFIX}/chats")
    routes.add_route(_dossier, f"{PREFIX}/chats/<chat_id:str>")
    routes.add_route(_say, f"{PREFIX}/chats/<chat_id:str>/messages", methods=["POST"])
    routes.add_route(_note, f"{PREFIX}/chats/<chat_id:str>/notes", methods=["POST"])
    routes.add_route(_part, f"{PREFIX}/chats/<chat_id:str>/parts", methods=["POST"])
    return routes


async def _page(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    session, agent = request.ctx.session, request.ctx.agent
    config = {
        "agent": agent.number,
        "department": agent.department,
        "token": session.form_token,
        "may": [],
        "topics": labels.topics(),
        "groups": labels.groups(),
        "longest": MAX_TEXT,
        "kept_hours": desk.settings.session_hours,
    }
    html = desk.pages.render(
        "department", title="三方会话", session=session, config=json.dumps(config, ensure_ascii=False)
    )
    return response.html(html)


async def _list(request: Any) -> Any:
    chats, own = chats_of(request), request.ctx.agent.department
    since = request.app.ctx.desk.unix() - STAYS_SHOWN_S
    joined = await chats.joined_to(own)
    stays = await chats.stays(own, since, MOST_STAYS)
    return response.json(
        {
            "chats": [narrow_chat(chat_wire(chat)) for chat in joined],
            "stays": [stay_wire(one) for one in stays],
        },
        ensure_ascii=False,
    )


async def _dossier(request: Any, chat_id: str) -> Any:
    """Answer with a chat as the department may read it: from the hand-over on, and what came before in short."""
    agent = request.ctx.agent
    await _seen(request, chat_id, now=True)
    dossier = await chats_of(request).open_chat(chat_id)
    if not covers(agent.department, dossier.chat.department):
        raise NoSuchChat(chat_id)
    await request.app.ctx.desk.note(agent.number, "chat.viewed", chat_id, department=agent.department)
    return response.json(
        {
            "chat": narrow_chat(chat_wire(dossier.chat)),
            "summary": summary_of(dossier.chat, dossier.context, dossier.events),
            "facts": facts_of(dossier.context),
            "events": narrow_events(dossier.events, agent.department),
        },
        ensure_ascii=False,
    )


async def _say(request: Any, chat_id: str) -> Any:
    body, agent = object_of(request), request.ctx.agent
    text, client_id, version = text_in(body, "text", MAX_TEXT), text_in(body, "id", MAX_ID), version_in(body)
    department = speaks_as(agent.department, await _seen(request, chat_id))
    event = await chats_of(request).say_for(
        department, chat_id, version, text=text, author=agent.number, client_id=client_id
    )
    return _answer(event, agent)


async def _note(request: Any, chat_id: str) -> Any:
    body, agent = object_of(request), request.ctx.agent
    text, client_id = text_in(body, "text", MAX_TEXT), text_in(body, "id", MAX_ID)
    department = speaks_as(agent.department, await _seen(request, chat_id))
    event = await chats_of(request).note_for(
        department, chat_id, text=text, author=agent.number, client_id=client_id
    )
    return _answer(event, agent)


async def _part(request: Any, chat_id: str) -> Any:
    """Leave a chat, for the whole department."""
    agent, version = request.ctx.agent, version_in(object_of(request))
    department = speaks_as(agent.department, await _seen(request, chat_id))
    await chats_of(request).part(chat_id, department.code, version, author=agent.number)
    return response.json({"parted": True})


async def _seen(request: Any, chat_id: str, *, now: bool = False) -> Chat:
    """Return a chat that this department is in, or (unless `now`) was: words sent twice are known later, too.

    Raises:
        NoSuchChat: it is not, which goes to the audit.
    """
    agent = request.ctx.agent
    try:
        chat = await chats_of(request).seen_by(agent.department, chat_id)
        if now and not covers(agent.department, chat.department):
            raise NoSuchChat(chat_id)
    except NoSuchChat:
        await request.app.ctx.desk.note(agent.number, "access.refused", request.path[:128])
        raise
    return chat


def _answer(event: ChatEvent, agent: Account) -> Any:
    """Answer with what was written, unless the id was somebody else's before."""
    written = narrow_event(event_wire(event), agent.department)
    if written is None or event.body.get("by") != agent.number:
        raise NotYours("another one's message")
    return response.json(written, ensure_ascii=False)
