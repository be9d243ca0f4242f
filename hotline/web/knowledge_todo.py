"""What the assistant could not answer, in groups that ask the same, and what becomes of each; a question tried out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sanic import Blueprint, response

from knowledge import workflow
from knowledge.clusters import MOST, clusters
from knowledge.workflow import Version

from .. import words
from ..desk import Desk
from ..errors import BadRequest
from ..knowledge.editing import OpenVersionExists
from ..knowledge.library import Library
from ..knowledge.questions import STATES, Question
from ..knowledge.room import KnowledgeRoom
from . import knowledge_words as kw
from .knowledge import file_of, render, state_of
from .knowledge_access import EDIT, need, person
from .knowledge_views import href_of
from .knowledge_writing import MAX_QUESTIONS, question_ids

SHOWN = 40
EXAMPLES = 6
MAX_TRIED = 200
LIKELY = 5


def blueprint() -> Any:
    """Return the routes of the to-do list and of trying out."""
    routes = Blueprint("knowledge_todo")
    routes.add_route(_list, "/knowledge/questions", methods=["GET"])
    routes.add_route(_decide, "/knowledge/questions", methods=["POST"])
    routes.add_route(_try, "/knowledge/try")
    return routes


@dataclass(frozen=True)
class Nearest:
    """The entry that comes nearest to a question."""

    entry_id: str
    href: str
    question: str
    score: float


@dataclass(frozen=True)
class Group:
    """Questions that ask the same."""

    text: str
    times: int
    ids: tuple[int, ...]
    examples: tuple[tuple[str, int], ...]
    more: int
    reasons: str
    last: str
    nearest: Nearest | None
    entry_href: str


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    state: Any = request.args.get("state") or "open"
    if state not in STATES:
        raise BadRequest("state", "unknown")
    room = desk.knowledge
    await state_of(desk)
    found = await desk.on_thread(lambda: room.questions.listed(state, MOST))
    groups = await room.finder.run(lambda: _groups(room, found))
    return await render(
        request,
        "knowledge_questions",
        "没答上来的",
        groups=groups[:SHOWN],
        left=max(0, len(groups) - SHOWN),
        asked=sum(question.times for question in found),
        state=state,
        states=kw.QUESTION_STATES,
        done=request.args.get("done") == "1",
    )


def _groups(room: KnowledgeRoom, found: list[Question]) -> list[Group]:
    """Groups with their nearest entries. On the finder's thread."""
    texts, times = [q.text for q in found], [q.times for q in found]
    grouped = clusters(texts, times, room.finder.encoder())
    today = room.clock.now().astimezone(words.CHINA).date()
    return [
        _group([found[place] for place in cluster.members], room, today if number < SHOWN else None)
        for number, cluster in enumerate(grouped)
    ]


def _group(members: list[Question], room: KnowledgeRoom, today: dt.date | None) -> Group:
    first = members[0]
    hits = room.finder.search(first.text, today, None, limit=1) if today else []
    nearest = (
        Nearest(hits[0].entry.id, href_of(hits[0].entry.id), hits[0].entry.question, hits[0].score)
        if hits
        else None
    )
    entry_id = next((question.entry_id for question in members if question.entry_id), "")
    return Group(
        text=first.text,
        times=sum(question.times for question in members),
        ids=tuple(question.question_id for question in members[:MAX_QUESTIONS]),
        examples=tuple((question.text, question.times) for question in members[1 : 1 + EXAMPLES]),
        more=max(0, len(members) - 1 - EXAMPLES),
        reasons="、".join(kw.REASONS[reason] for reason in dict.fromkeys(q.reason for q in members)),
        last=words.spoken_time(max(question.last_at for question in members)),
        nearest=nearest,
        entry_href=href_of(entry_id) if entry_id else "",
    )


async def _decide(request: Any) -> Any:
    """Put a group aside, bring it back, or add its questions to the nearest entry as a draft."""
    need(request, EDIT)
    desk: Desk = request.app.ctx.desk
    to: Any = request.form.get("to") or ""
    ids = question_ids(request.form.getlist("question") or [])
    if to == "variants":
        return await _add_variants(request, ids, request.form.get("entry") or "")
    if to not in {"open", "done", "ignored"}:
        raise BadRequest("to", "unknown")
    who = person(request)
    count = await desk.on_thread(lambda: desk.knowledge.questions.decide(ids, to, who))
    await desk.note(who, "knowledge.questions", to, questions=count)
    return response.redirect("/knowledge/questions?done=1", status=303)


async def _add_variants(request: Any, ids: list[int], entry_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    room, who = desk.knowledge, person(request)
    library, now = await state_of(desk)
    file = file_of(library, entry_id)
    asked = await desk.on_thread(lambda: room.questions.some(ids))
    waits = file.open
    if waits is not None and waits.state != "draft":
        return response.redirect(href_of(entry_id), status=303)
    content = _with_variants((waits or file.shown(now)).content, [question.text for question in asked])
    real_now = room.real_now()

    def write() -> Version:
        if waits is None:
            return room.editing.begin(entry_id, content, who, real_now)
        return room.editing.change(
            entry_id, waits.number, save, edit=waits.edit, step="saved", person=who, now=real_now
        )

    def save(version: Version, _library: Library, _order: int) -> Version:
        return workflow.save(version, who, content, version.live_from, version.live_until)

    try:
        written = await desk.on_thread(write)
    except OpenVersionExists:
        return response.redirect(href_of(entry_id), status=303)
    await desk.on_thread(lambda: room.questions.decide(ids, "drafted", who, entry_id))
    await desk.note(who, "knowledge.saved", entry_id, version=written.number)
    return response.redirect(f"{href_of(entry_id)}/edit", status=303)


def _with_variants(content: Any, texts: list[str]) -> dict[str, Any]:
    held = [content.get("question"), *(content.get("variants") or ())]
    added = [text for text in dict.fromkeys(texts) if text not in held]
    return {**content, "variants": [*(content.get("variants") or ()), *added]}


async def _try(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    _, now = await state_of(desk)
    question = (request.args.get("q") or "")[:MAX_TRIED]
    region = (request.args.get("region") or "")[:12]
    day = _day(request.args.get("day"), now)
    room = desk.knowledge
    answers = (
        await room.finder.run(lambda: room.finder.explained(question, day, region or None, LIKELY))
        if question
        else []
    )
    return await render(
        request,
        "knowledge_try",
        "试一试",
        question=question,
        region=region,
        day=day.isoformat(),
        answers=answers,
        href_of=href_of,
    )


def _day(given: str | None, now: dt.datetime) -> dt.date:
    try:
        return dt.date.fromisoformat(given or "")
    except ValueError:
        return now.astimezone(words.CHINA).date()
