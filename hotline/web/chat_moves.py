"""Chats for an agent's page, as JSON: what is under way, the feed, each move. `chats/service.py` says what they mean.

A session opens them, a post carries its form token in `X-Form-Token`. Refusals are problem documents; `current` in
one is the chat's present version.
"""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..accounts.people import Agent as Account
from ..chats.errors import NoSuchChat
from ..chats.model import Chat
from ..chats.presence import Agent
from ..chats.service import Chats
from ..departments import named
from ..errors import BadRequest, NotAllowed
from ..live.mentions import mentioned_in
from ..live.wire import chat_wire, context_wire, event_wire, snapshot_wire
from ..shifts.skills import chat_agent
from .reading import chats_of, object_of

PREFIX = "/desk/chats"
ASSISTANT = "/desk/assistant"
CALLS = "/desk/calls"
MAX_TEXT = 2000
MAX_ID = 64
MAX_NAME = 60
MAX_QUESTION = 500
_STATES = ("online", "busy", "away")
#: Seconds that a question for what is new waits for it.
_PATIENCE_S = 20.0
_LOOKS = 40


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("chat_moves")
    routes.add_route(_snapshot, PREFIX, methods=["GET"])
    routes.add_route(_feed, f"{PREFIX}/feed", methods=["GET"])
    routes.add_route(_here, f"{PREFIX}/here", methods=["POST"])
    routes.add_route(_left, f"{PREFIX}/left", methods=["POST"])
    routes.add_route(_dossier, f"{PREFIX}/<chat_id:str>", methods=["GET"])
    routes.add_route(_send, f"{PREFIX}/<chat_id:str>/messages", methods=["POST"])
    routes.add_route(_note, f"{PREFIX}/<chat_id:str>/notes", methods=["POST"])
    routes.add_route(_move, f"{PREFIX}/<chat_id:str>/moves", methods=["POST"])
    routes.add_route(_watch, ASSISTANT, methods=["GET"])
    routes.add_route(_watch_one, f"{ASSISTANT}/<conversation_id:str>", methods=["GET"], unquote=True)
    routes.add_route(_take_one, f"{ASSISTANT}/<conversation_id:str>/take", methods=["POST"], unquote=True)
    return routes


def wants_json(path: str) -> bool:
    """Tell whether a path is asked for by the agents' page: its refusals are documents, not pages."""
    return path.startswith("/desk/")


def agent_of(account: Account) -> Agent:
    """Return a person as chats know agents."""
    return chat_agent(account.number, account.profile)


async def _snapshot(request: Any) -> Any:
    return response.json(snapshot_wire(await chats_of(request).snapshot()), ensure_ascii=False)


async def _feed(request: Any) -> Any:
    """Answer what is new, or wait for it a while."""
    after = _number(request.args.get("after", "0"))
    chats = chats_of(request)
    for _ in range(_LOOKS):
        events = await chats.feed(after)
        if events or request.args.get("wait") != "1":
            break
        await chats.changed()
    return response.json({"events": [event_wire(event) for event in events]}, ensure_ascii=False)


async def _dossier(request: Any, chat_id: str) -> Any:
    dossier = await chats_of(request).open_chat(chat_id)
    desk, number, book = request.app.ctx.desk, request.ctx.agent.number, request.app.ctx.live.mentions
    await desk.note(number, "chat.viewed", chat_id)
    await desk.on_thread(lambda: book.seen(number, chat_id))
    return response.json(
        {
            "chat": chat_wire(dossier.chat),
            "context": context_wire(dossier.context),
            "events": [event_wire(event) for event in dossier.events],
        },
        ensure_ascii=False,
    )


async def _here(request: Any) -> Any:
    state = object_of(request).get("state")
    if state not in _STATES:
        raise BadRequest("state", f"one of {', '.join(_STATES)}")
    await chats_of(request).here(agent_of(request.ctx.agent), state)
    return response.json({"state": state})


async def _left(request: Any) -> Any:
    await chats_of(request).left(request.ctx.agent.number)
    return response.json({"state": "gone"})


