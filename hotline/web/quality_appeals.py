"""Appeals of agents against results: a leader keeps the result, or gives other points; both with words."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from sanic import Blueprint, response

from .. import words
from ..desk import Desk
from ..display import shown
from ..errors import BadRequest, NotAllowed
from ..quality.casebook import Case, State
from ..quality.errors import QualityRefused
from ..quality.scoring import Sheet, faults, total
from .quality import render, room_of, row_of
from .quality_mine import result_of
from .quality_scoring import sheet_of
from .quality_transcript import transcript_of
from .quality_words import SOURCES

SHOWN: Final = 200
LEAST_WORDS: Final = 4
MAX_WORDS: Final = 500
_OPEN: Final[tuple[State, ...]] = ("appealed",)
_DECIDED: Final[tuple[State, ...]] = ("kept", "changed")


def blueprint() -> Any:
    """Return the routes under `/quality/appeals`."""
    routes = Blueprint("quality_appeals")
    routes.add_route(_list, "/quality/appeals")
    routes.add_route(_one, "/quality/appeals/<case_id:str>", methods=["GET"])
    routes.add_route(_decide, "/quality/appeals/<case_id:str>", methods=["POST"])
    return routes


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent.number
    open_ones = await desk.on_thread(lambda: room.cases.listed(states=_OPEN, limit=SHOWN))
    decided = await desk.on_thread(lambda: room.cases.listed(states=_DECIDED, limit=SHOWN))
    return render(
        request,
        "quality_appeals",
        "质检申诉",
        waiting=[(row_of(case, me, {}), _barred(request, case)) for case in open_ones],
        decided=[row_of(case, me, {}) for case in decided],
    )


def _barred(request: Any, case: Case) -> bool:
    """Tell whether somebody took part in a case, or scored it: then another leader decides."""
    agent = request.ctx.agent
    involved = agent.number in case.taking_part or agent.number == case.scorer
    return involved or not agent.may("quality.decide", owner=case.agent)


async def _one(request: Any, case_id: str) -> Any:
    return await _page(request, case_id)


async def _page(
    request: Any, case_id: str, *, status: int = 200, fault: str = "", typed: tuple[Sheet, str] | None = None
) -> Any:
    desk: Desk = request.app.ctx.desk
    case = await desk.on_thread(lambda: room_of(request).cases.case(case_id))
    if _barred(request, case):
        raise NotAllowed("quality.decide")
    transcript = await transcript_of(request, case)
    result, card, sheet = await result_of(request, case)
    return render(
        request,
        "quality_decision",
        "裁定申诉",
        status=status,
        result=result,
        kind=SOURCES[case.source],
        card=card,
        sheet=typed[0] if typed else sheet,
        words=typed[1] if typed else "",
        transcript=transcript,
        fault=fault,
        most=MAX_WORDS,
        spoken=words.spoken_unix,
        done="已裁定，坐席会看到结果和理由。" if request.args.get("done") == "1" and not fault else "",
    )


async def _decide(request: Any, case_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent.number
    case = await desk.on_thread(lambda: room.cases.case(case_id))
    if _barred(request, case):
        raise NotAllowed("quality.decide")
    verdict, typed = request.form.get("verdict") or "", (request.form.get("reason") or "").strip()
    if verdict not in ("kept", "changed"):
        raise BadRequest("verdict", "unknown")
    _, card, before = await result_of(request, case)
    filled = sheet_of(request, card)
    sheet = Sheet(filled.points, filled.remarks, filled.fatal, before.marks, before.words)
    fault = (
        "" if LEAST_WORDS <= len(typed) <= MAX_WORDS else f"请写明裁定理由，{LEAST_WORDS}到{MAX_WORDS}字。"
    )
    if not fault and verdict == "changed":
        fault = next(iter(faults(card, sheet).values()), "")
    if fault:
        return await _page(request, case_id, status=422, fault=fault, typed=(sheet, typed))
    changed = (sheet, total(card, sheet)) if verdict == "changed" else None
    try:
        after = await desk.on_thread(
            lambda: room.cases.decide(case_id, me, shown(typed), desk.unix(), changed)
        )
    except QualityRefused as error:
        return await _page(request, case_id, status=409, fault=error.sentence, typed=(sheet, typed))
    detail = {"of": case.agent, "verdict": verdict, "old": case.total, "new": after.total}
    await desk.note(me, "quality.decided", case_id, **detail)
    return response.redirect(f"/quality/appeals/{quote(case_id, safe='')}?done=1", status=303)
