"""The page of canned replies, and the list the box of a chat opens with `/`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sanic import Blueprint, response

from ..canned.book import LABELS, LIMITS, TEAM, ReplyBook
from ..canned.errors import CannedRefused
from ..canned.initials import initials_of
from ..canned.variables import VARIABLES, filled
from ..desk import Desk
from ..errors import BadRequest, NotAllowed

#: Whoever leads a shift speaks for the team.
_TEAM_PERMISSION = "shift.manage"


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("canned")
    routes.add_route(_list, "/canned")
    routes.add_route(_add, "/canned", methods=["POST"])
    routes.add_route(_change, "/canned/<number:int>", methods=["POST"])
    routes.add_route(_for_box, "/desk/live/canned")
    return routes


async def _for_box(request: Any) -> Any:
    """Return the replies as this agent would say them now."""
    desk: Desk = request.app.ctx.desk
    agent, now = request.ctx.agent.number, desk.now()
    replies = await desk.on_thread(lambda: _book(request).of(agent))
    shown = [
        {
            "id": reply.id,
            "category": reply.category,
            "title": reply.title,
            "initials": initials_of(reply.title),
            "text": filled(reply.text, agent, now),
            "own": reply.owner != TEAM,
        }
        for reply in replies
    ]
    return response.json({"replies": shown}, ensure_ascii=False)


async def _list(request: Any) -> Any:
    return await _page(request)


async def _add(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    values, agent = _values(request), request.ctx.agent
    owner = TEAM if request.form.get("team") else agent.number
    _check_owner(agent, owner)
    try:
        number = await desk.on_thread(lambda: _book(request).add(owner, values))
    except CannedRefused as refusal:
        return await _page(request, refusal.sentence, values, 422)
    await desk.note(agent.number, "canned.added", str(number), team=owner == TEAM)
    return response.redirect("/canned?done=added", status=303)


async def _change(request: Any, number: int) -> Any:
    desk: Desk = request.app.ctx.desk
    agent, act = request.ctx.agent, request.form.get("act") or ""
    owner = TEAM if request.form.get("of") == "team" else agent.number
    _check_owner(agent, owner)
    if act not in ("change", "delete"):
        raise BadRequest("act", "change or delete")
    values, book = _values(request), _book(request)
    try:
        if act == "delete":
            await desk.on_thread(lambda: book.delete(number, owner))
        else:
            await desk.on_thread(lambda: book.change(number, owner, values))
    except CannedRefused as refusal:
        return await _page(request, refusal.sentence, status=422)
    await desk.note(agent.number, f"canned.{act}d", str(number), team=owner == TEAM)
    return response.redirect(f"/canned?done={act}d", status=303)


def _check_owner(agent: Any, owner: str) -> None:
    if owner == TEAM and not agent.may(_TEAM_PERMISSION):
        raise NotAllowed(_TEAM_PERMISSION)


def _book(request: Any) -> ReplyBook:
    book: ReplyBook = request.app.ctx.live.replies
    return book


def _values(request: Any) -> dict[str, str]:
    return {name: str(request.form.get(name) or "") for name in LIMITS}


async def _page(request: Any, fault: str = "", typed: dict[str, str] | None = None, status: int = 200) -> Any:
    desk: Desk = request.app.ctx.desk
    agent = request.ctx.agent
    replies = await desk.on_thread(lambda: _book(request).of(agent.number))
    done = {"added": "新增了一条。", "changed": "改好了。", "deleted": "删掉了。"}
    html = desk.pages.render(
        "canned",
        title="常用语",
        session=request.ctx.session,
        fault=fault,
        done=done.get(request.args.get("done", ""), ""),
        typed=typed or dict.fromkeys(LIMITS, ""),
        team=[{**asdict(one), "initials": initials_of(one.title)} for one in replies if one.owner == TEAM],
        own=[{**asdict(one), "initials": initials_of(one.title)} for one in replies if one.owner != TEAM],
        leads=agent.may(_TEAM_PERMISSION),
        limits=LIMITS,
        labels=LABELS,
        variables=VARIABLES,
    )
    return response.html(html, status=status)