async def _send(request: Any, chat_id: str) -> Any:
    body = object_of(request)
    text, client_id = text_in(body, "text", MAX_TEXT), text_in(body, "id", MAX_ID)
    event = await chats_of(request).send(
        chat_id, agent_of(request.ctx.agent), version_in(body), text, client_id
    )
    return response.json(event_wire(event), ensure_ascii=False)


async def _note(request: Any, chat_id: str) -> Any:
    body = object_of(request)
    text, client_id = text_in(body, "text", MAX_TEXT), text_in(body, "id", MAX_ID)
    agent, now = agent_of(request.ctx.agent), request.app.ctx.desk.unix()
    event = await chats_of(request).note(chat_id, agent, text, client_id)
    called, book = mentioned_in(text), request.app.ctx.live.mentions
    if called:
        await request.app.ctx.desk.on_thread(lambda: book.call(called, chat_id, agent.number, now))
    return response.json(event_wire(event), ensure_ascii=False)


async def _move(request: Any, chat_id: str) -> Any:
    body, chats, account = object_of(request), chats_of(request), request.ctx.agent
    agent = agent_of(account)
    if body.get("move") == "join":
        question = text_in(body, "question", MAX_QUESTION)
        department = await named(request.app.ctx.desk, text_in(body, "department", MAX_NAME))
        chat = await chats.join(chat_id, agent, version_in(body), department, question)
    else:
        chat = await _moved(chats, chat_id, account, agent, body)
    return response.json(chat_wire(chat), ensure_ascii=False)


async def _moved(chats: Chats, chat_id: str, account: Any, agent: Agent, body: dict[str, Any]) -> Chat:
    """Make the move that `move` names, other than joining a department."""
    move = body.get("move")
    simple = {
        "take": chats.take,
        "wrap_up": chats.wrap_up,
        "reopen": chats.reopen,
        "finish": chats.finish,
        "give_back": chats.give_back,
    }
    if move in simple:
        return await simple[move](chat_id, agent, version_in(body))
    if move == "decline":
        return await chats.decline(chat_id, agent)
    if move == "transfer":
        to_agent, group = body.get("to_agent") or None, body.get("group") or ""
        if not isinstance(to_agent, str | None) or not isinstance(group, str):
            raise BadRequest("to_agent", "a work number, or a group")
        return await chats.transfer(chat_id, agent, version_in(body), to_agent=to_agent, group=group)
    if move == "part":
        return await chats.part(chat_id, agent.number, version_in(body))
    if move == "take_over":
        if not account.may("chat.supervise"):
            raise NotAllowed("chat.supervise")
        return await chats.take_over(chat_id, agent, version_in(body))
    raise BadRequest("move", "one of the moves of docs/desk.md")


async def _watch(request: Any) -> Any:
    found = await chats_of(request).assistant_conversations()
    return response.json({"away": found is None, "conversations": found or []}, ensure_ascii=False)


async def _watch_one(request: Any, conversation_id: str) -> Any:
    found = await chats_of(request).watch_assistant(conversation_id)
    if found is None:
        raise NoSuchChat(conversation_id)
    found = context_wire(found)
    await request.app.ctx.desk.note(request.ctx.agent.number, "conversation.watched", conversation_id[:128])
    return response.json(found, ensure_ascii=False)


async def _take_one(request: Any, conversation_id: str) -> Any:
    chat = await chats_of(request).take_from_assistant(conversation_id, agent_of(request.ctx.agent))
    return response.json(chat_wire(chat), ensure_ascii=False)


def text_in(body: dict[str, Any], field: str, longest: int) -> str:
    """Return a text of a body.

    Raises:
        BadRequest: it is missing, blank or too long.
    """
    value = body.get(field)
    if not isinstance(value, str) or not len(value.strip()) > 0 or len(value) > longest:
        raise BadRequest(field, f"text of 1 to {longest} characters")
    return value


def version_in(body: dict[str, Any]) -> int:
    """Return the version a body names.

    Raises:
        BadRequest: it names none.
    """
    version = body.get("version")
    if type(version) is not int:
        raise BadRequest("version", "a whole number, the one last seen")
    return version


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004
        raise BadRequest("after", "a feed number")
    return int(text)
