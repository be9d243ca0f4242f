"""The editors' pages for reading: the list, one entry with its versions, differences, what waits and what ends."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from sanic import Blueprint, response

from ..desk import Desk
from ..errors import NoSuchPage
from ..knowledge.library import EntryFile, Library
from ..words import spoken_time
from . import knowledge_words as kw
from .knowledge_access import EDIT, REVIEW, may, names_of, person
from .knowledge_views import (
    EXPIRING_DAYS,
    Wanted,
    chosen,
    differences,
    ends_soon,
    facts_of,
    href_of,
    options,
    previews,
    row_of,
    schedule_of,
    version_rows,
)

PAGE_SIZE = 30
MAX_SEARCH = 100
MAX_DIGITS = 6


def blueprint() -> Any:
    """Return the reading routes under `/knowledge`."""
    routes = Blueprint("knowledge")
    routes.add_route(_list, "/knowledge")
    routes.add_route(_entry, "/knowledge/entries/<entry_id:str>", unquote=True)
    routes.add_route(_diff, "/knowledge/entries/<entry_id:str>/diff", unquote=True)
    routes.add_route(_waiting, "/knowledge/review")
    routes.add_route(_ending, "/knowledge/expiring")
    routes.add_route(_export, "/knowledge/export")
    return routes


async def render(request: Any, template: str, title: str, *, status: int = 200, **values: Any) -> Any:
    """Return one of the editors' pages, with the counts of their menu."""
    desk: Desk = request.app.ctx.desk
    room = desk.knowledge
    library, now = await state_of(desk)
    counts = await desk.on_thread(room.questions.counts)
    if may(request, EDIT) or may(request, REVIEW):
        room.warm()
    ending = ends_soon(library, now)
    mine = names_of(request)
    html = desk.pages.render(
        template,
        title=title,
        session=request.ctx.session,
        may_edit=may(request, EDIT),
        may_review=may(request, REVIEW),
        waiting_count=sum(
            f.open is not None and f.open.state == "in_review" for f in library.entries.values()
        ),
        ending_count=len(ending),
        own_ending=sum(file.shown(now).content.get("owner") in mine for file in ending),
        question_count=counts.get("open", 0),
        **values,
    )
    return response.html(html, status=status)


async def state_of(desk: Desk) -> tuple[Library, dt.datetime]:
    """Return every entry, and the platform's time by which they are told."""
    await desk.knowledge.clock.refresh()
    return await desk.on_thread(desk.knowledge.editing.library), desk.knowledge.clock.now()


