"""Appeals against a colour: the list, one appeal with its pictures, and its decision. All of it is audited."""

from __future__ import annotations

import base64
import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args
from urllib.parse import quote

from sanic import Blueprint, response

from backend_client import Appeal, AppealDecision, AppealState, PlatformError

from .. import words
from ..desk import Desk
from ..display import shown
from ..errors import BadRequest
from ..time_limits import Light, Thresholds, light, remaining
from .failures import saying_of

PAGE_SIZE = 20
MAX_REPLY = 2000
_KEY = re.compile(r"[0-9a-f]{32}")
_OPEN = ("accepted", "reviewing")
_MOVES: Final[dict[str, Literal["reviewing", "upheld", "rejected"]]] = {
    "reviewing": "reviewing",
    "upheld": "upheld",
    "rejected": "rejected",
}


def blueprint() -> Any:
    """Return the routes of the appeal pages."""
    routes = Blueprint("appeals")
    routes.add_route(_list, "/appeals")
    routes.add_route(_detail, "/appeals/<number:str>", unquote=True)
    routes.add_route(_picture, "/appeals/<number:str>/pictures/<evidence:str>", unquote=True)
    routes.add_route(_decide, "/appeals/<number:str>/decisions", methods=["POST"], unquote=True)
    return routes


@dataclass(frozen=True)
class AppealRow:
    """An appeal in the list; names are masked."""

    number: str
    href: str
    name: str
    colour: str
    reason: str
    state: str
    created: str
    due: str
    left: str
    light: Light
    light_word: str
    light_sign: str


def row_of(appeal: Appeal, now: dt.datetime, thresholds: Thresholds) -> AppealRow:
    """Return an appeal for the list; `now` is the platform's."""
    pressing = appeal.state if appeal.state in _OPEN else "closed"
    how = light(pressing, appeal.created_at, appeal.due_at, now, thresholds)
    return AppealRow(
        number=appeal.number,
        href=f"/appeals/{quote(appeal.number, safe='')}",
        name=appeal.name_masked or "",
        colour=words.COLOURS[appeal.colour],
        reason=words.APPEAL_REASONS[appeal.reason],
        state=words.APPEAL_STATES[appeal.state],
        created=words.spoken_time(appeal.created_at),
        due=words.spoken_time(appeal.due_at),
        left="" if how == "done" else remaining(appeal.due_at, now),
        light=how,
        light_word=words.LIGHTS[how],
        light_sign=words.LIGHT_SIGNS[how],
    )


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    chosen, cursor = request.args.get("state", ""), request.args.get("cursor")
    if chosen and chosen not in (*get_args(AppealState), "overdue"):
        raise BadRequest("state", "unknown")
    late = chosen == "overdue"
    page, clock = await desk.platform.run(
        lambda p: (
            p.list_appeals(
                None if late or not chosen else chosen, overdue=late or None, limit=PAGE_SIZE, cursor=cursor
            ),
            p.clock(),
        )
    )
    html = desk.pages.render(
        "appeals",
        title="申诉",
        session=request.ctx.session,
        rows=[row_of(appeal, clock.now, desk.thresholds) for appeal in page.items],
        states={**words.APPEAL_STATES, "overdue": "已超期"},
        state=chosen,
        next_cursor=page.next_cursor or "",
        now=words.spoken_time(clock.now),
    )
    return response.html(html)


async def _detail(request: Any, number: str, *, status: int = 200, fault: str = "", reply: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    appeal, clock = await desk.platform.run(lambda p: (p.appeal(None, number), p.clock()))
    await desk.note(request.ctx.session.agent, "appeal.viewed", appeal.number)
    html = desk.pages.render(
        "appeal",
        title=f"申诉 {appeal.number}",
        session=request.ctx.session,
        row=row_of(appeal, clock.now, desk.thresholds),
        content=shown(appeal.content),
        stay=shown(appeal.stay or "没有填写"),
        rule=appeal.rule_id or "没有指明",
        phone=appeal.contact_phone_masked or "未留电话",
        present=words.COLOURS[appeal.present_colour or "none"],
        evidence=appeal.evidence,
        is_open=appeal.state in _OPEN,
        reviewing=appeal.state == "reviewing",
        reply=reply,
        decided=shown(appeal.reply or ""),
        fault=fault,
        events=[
            (words.spoken_time(e.at), words.APPEAL_STATES[e.state], shown(e.text)) for e in appeal.events
        ],
        key=uuid.uuid4().hex,
        max_reply=MAX_REPLY,
    )
    return response.html(html, status=status)


async def _picture(request: Any, number: str, evidence: str) -> Any:
    """Show one picture; that this agent opened it is written down first."""
    desk: Desk = request.app.ctx.desk
    await desk.note(request.ctx.session.agent, "evidence.opened", number, picture=evidence)
    opened = await desk.platform.run(lambda p: p.open_evidence(number, evidence))
    return response.raw(
        base64.b64decode(opened.content),
        content_type=opened.media_type,
        headers={"Cache-Control": "no-store", "Content-Disposition": "inline"},
    )


async def _decide(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    fields = {name: (request.form.get(name) or "") for name in ("to", "reply", "key")}
    to = _MOVES.get(fields["to"])
    if to is None:
        raise BadRequest("to", "unknown")
    if not _KEY.fullmatch(fields["key"]):
        raise BadRequest("key", "format")
    reply = fields["reply"].replace("\r\n", "\n").strip()
    if fields["to"] == "rejected" and not reply:
        return await _detail(request, number, status=422, fault="不成立要写明理由和群众可以怎么办。")
    if len(reply) > MAX_REPLY:
        return await _detail(request, number, status=422, fault=f"答复最多{MAX_REPLY}字。", reply=reply)
    move = AppealDecision(state=to, reply=(reply or None) if to != "reviewing" else None)
    agent, facts = request.ctx.session.agent, {"to": fields["to"], "key": fields["key"]}
    await desk.note(agent, "appeal.deciding", number, **facts)
    try:
        await desk.platform.run(lambda p: p.decide_appeal(number, move, key=fields["key"]))
    except PlatformError as error:
        await desk.note(agent, "appeal.decide_failed", number, **facts, outcome=str(error))
        status, sentence = saying_of(error)
        return await _detail(request, number, status=status, fault=sentence, reply=reply)
    await desk.note(agent, "appeal.decided", number, **facts)
    return response.redirect(f"/appeals/{quote(number, safe='')}", status=303)
