"""An agent's own results: read, take, or appeal within five working days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sanic import Blueprint, response

from .. import words
from ..desk import Desk
from ..display import shown
from ..errors import BadRequest
from ..quality.cards import Card
from ..quality.casebook import Case, State
from ..quality.errors import NoSuchCase, QualityRefused
from ..quality.scoring import Sheet
from .quality import render, room_of
from .quality_transcript import transcript_of
from .quality_words import SOURCES, STATES

SHOWN: Final = 200
LEAST_WORDS: Final = 4
MAX_WORDS: Final = 500
_GIVEN: Final[tuple[State, ...]] = ("scored", "accepted", "appealed", "kept", "changed")


def blueprint() -> Any:
    """Return the routes under `/quality/mine`."""
    routes = Blueprint("quality_mine")
    routes.add_route(_list, "/quality/mine")
    routes.add_route(_result, "/quality/mine/<case_id:str>", methods=["GET"])
    routes.add_route(_answer, "/quality/mine/<case_id:str>", methods=["POST"])
    return routes


@dataclass(frozen=True)
class Judged:
    """An item with what was given; `given` is `None` where nothing is known any more."""

    label: str
    guidance: str
    most: int
    given: int | None
    remark: str


@dataclass(frozen=True)
class Result:
    """A result as it is read: by its agent, and by the leader who decides about it."""

    case: Case
    state: str
    total: int
    items: tuple[Judged, ...]
    fatal: tuple[tuple[str, str], ...]
    words: str
    scored: str
    until: str
    open: bool


async def result_of(request: Any, case: Case) -> tuple[Result, Card, Sheet]:
    """Return a case's result with the card and the sheet it rests on: a leader's where one was put in its place."""
    desk: Desk = request.app.ctx.desk
    room = room_of(request)
    kept = await desk.on_thread(lambda: room.sheets.one(case.case_id, case.scorer))
    if kept is None or not kept.submitted:
        raise NoSuchCase(case.case_id)
    card, sheet = room.cards.of(case.source, kept.card_version), case.decided or kept.sheet
    until = case.appeal_until or 0.0
    result = Result(
        case=case,
        state=STATES[case.state],
        total=case.total or 0,
        items=tuple(
            Judged(
                item.label,
                item.guidance,
                item.points,
                sheet.points.get(item.key),
                sheet.remarks.get(item.key, ""),
            )
            for item in card.items
        ),
        fatal=tuple((one.label, one.guidance) for one in card.fatal if one.key in sheet.fatal),
        words=sheet.words,
        scored=words.spoken_unix(case.scored_at or 0.0),
        until=last_day_of(until),
        open=case.state == "scored" and desk.unix() < until,
    )
    return result, card, sheet


def last_day_of(until: float) -> str:
    """Return the last day before a moment (unix seconds) as people say it: 9月13日."""
    return words.spoken_date(dt.datetime.fromtimestamp(until - 1, words.CHINA))


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    me, room = request.ctx.agent.number, room_of(request)
    found = await desk.on_thread(lambda: room.cases.listed(states=_GIVEN, limit=SHOWN, agent=me))
    now = desk.unix()
    rows = [
        {
            "case_id": case.case_id,
            "source": SOURCES[case.source],
            "ended": words.spoken_unix(case.ended_at),
            "total": f"{case.total}分",
            "state": state_of(case, now),
            "until": last_day_of(case.appeal_until or 0.0) if case.state == "scored" else "",
            "scored": words.spoken_unix(case.scored_at or 0.0),
        }
        for case in found
    ]
    return render(request, "quality_mine", "我的质检", rows=rows)


def state_of(case: Case, now: float) -> str:
    """Return how a case stands in words; one nobody has said anything to in time holds."""
    lapsed = case.state == "scored" and now >= (case.appeal_until or 0.0)
    return "到期生效" if lapsed else STATES[case.state]


async def _result(request: Any, case_id: str) -> Any:
    return await _result_page(request, case_id)


async def _result_page(
    request: Any, case_id: str, *, status: int = 200, fault: str = "", typed: str = ""
) -> Any:
    case = await _own(request, case_id)
    transcript = await transcript_of(request, case)
    result, _, sheet = await result_of(request, case)
    return render(
        request,
        "quality_result",
        "质检结果",
        status=status,
        result=result,
        kind=SOURCES[case.source],
        state=state_of(case, request.app.ctx.desk.unix()),
        transcript=transcript,
        marks=sheet.marks,
        fault=fault,
        typed=typed,
        most=MAX_WORDS,
        done=_DONE.get(request.args.get("done", ""), "") if not fault else "",
        spoken=words.spoken_unix,
    )


_DONE = {"accepted": "已确认。", "appealed": "申诉已提交，由班长裁定。"}


async def _answer(request: Any, case_id: str) -> Any:
    """Take the result, or appeal."""
    desk: Desk = request.app.ctx.desk
    me, room = request.ctx.agent.number, room_of(request)
    to, typed = request.form.get("to") or "", (request.form.get("words") or "").strip()
    if to not in ("accepted", "appealed"):
        raise BadRequest("to", "unknown")
    if to == "appealed" and not LEAST_WORDS <= len(typed) <= MAX_WORDS:
        return await _result_page(
            request, case_id, status=422, fault=f"请写明申诉理由，{LEAST_WORDS}到{MAX_WORDS}字。", typed=typed
        )
    try:
        if to == "accepted":
            await desk.on_thread(lambda: room.cases.accept(case_id, me))
        else:
            await desk.on_thread(lambda: room.cases.appeal(case_id, me, shown(typed), desk.unix()))
    except NoSuchCase:
        raise
    except QualityRefused as error:
        return await _result_page(request, case_id, status=409, fault=error.sentence, typed=typed)
    await desk.note(me, f"quality.{to}", case_id)
    return response.redirect(f"/quality/mine/{quote(case_id, safe='')}?done={to}", status=303)


async def _own(request: Any, case_id: str) -> Case:
    """Return a case of the agent who asks; another's is not there for them."""
    case = await request.app.ctx.desk.on_thread(lambda: room_of(request).cases.case(case_id))
    if case.agent != request.ctx.agent.number:
        raise NoSuchCase(case_id)
    return case