def file_of(library: Library, entry_id: str) -> EntryFile:
    """Return an entry.

    Raises:
        NoSuchPage: there is none.
    """
    try:
        return library.entries[entry_id]
    except KeyError:
        raise NoSuchPage(entry_id) from None


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    given = {name: (request.args.get(name) or "")[:MAX_SEARCH] for name in Wanted.__dataclass_fields__}
    wanted = Wanted(**given)
    files = chosen(library, wanted, now)
    page = _page_number(request.args.get("page"))
    shown = files[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return await render(
        request,
        "knowledge_list",
        "知识条目",
        rows=[row_of(file, now) for file in shown],
        found=len(files),
        wanted=wanted,
        statuses={**kw.STATUS, "upstream": "文件有改动"},
        options=options(library, now),
        page=page,
        pages=max(1, -(-len(files) // PAGE_SIZE)),
        query={name: value for name, value in given.items() if value},
    )


async def _entry(request: Any, entry_id: str) -> Any:
    return await entry_page(request, entry_id, done=kw.STEPS.get(request.args.get("done", ""), ""))


async def entry_page(
    request: Any,
    entry_id: str,
    *,
    status: int = 200,
    done: str = "",
    fault: str = "",
    faults: list[str] | None = None,
    impact: Any = None,
    comment: str = "",
) -> Any:
    """Return an entry's page, also as the answer to a move that was refused."""
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    file = file_of(library, entry_id)
    history = await desk.on_thread(lambda: desk.knowledge.editing.history(entry_id))
    told, waits = file.told(now), file.open
    shown = _asked_version(request, file) or told or file.shown(now)
    problems = []
    if waits is not None and faults is None:
        found = library.problems(entry_id, waits, now, desk.knowledge.intents)
        problems = [f"{kw.FIELDS.get(p.field, p.field)}：{p.reason}" for p in found]
    return await render(
        request,
        "knowledge_entry",
        str(shown.content.get("question") or entry_id),
        status=status,
        row=row_of(file, now),
        file=file,
        told=told,
        waits=waits,
        waits_own=waits is not None and person(request) in waits.authors,
        waits_authors="、".join(map(kw.name_of, waits.authors)) if waits else "",
        waits_schedule=schedule_of(waits) if waits else "",
        waits_kind=kw.KINDS[waits.kind] if waits else "",
        changes=differences(told.content if told else {}, waits.content) if waits else [],
        problems=faults if faults is not None else problems,
        shown=shown,
        previews=previews(shown.content),
        audiences=kw.AUDIENCES,
        audience=request.args.get("as") if request.args.get("as") in kw.AUDIENCES else "citizen",
        facts=facts_of(shown.content),
        upstream_changes=differences(file.shown(now).content, file.upstream) if file.upstream else [],
        versions=version_rows(file, now),
        history=[
            (
                kw.name_of(step.person),
                spoken_time(step.at),
                kw.STEPS.get(step.step, step.step),
                step.number,
                step.text,
            )
            for step in history
        ],
        states=kw.STATES,
        done=done,
        fault=fault,
        impact=impact,
        effects=kw.EFFECTS,
        comment=comment,
    )


async def _diff(request: Any, entry_id: str) -> Any:
    desk: Desk = request.app.ctx.desk
    library, _ = await state_of(desk)
    file = file_of(library, entry_id)
    numbers = [request.args.get(end, "") for end in ("from", "to")]
    chosen_two = [file.number(int(n)) if n.isdecimal() and len(n) < MAX_DIGITS else None for n in numbers]
    if None in chosen_two:
        raise NoSuchPage(entry_id)
    old, new = (version for version in chosen_two if version is not None)
    return await render(
        request,
        "knowledge_diff",
        f"第{old.number}版与第{new.number}版的差别",
        entry_id=entry_id,
        href=href_of(entry_id),
        old=old,
        new=new,
        numbers=[version.number for version in file.versions],
        changes=differences(old.content, new.content),
    )


async def _waiting(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    rows = []
    for file in library.entries.values():
        waits = file.open
        if waits is not None and waits.state == "in_review":
            rows.append(
                {
                    "row": row_of(file, now),
                    "question": str(waits.content.get("question") or file.entry_id),
                    "number": waits.number,
                    "kind": kw.KINDS[waits.kind],
                    "authors": "、".join(map(kw.name_of, waits.authors)),
                    "schedule": schedule_of(waits) or "一发布就上线",
                    "own": person(request) in waits.authors,
                }
            )
    return await render(request, "knowledge_review", "待审核", rows=rows)


async def _ending(request: Any) -> Any:
    library, now = await state_of(request.app.ctx.desk)
    mine = request.args.get("owner") or ""
    rows = [row_of(file, now) for file in ends_soon(library, now)]
    return await render(
        request,
        "knowledge_expiring",
        "快到期",
        rows=[row for row in rows if not mine or row.owner == mine],
        owners=sorted({row.owner for row in rows}),
        owner=mine,
        days=EXPIRING_DAYS,
    )


async def _export(request: Any) -> Any:
    """Send what is told as files of `data/policies`."""
    desk: Desk = request.app.ctx.desk
    await state_of(desk)
    files = await desk.on_thread(desk.knowledge.as_files)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"policies/{name}", text)
    await desk.note(person(request), "knowledge.exported", "policies", files=len(files))
    return response.raw(
        packed.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="policies.zip"'},
    )


def _asked_version(request: Any, file: EntryFile) -> Any:
    asked = request.args.get("version", "")
    return file.number(int(asked)) if asked.isdecimal() and len(asked) < MAX_DIGITS else None


def _page_number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and int(given[:MAX_DIGITS]) > 0 else 1
