"""Scoring a case: the card beside what was said, saved as a draft, submitted once; and two scorers side by side."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from sanic import Blueprint, response

from .. import words
from ..desk import Desk
from ..display import shown
from ..errors import BadRequest, NotAllowed
from ..quality.cards import Card
from ..quality.casebook import Case
from ..quality.errors import NotReady, QualityRefused
from ..quality.scoring import Sheet, gaps
from ..quality.sheetbook import Kept
from .quality import render, room_of, row_of
from .quality_transcript import transcript_of

MAX_REMARK: Final = 300
MAX_WORDS: Final = 1000
MAX_MARKS: Final = 200
_LONGEST_POINTS: Final = 3


def blueprint() -> Any:
    """Return the routes under `/quality/cases`."""
    routes = Blueprint("quality_scoring")
    routes.add_route(_page, "/quality/cases/<case_id:str>", methods=["GET"])
    routes.add_route(_save, "/quality/cases/<case_id:str>", methods=["POST"])
    routes.add_route(_claim, "/quality/cases/<case_id:str>/claims", methods=["POST"])
    routes.add_route(_compare, "/quality/cases/<case_id:str>/compare")
    return routes


async def _page(request: Any, case_id: str) -> Any:
    return await case_page(request, case_id)


async def case_page(
    request: Any, case_id: str, *, status: int = 200, faults: dict[str, str] | None = None, fault: str = ""
) -> Any:
    """Return the card of a case beside its transcript, also as the answer to what was refused."""
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent
    case = await desk.on_thread(lambda: room.cases.case(case_id))
    if not me.may("quality.score", owner=case.agent) or me.number in case.taking_part:
        raise NotAllowed("quality.score")
    sheets = await desk.on_thread(lambda: room.sheets.of(case_id))
    mine = next((kept for kept in sheets if kept.scorer == me.number), None)
    submitted = mine is not None and mine.submitted
    return render(
        request,
        "quality_case",
        "评分",
        status=status,
        case=case,
        row=row_of(case, me.number, {}),
        card=card_for(request, case, mine),
        sheet=mine.sheet if mine else Sheet(),
        edit=mine.edit if mine else 0,
        submitted=submitted,
        total=mine.total if mine else None,
        saved=words.spoken_unix(mine.saved_at) if mine else "",
        others=sum(kept.submitted for kept in sheets if kept.scorer != me.number),
        claimable=_is_claimable(case, me.number, sheets),
        transcript=await transcript_of(request, case),
        faults=faults or {},
        fault=fault,
        done=_DONE.get(request.args.get("done", ""), "") if not faults and not fault else "",
    )


def card_for(request: Any, case: Case, kept: Kept | None) -> Card:
    """Return the card a sheet was begun by, the present one for a new sheet."""
    cards, now = room_of(request).cards, request.app.ctx.desk.now()
    if kept is not None:
        return cards.of(case.source, kept.card_version)
    return cards.on(case.source, now.astimezone(words.CHINA).date())


def _is_claimable(case: Case, me: str, sheets: list[Kept]) -> bool:
    begun = any(kept.scorer == case.scorer for kept in sheets)
    return case.state == "waiting" and case.scorer not in (None, me) and not begun


_DONE = {"saved": "草稿已保存。", "submitted": "评分已提交。", "claimed": "这一件现在由您评分。"}


async def _save(request: Any, case_id: str) -> Any:
    """Keep the draft, and submit it where that was pressed."""
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent.number
    press = request.form.get("press") or ""
    if press not in ("save", "submit"):
        raise BadRequest("press", "unknown")
    case = await desk.on_thread(lambda: room.cases.case(case_id))
    mine = await desk.on_thread(lambda: room.sheets.one(case_id, me))
    card = card_for(request, case, mine)
    sheet, edit = sheet_of(request, card), _whole(request.form.get("edit") or "0")
    now = desk.now()
    try:
        kept = await desk.on_thread(
            lambda: room.sheets.save(case_id, me, sheet, card, edit=edit, now=now.timestamp())
        )
        if press == "save":
            return response.redirect(f"{_href(case_id)}?done=saved", status=303)
        until = room.appeal_until(now)
        after = await desk.on_thread(
            lambda: room.sheets.submit(
                case_id, me, card=card, edit=kept.edit, now=now.timestamp(), until=until
            )
        )
    except NotReady as error:
        return await case_page(request, case_id, status=422, faults=dict(error.faults), fault=error.sentence)
    except QualityRefused as error:
        return await case_page(request, case_id, status=409, fault=error.sentence)
    counts = after.scorer == me
    await desk.note(me, "quality.scored", case_id, of=case.agent, total=kept.total, counts=counts)
    return response.redirect(f"{_href(case_id)}?done=submitted", status=303)


async def _claim(request: Any, case_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    me = request.ctx.agent.number
    await desk.on_thread(lambda: room_of(request).cases.claim(case_id, me))
    await desk.note(me, "quality.claimed", case_id)
    return response.redirect(f"{_href(case_id)}?done=claimed", status=303)


async def _compare(request: Any, case_id: str) -> Any:
    """Show two scorers' sheets side by side, once both are submitted and to those who have one of their own."""
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent.number
    case = await desk.on_thread(lambda: room.cases.case(case_id))
    sheets = [kept for kept in await desk.on_thread(lambda: room.sheets.of(case_id)) if kept.submitted]
    if me not in {kept.scorer for kept in sheets}:
        raise NotAllowed("quality.score")
    counts = next((kept for kept in sheets if kept.scorer == case.scorer), sheets[0])
    rows = []
    for other in sheets:
        if other is not counts and other.card_version == counts.card_version:
            card = room.cards.of(case.source, counts.card_version)
            rows.append((other, gaps(card, counts.sheet, other.sheet)))
    return render(
        request,
        "quality_compare",
        "校准对比",
        case=case,
        row=row_of(case, me, {}),
        counts=counts,
        pairs=rows,
        labels={fatal.key: fatal.label for fatal in card_for(request, case, counts).fatal},
    )


def sheet_of(request: Any, card: Card) -> Sheet:
    """Return the sheet of a form. Numbers written into remarks are starred before they are kept.

    Raises:
        BadRequest: what no form of ours sends.
    """
    form = request.form
    points, remarks = {}, {}
    for item in card.items:
        typed = (form.get(f"points.{item.key}") or "").strip()
        if typed:
            points[item.key] = _whole(typed)
        remark = _written(form.get(f"remarks.{item.key}"), MAX_REMARK)
        if remark:
            remarks[item.key] = remark
    marks = {
        name.removeprefix("mark."): text
        for name in form
        if name.startswith("mark.") and (text := _written(form.get(name), MAX_REMARK))
    }
    if len(marks) > MAX_MARKS:
        raise BadRequest("mark", f"at most {MAX_MARKS}")
    known = {fatal.key for fatal in card.fatal}
    fatal = tuple(key for key in form.getlist("fatal", []) if key in known)
    return Sheet(points, remarks, fatal, marks, _written(form.get("words"), MAX_WORDS))


def _written(typed: str | None, longest: int) -> str:
    return shown((typed or "").strip()[:longest])


def _whole(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_POINTS):
        raise BadRequest("points", "a whole number")
    return int(typed)


def _href(case_id: str) -> str:
    return f"/quality/cases/{quote(case_id, safe='')}"
