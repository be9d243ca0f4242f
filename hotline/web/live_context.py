"""What the agents' page asks for beside the chat itself: background, departments, whispers, one whole value."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..chats.joins import covers
from ..departments import near
from ..desk import Desk
from ..live.summary import facts_of, summary_of
from ..live.wire import event_wire
from ..reveals.ledger import FIELDS, LEAST_NOTE, MAX_NOTE, PURPOSES
from .chat_moves import MAX_ID, MAX_NAME, MAX_TEXT, agent_of, text_in, version_in
from .live_code import code_of
from .reading import chats_of, district_of, object_of
from .revealing import SHOWN_S, NotRevealed, Wanted, check_case, reveal

PREFIX = "/desk/live"


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("live_context")
    routes.add_route(_background, f"{PREFIX}/chats/<chat_id:str>")
    routes.add_route(_whisper, f"{PREFIX}/chats/<chat_id:str>/whispers", methods=["POST"])
    routes.add_route(_department_says, f"{PREFIX}/chats/<chat_id:str>/relays", methods=["POST"])
    routes.add_route(_departments, f"{PREFIX}/departments")
    routes.add_route(_reveal, f"{PREFIX}/reveals/<number:str>", methods=["POST"])
    return routes


async def _background(request: Any, chat_id: str) -> Any:
    dossier = await chats_of(request).open_chat(chat_id)
    return response.json(
        {
            "summary": summary_of(dossier.chat, dossier.context, dossier.events),
            "facts": facts_of(dossier.context),
            "code": code_of(dossier),
            "reveal": {
                "fields": list(FIELDS.items()),
                "purposes": list(PURPOSES.items()),
                "least": LEAST_NOTE,
                "most": MAX_NOTE,
            },
        },
        ensure_ascii=False,
    )


async def _whisper(request: Any, chat_id: str) -> Any:
    """Tell the agent of a chat something that stands out on their page; the citizen never gets it."""
    body = object_of(request)
    text, client_id, to = (
        text_in(body, "text", MAX_TEXT),
        text_in(body, "id", MAX_ID),
        text_in(body, "to", MAX_NAME),
    )
    agent = request.ctx.agent
    event = await chats_of(request).note(chat_id, agent_of(agent), text, client_id, whisper_to=to)
    await request.app.ctx.desk.note(agent.number, "chat.whispered", chat_id, to=to)
    return response.json(event_wire(event), ensure_ascii=False)


async def _department_says(request: Any, chat_id: str) -> Any:
    """Pass on what a joined department has said, in its name; the owner of the chat writes it down."""
    body, chats, agent = object_of(request), chats_of(request), request.ctx.agent
    text, client_id = text_in(body, "text", MAX_TEXT), text_in(body, "id", MAX_ID)
    event = await chats.relay(chat_id, agent_of(agent), version_in(body), text, client_id)
    return response.json(event_wire(event), ensure_ascii=False)


async def _departments(request: Any) -> Any:
    """Answer which departments can be joined, and of which somebody is at their page."""
    desk: Desk = request.app.ctx.desk
    district = district_of(request)
    visits = await desk.on_thread(lambda: request.app.ctx.live.looks.visiting(desk.unix()))
    there = {visit.department for visit in visits}
    offices = await near(desk, district, there)
    return response.json(
        {
            "departments": [
                {"code": one.code, "name": one.name, "there": any(covers(own, one.code) for own in there)}
                for one in offices
            ]
        },
        ensure_ascii=False,
    )


async def _reveal(request: Any, number: str) -> Any:
    body = object_of(request)
    check_case(number)
    chosen = {name: body.get(name) for name in ("field", "purpose", "note")}
    wanted = Wanted(number, *(value.strip() if isinstance(value, str) else "" for value in chosen.values()))
    try:
        shown = await reveal(request.app.ctx.desk, request.ctx.agent.number, wanted)
    except NotRevealed as refusal:
        return response.json({"sentence": refusal.sentence}, status=refusal.status, ensure_ascii=False)
    return response.json(
        {"label": shown.label, "value": shown.value, "mark": shown.mark, "seconds": SHOWN_S},
        ensure_ascii=False,
    )
