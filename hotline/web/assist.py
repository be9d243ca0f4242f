"""Calls as pages: those of an agent, one call with everything that helps during it, its end."""

from __future__ import annotations

import json
from typing import Any

from sanic import Blueprint, response

from backend_client import PlatformError

from .. import words
from ..assist.calls import WRONG, Call
from ..assist.draft import TITLE
from ..assist.looks import LEAST_NOTE, MAX_NOTE, PURPOSES
from ..desk import Desk
from ..telephone.numbers import starred
from .assist_wire import call_wire, draft_values
from .order_intake import LIMITS, topic_options

SHOWN = 30
MAX_NOTES = 3900


def blueprint() -> Any:
    """Return the pages under `/calls`."""
    routes = Blueprint("assist")
    routes.add_route(_list, "/calls", methods=["GET"])
    routes.add_route(_begin, "/calls/new", methods=["POST"])
    routes.add_route(_call, "/calls/<number:str>", methods=["GET"])
    routes.add_route(_end, "/calls/<number:str>/end", methods=["POST"])
    return routes


def call_href(number: str) -> str:
    """Return the path of a call's page."""
    return f"/calls/{number}"


async def call_of(request: Any, number: str) -> Call:
    """Return a call of who asks.

    Raises:
        NoSuchCall: there is none, or it is a colleague's.
    """
    desk: Desk = request.app.ctx.desk
    agent = request.ctx.agent.number
    found: Call = await desk.on_thread(lambda: desk.assist.calls.get(number, agent))
    return found


async def whole_of(desk: Desk, call: Call, shown: str) -> str:
    """Return what stars stand for: a value of the notes, else the number the call came from; else `shown` itself."""
    whole = call.pad.whole(shown)
    if "*" not in whole:
        return whole
    caller = await desk.on_thread(lambda: desk.telephone.pads.caller_of(call.number))
    return caller if caller and starred(caller) == shown else whole


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    agent = request.ctx.agent.number
    calls = await desk.on_thread(lambda: desk.assist.calls.listed(agent, SHOWN))
    standing = await desk.on_thread(lambda: desk.telephone.standing(agent, desk.unix()))
    seat = await desk.on_thread(lambda: desk.telephone.seats.seat_of(agent))
    rows = [_row(desk, call) for call in calls]
    html = desk.pages.render(
        "assist_calls",
        title="来电",
        session=request.ctx.session,
        open_rows=[row for row in rows if row["is_open"]],
        done_rows=[row for row in rows if not row["is_open"]],
        missed=standing.missed,
        known=",".join(number for number, _ in standing.calls),
        seat=seat,
        may_see_figures=request.ctx.session.may("figures.view"),
    )
    return response.html(html)


def _row(desk: Desk, call: Call) -> dict[str, Any]:
    matter = desk.assist.book.matter(call.about.matter)
    return {
        "number": call.number,
        "href": call_href(call.number),
        "begun": words.spoken_time(call.begun_at),
        "matter": matter.label if matter is not None else "还没听出来",
        "district": desk.assist.divisions.paths.get(call.about.district, ""),
        "order": call.order_number,
        "is_open": call.ended_at is None,
        "ended": words.spoken_time(call.ended_at) if call.ended_at is not None else "",
    }


async def _begin(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    agent = request.ctx.agent.number
    await desk.assist.warm()
    number, is_new = await desk.on_thread(lambda: desk.telephone.pads.begin(agent, desk.unix()))
    if is_new:
        await desk.note(agent, "call.begun", number)
    return response.redirect(call_href(number), status=303)


async def _call(request: Any, number: str) -> Any:
    return await call_page(request, await call_of(request, number))


async def call_page(request: Any, call: Call, fault: str = "", status: int = 200, **typed: str) -> Any:
    """Return a call's page, also as the answer to an order that was not taken; `typed` are fields of its form."""
    desk: Desk = request.app.ctx.desk
    room = desk.assist
    await room.warm()
    hearing = await desk.on_thread(lambda: room.read(call.pad))
    looks = await desk.on_thread(lambda: room.looks.of(call.number))
    behind = await desk.on_thread(lambda: desk.telephone.pads.behind(call.number, desk.unix()))
    caller = behind.shown if behind is not None and behind.caller else ""
    values = {"phone": caller, **draft_values(hearing.draft), **call.pad.changed, **typed}
    html = desk.pages.render(
        "assist_call",
        title=f"来电 {call.number}",
        session=request.ctx.session,
        call=call,
        begun=words.spoken_time(call.begun_at),
        ended=words.spoken_time(call.ended_at) if call.ended_at is not None else "",
        state=json.dumps(call_wire(call, hearing, room, caller), ensure_ascii=False),
        behind=behind,
        hung_up=words.spoken_unix(behind.hung_up) if behind is not None and behind.hung_up else "",
        values={name: values.get(name, "") for name in (*LIMITS, *_FIELDS)},
        limits={**LIMITS, "title": TITLE},
        max_notes=MAX_NOTES,
        fault=fault,
        matters=[
            (matter.id, matter.label) for matter in room.book.matters if matter.holds_on(room.now().date())
        ],
        kinds=[*words.KINDS.items()],
        urgencies=[*words.URGENCIES.items()],
        groups=[*words.SPECIAL_GROUPS.items()],
        topics=await _topics(desk),
        divisions=sorted(room.divisions.paths.items()),
        reasons=[*WRONG.items()],
        purposes=[*PURPOSES.items()] if request.ctx.session.may("person.look") else [],
        least_note=LEAST_NOTE,
        max_note=MAX_NOTE,
        looks=[(words.spoken_time(at), why) for at, why in looks],
    )
    return response.html(html, status=status)


_FIELDS = (
    "kind",
    "topic",
    "division",
    "happened_at",
    "urgency",
    "special_group",
    "anonymous",
    "confidential",
)


async def _topics(desk: Desk) -> list[tuple[str, str]]:
    """The topics to choose from; none while the platform is away: a call goes on."""
    try:
        return topic_options(await desk.platform.run(lambda p: p.order_catalogue()))
    except PlatformError:
        return []


async def _end(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    call = await call_of(request, number)
    await desk.on_thread(lambda: desk.assist.calls.end(call, desk.now()))
    await desk.note(call.agent, "call.ended", number)
    return response.redirect("/calls", status=303)
