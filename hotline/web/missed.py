"""Callers nobody answered: the list, one of them, and what agents do about it."""

from __future__ import annotations

from typing import Any, Final, cast

from sanic import Blueprint, response

from .. import words
from ..desk import Desk
from ..errors import BadRequest
from ..figures.days import bounds, day_of
from ..figures.wording import seconds_words
from ..telephone.callbacks import Listed
from ..telephone.errors import MissedChanged
from ..telephone.missed import MOST_TRIES, OPEN, UNNEEDED, Move, can_claim

PATH: Final = "/calls/missed"
STATES: Final = {
    "open": "待回拨",
    "claimed": "正在回拨",
    "reached": "已联系上",
    "unreached": f"{MOST_TRIES}次没打通",
    "unneeded": "不用回拨",
    "came": "已打进来",
}
_MOVES: Final[frozenset[str]] = frozenset({"claim", "release", "reached", "no_answer", "unneeded"})
_CHANGED: Final = "慢了一步：这一件刚被别人认领，或者来电人已经打进来了。下面是现在的情况。"


def blueprint() -> Any:
    """Return the routes under `/calls/missed`."""
    routes = Blueprint("missed")
    routes.add_route(_list, PATH, methods=["GET"])
    routes.add_route(_one, f"{PATH}/<number:str>", methods=["GET"])
    routes.add_route(_move, f"{PATH}/<number:str>/moves", methods=["POST"])
    return routes


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    midnight, _ = bounds(day_of(desk.unix()))
    found = await desk.on_thread(lambda: desk.telephone.callbacks.listed(midnight))
    rows = [_row(one, request.ctx.agent.number, desk.unix()) for one in found]
    html = desk.pages.render(
        "missed",
        title="漏接来电",
        session=request.ctx.session,
        open_rows=[row for row in rows if row["is_open"]],
        done_rows=[row for row in rows if not row["is_open"]],
        open_count=sum(row["is_open"] for row in rows),
    )
    return response.html(html)


def _row(one: Listed, agent: str, now: float) -> dict[str, Any]:
    case = one.case
    tries = f"，打过{case.tries}次没人接" if case.tries and case.state in OPEN else ""
    who = f"（{case.agent}）" if case.agent else ""
    return {
        "number": case.number,
        "href": f"{PATH}/{case.number}",
        "caller": one.shown,
        "times": one.times,
        "last": words.spoken_unix(one.last_at),
        "waited": seconds_words(one.waited_s),
        "state": f"{STATES[case.state]}{who}{tries}",
        "reason": UNNEEDED.get(case.reason, ""),
        "version": case.version,
        "is_open": case.state in OPEN,
        "is_mine": case.state == "claimed" and case.agent == agent,
        "can_claim": can_claim(case, agent, now),
    }


async def _one(request: Any, number: str) -> Any:
    return await _page(request, number)


async def _page(request: Any, number: str, fault: str = "", status: int = 200) -> Any:
    desk: Desk = request.app.ctx.desk
    agent = request.ctx.agent
    one = await desk.on_thread(lambda: desk.telephone.callbacks.get(number))
    pad = await desk.on_thread(lambda: desk.telephone.pads.of_case(number))
    html = desk.pages.render(
        "missed_one",
        title=f"漏接来电 {number}",
        session=request.ctx.session,
        row=_row(one, agent.number, desk.unix()),
        reasons=[*UNNEEDED.items()],
        left=MOST_TRIES - one.case.tries,
        most=MOST_TRIES,
        may_reveal=agent.may("person.reveal"),
        pad=pad.number if pad is not None and pad.agent == agent.number else "",
        order=pad.order if pad is not None else "",
        fault=fault,
    )
    return response.html(html, status=status)


async def _move(request: Any, number: str) -> Any:
    """Do a move on the version the page has shown; whoever is reached is talked to on a page of its own."""
    desk: Desk = request.app.ctx.desk
    agent, form, now = request.ctx.agent.number, request.form, desk.unix()
    move, version, reason = form.get("move"), form.get("version") or "", form.get("reason") or ""
    if move not in _MOVES or not (version.isdecimal() and version.isascii() and len(version) < 10):  # noqa: PLR2004
        raise BadRequest("move", "unknown, or without its version")
    if move == "unneeded" and reason not in UNNEEDED:
        return await _page(request, number, "请选不用回拨的原因。", 422)
    callbacks, wanted = desk.telephone.callbacks, cast(Move, move)
    kept = reason if move == "unneeded" else ""
    try:
        case = await desk.on_thread(
            lambda: callbacks.move(number, int(version), wanted, agent, now=now, reason=kept)
        )
    except MissedChanged as error:
        return await _page(request, number, _CHANGED, error.status)
    await desk.note(agent, f"missed.{move}", number, state=case.state, tries=case.tries)
    desk.telephone.ring()
    if move == "reached":
        pad, _ = await desk.on_thread(lambda: desk.telephone.pads.begin(agent, now, number))
        await desk.note(agent, "call.begun", pad, of=number)
        return response.redirect(f"/calls/{pad}", status=303)
    back = f"{PATH}/{number}" if move == "claim" else PATH
    return response.redirect(back, status=303)
