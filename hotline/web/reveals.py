"""One whole value on the screen for a minute, and the list that is looked over."""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from sanic import Blueprint, response

from backend_client import RevealField, RevealPurpose

from .. import words
from ..desk import Desk
from ..errors import BadRequest, NotAllowed
from ..reveals.ledger import FIELDS, MAX_NOTE, PURPOSES, VERDICTS, Verdict, day_of
from ..telephone.callbacks import MARK as MISSED
from .revealing import OF_CALLERS, SHOWN_S, NotRevealed, Wanted, check_case, reveal

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_APPEAL = "SS"


def blueprint() -> Any:
    """Return the routes under `/reveals`."""
    routes = Blueprint("reveals")
    routes.add_route(_review, "/reveals", methods=["GET"])
    routes.add_route(_judge, "/reveals/<line:int>/verdicts", methods=["POST"])
    routes.add_route(_form, "/reveals/of/<number:str>", methods=["GET"], unquote=True)
    routes.add_route(_show, "/reveals/of/<number:str>", methods=["POST"], unquote=True)
    return routes


async def _form(request: Any, number: str) -> Any:
    return await _form_page(request, 200, number)


async def _show(request: Any, number: str) -> Any:
    """Write down who asks and why, fetch the value, and show it once with a watermark."""
    desk: Desk = request.app.ctx.desk
    agent = request.ctx.agent.number
    check_case(number)
    note = (request.form.get("note") or "").strip()
    wanted = Wanted(number, request.form.get("field") or "", request.form.get("purpose") or "", note)
    try:
        shown = await reveal(desk, agent, wanted)
    except NotRevealed as refusal:
        return await _form_page(request, refusal.status, number, refusal.sentence, note[:MAX_NOTE])
    html = desk.pages.render(
        "revealed",
        title="完整信息",
        session=request.ctx.session,
        label=shown.label,
        value=shown.value,
        number=number,
        href=_case_href(number),
        mark=shown.mark,
        seconds=SHOWN_S,
    )
    # A header and not a script or a meta tag: it works without either, and readers of the page are told the time.
    return response.html(html, headers={"Refresh": f"{SHOWN_S}; url={_case_href(number)}"})


async def _review(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    today = day_of(desk.now())
    day = request.args.get("day", today)
    if not _DAY.fullmatch(day):
        raise BadRequest("day", "a date")
    lines, waiting = await desk.on_thread(lambda: (desk.reveals.of_day(day), desk.reveals.waiting(today)))
    html = desk.pages.render(
        "reveals",
        title="完整信息显示记录",
        session=request.ctx.session,
        day=day,
        waiting=waiting,
        rows=[
            {
                "id": line.id,
                "at": words.spoken_time(line.at),
                "agent": line.agent,
                "subject": line.subject,
                "field": FIELDS.get(cast(RevealField, line.field), line.field),
                "why": PURPOSES.get(cast(RevealPurpose, line.purpose), line.purpose),
                "note": line.note,
                "shown": line.outcome != "failed",
                "verdict": VERDICTS.get(cast(Verdict, line.verdict), "") if line.verdict else "",
                "reviewer": line.reviewer or "",
                "mine": not request.ctx.agent.may("reveal.review", owner=line.agent),
            }
            for line in lines
        ],
        verdicts=VERDICTS,
    )
    return response.html(html)


async def _judge(request: Any, line: int) -> Any:
    desk: Desk = request.app.ctx.desk
    verdict = request.form.get("verdict") or ""
    found = await desk.on_thread(lambda: desk.reveals.get(line))
    if verdict not in VERDICTS or found is None:
        raise BadRequest("verdict", "unknown")
    if not request.ctx.agent.may("reveal.review", owner=found.agent):
        raise NotAllowed("reveal.review")
    reviewer = request.ctx.agent.number
    said = cast(Literal["fit", "doubtful"], verdict)
    await desk.on_thread(lambda: desk.reveals.review(line, said, reviewer))
    await desk.note(reviewer, "reveal.reviewed", found.subject, line=line, of=found.agent, verdict=verdict)
    return response.redirect(f"/reveals?day={day_of(found.at)}", status=303)


def _case_href(number: str) -> str:
    if number.startswith(MISSED):
        return f"/calls/missed/{number}"
    return f"/appeals/{number}" if number.startswith(_APPEAL) else f"/orders/{number}"


async def _form_page(request: Any, status: int, number: str, fault: str = "", note: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    check_case(number)
    left = await desk.on_thread(lambda: desk.reveals.left(request.ctx.agent.number, desk.now()))
    html = desk.pages.render(
        "reveal",
        title="显示完整信息",
        session=request.ctx.session,
        number=number,
        href=_case_href(number),
        fields=OF_CALLERS if number.startswith(MISSED) else FIELDS,
        is_known_to_them=not number.startswith(MISSED),
        purposes=PURPOSES,
        fault=fault,
        note=note,
        left=left,
        max_note=MAX_NOTE,
        seconds=SHOWN_S,
    )
    return response.html(html, status=status)
