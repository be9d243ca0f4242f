"""The scorers' list: what waits for whom, and the samples, drawn every week by themselves or here by hand."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final, get_args

from sanic import Blueprint, response

from .. import words
from ..desk import Desk
from ..errors import BadRequest
from ..quality.casebook import Case, State
from ..quality.errors import QualityRefused
from ..quality.plans import plans
from ..quality.room import QualityRoom
from ..quality.sampling import Source
from ..quality.weeks import Period, week_of
from .quality_words import SOURCES, STATES, WHYS

SHOWN: Final = 200
DRAWS_SHOWN: Final = 10
MAX_DAYS: Final = 92
_SEED: Final = re.compile(r"[0-9A-Za-z_-]{1,40}")


def blueprint() -> Any:
    """Return the routes of the list and the cards."""
    routes = Blueprint("quality")
    routes.add_route(_list, "/quality", methods=["GET"])
    routes.add_route(_draw, "/quality/draws", methods=["POST"])
    routes.add_route(_cards, "/quality/cards")
    return routes


@dataclass(frozen=True)
class Row:
    """A case in a list."""

    case_id: str
    source: str
    subject: str
    agent: str
    why: str
    scorer: str
    state: str
    total: str
    ended: str
    mine: bool
    begun: bool
    barred: bool


def room_of(request: Any) -> QualityRoom:
    """Return the quality of this desk."""
    room: QualityRoom = request.app.ctx.quality
    return room


def render(request: Any, template: str, title: str, *, status: int = 200, **values: Any) -> Any:
    """Return one of the quality pages."""
    html = request.app.ctx.desk.pages.render(
        template, title=title, session=request.ctx.session, here=request.path, **values
    )
    return response.html(html, status=status)


def install(app: Any) -> None:
    """Say in words what quality refuses."""
    app.error_handler.add(QualityRefused, _refused)


async def _refused(request: Any, error: QualityRefused) -> Any:
    return render(
        request, "message", "操作没有完成", status=error.status, sentence=error.sentence, reference=""
    )


def row_of(case: Case, scorer: str, begun: dict[str, bool]) -> Row:
    """Return a case as a scorer sees it in a list; `begun` are the cases they have a sheet of."""
    return Row(
        case_id=case.case_id,
        source=SOURCES[case.source],
        subject=case.subject if case.source == "order" else case.subject[:8],
        agent=case.agent,
        why=WHYS[case.why],
        scorer=case.scorer or "还没有",
        state=STATES[case.state],
        total="" if case.total is None else f"{case.total}分",
        ended=words.spoken_unix(case.ended_at),
        mine=case.scorer == scorer,
        begun=case.case_id in begun,
        barred=scorer in case.taking_part,
    )


async def _list(request: Any) -> Any:
    return await _list_page(request)


async def _list_page(request: Any, *, fault: str = "", typed: dict[str, str] | None = None) -> Any:
    desk: Desk = request.app.ctx.desk
    room, me = room_of(request), request.ctx.agent.number
    shown = request.args.get("show") or "mine"
    wanted: dict[str, tuple[tuple[State, ...], dict[str, str]]] = {
        "mine": (("waiting",), {"scorer": me}),
        "waiting": (("waiting",), {}),
        "done": (("scored", "accepted", "appealed", "kept", "changed"), {}),
    }
    if shown not in wanted:
        raise BadRequest("show", "unknown")
    states, who = wanted[shown]

    def read() -> tuple[Any, ...]:
        return (
            room.cases.listed(states=states, limit=SHOWN, **who),
            room.sheets.begun_by(me),
            room.samples.latest_draws(DRAWS_SHOWN),
        )

    found, begun, draws = await desk.on_thread(read)
    last = week_of(desk.now().astimezone(words.CHINA).date() - dt.timedelta(days=7))
    usual = {"first": last.first.isoformat(), "last": last.last.isoformat(), "seed": secrets.token_hex(4)}
    return render(
        request,
        "quality",
        "质检",
        status=422 if fault else 200,
        rows=[row_of(case, me, begun) for case in found],
        shown=shown,
        draws=[(draw, size, SOURCES[draw.source], words.spoken_unix(draw.drawn_at)) for draw, size in draws],
        sources=SOURCES,
        plans=plans(),
        typed={"source": "chat", **usual, **(typed or {})},
        fault=fault,
        drawn=request.args.get("drawn", "") if not fault else "",
    )


async def _draw(request: Any) -> Any:
    """Draw a sample by hand."""
    typed = {
        name: (request.form.get(name) or "")[:40].strip() for name in ("source", "first", "last", "seed")
    }
    source: Any = typed["source"]
    if source not in get_args(Source):
        raise BadRequest("source", "unknown")
    try:
        period = Period(dt.date.fromisoformat(typed["first"]), dt.date.fromisoformat(typed["last"]))
    except ValueError:
        return await _list_page(request, fault="请选开始和结束的日期。", typed=typed)
    if not 0 <= (period.last - period.first).days < MAX_DAYS:
        return await _list_page(request, fault=f"结束不早于开始，最多{MAX_DAYS}天。", typed=typed)
    if not _SEED.fullmatch(typed["seed"]):
        return await _list_page(request, fault="抽样种子用字母和数字，最多40个。", typed=typed)
    drawn = await room_of(request).draw_by_hand(source, period, typed["seed"], request.ctx.agent.number)
    said = f"{drawn.population}-{drawn.size}-{drawn.new}"
    return response.redirect(f"/quality?show=waiting&drawn={said}", status=303)


async def _cards(request: Any) -> Any:
    """Show what cases are held to: agents read it, too."""
    today = request.app.ctx.desk.now().astimezone(words.CHINA).date()
    cards = room_of(request).cards
    return render(
        request,
        "quality_cards",
        "评分卡",
        cards=[cards.on(source, today) for source in get_args(Source)],
        kinds=SOURCES,
    )
