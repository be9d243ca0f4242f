"""What was said and done in a case, line by line with the references that marks name. Texts are masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from backend_client import NotFound, ServiceRequest

from .. import words
from ..chats.errors import NoSuchChat
from ..chats.records import ChatEvent
from ..chats.service import Dossier
from ..desk import Desk
from ..display import shown
from ..quality.casebook import Case
from .order_views import OrderView, view_of

_SPEAKERS: Final = {"person": "市民", "assistant": "助手"}
#: What happened in a chat, as a scorer reads it; the rest is of no weight here.
_HAPPENED: Final = {
    "asked": "市民进入排队",
    "offered": "分配给坐席",
    "declined": "坐席没有接",
    "unaccepted": "坐席超时未接",
    "taken": "坐席接入",
    "taken_over": "由另一位坐席接管",
    "reopened": "坐席重新打开会话",
    "urgent": "出现紧急词，按急事处理",
    "agent_slow": "坐席3分钟没有回复，系统提醒",
    "citizen_slow": "市民没有回复，系统提醒",
    "agent_lost": "坐席太久没有回复，退回排队",
    "agent_gone": "坐席离开",
    "transferred": "转接",
    "joined": "请承办单位加入",
    "parted": "承办单位离开",
    "wrapping_up": "会话结束，整理小结",
    "closed": "会话关闭",
    "rated": "市民评价",
}


@dataclass(frozen=True)
class Line:
    """One line; `kind` is how it looks: citizen, assistant, agent, note, event."""

    ref: str
    kind: str
    who: str
    text: str
    at: str


@dataclass(frozen=True)
class Transcript:
    """All of a case; `order` only for a work order. `gone`: it was deleted as the rules say."""

    lines: tuple[Line, ...] = ()
    order: OrderView | None = None
    gone: bool = False


async def transcript_of(request: Any, case: Case) -> Transcript:
    """Return what was said in a case, and note in the audit who has read it.

    Raises:
        PlatformError: it is an order, and the platform is away.
    """
    desk: Desk = request.app.ctx.desk
    try:
        if case.source == "chat":
            found = _of_chat(await request.app.ctx.chats.open_chat(case.subject))
        else:
            found = await _of_order(desk, case.subject)
    except (NoSuchChat, NotFound):
        return Transcript(gone=True)
    await desk.note(request.ctx.agent.number, "quality.viewed", case.subject, case=case.case_id)
    return found


def _of_chat(dossier: Dossier) -> Transcript:
    before = (
        Line(f"t{number}", line["who"], _SPEAKERS[line["who"]], shown(line["text"]), _at(line.get("at")))
        for number, line in enumerate(dossier.context.get("transcript", ()))
    )
    return Transcript((*before, *(line for event in dossier.events for line in _event(event))))


def _event(event: ChatEvent) -> Iterator[Line]:
    ref, at = f"e{event.seq}", words.spoken_unix(event.at)
    body = event.body
    if event.kind == "citizen":
        yield Line(ref, "citizen", "市民", shown(body["text"]) or "〔图片〕", at)
    elif event.kind in ("agent", "department", "note"):
        name = body.get("name", event.author)
        who = {"agent": f"坐席 {name}", "department": name, "note": f"备注 {name}"}
        yield Line(ref, event.kind, who[event.kind], shown(body["text"]), at)
    elif event.kind == "event" and body["what"] in _HAPPENED:
        rating = words.SATISFACTION.get(body["values"].get("rating"), "")
        yield Line(ref, "event", "", _HAPPENED[body["what"]] + (f"：{rating}" if rating else ""), at)


async def _of_order(desk: Desk, number: str) -> Transcript:
    order: ServiceRequest = await desk.platform.run(lambda p: p.service_request(number))
    await desk.knowledge.clock.refresh()
    view = view_of(order, order.division_code or "", desk.knowledge.clock.now(), veiled=True)
    lines = [Line("content", "citizen", "诉求内容", view.content, view.row.created)]
    lines += [
        Line(f"l{number}", "event" if event.inner else "agent", event.doer, _told(event), event.at)
        for number, event in enumerate(view.events)
    ]
    if view.reply:
        lines.append(Line("reply", "agent", "答复", view.reply, ""))
    return Transcript(tuple(lines), view)


def _told(event: Any) -> str:
    return "，".join(part for part in (event.step, event.text, event.remark) if part)


def _at(unix: float | None) -> str:
    return "" if unix is None else words.spoken_unix(unix)
