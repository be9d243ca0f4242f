"""Writing an entry: a new one, or the next version of one. What was typed comes back on every refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sanic import Blueprint, response

from knowledge import workflow
from knowledge.checks import Problem
from knowledge.models import ENTRY_ID
from knowledge.workflow import Version, WorkflowError

from ..desk import Desk
from ..knowledge.editing import EditedMeanwhile, EntryExists, OpenVersionExists
from ..knowledge.library import Library
from . import knowledge_words as kw
from .knowledge import file_of, render, state_of
from .knowledge_access import EDIT, need, person
from .knowledge_forms import HINTS, beside, content_from, moments_from, typed_from, typed_of
from .knowledge_views import href_of, options, sources

MAX_QUESTIONS = 50


def blueprint() -> Any:
    """Return the routes of the entry's form."""
    routes = Blueprint("knowledge_writing")
    routes.add_route(_blank, "/knowledge/new", methods=["GET"])
    routes.add_route(_create, "/knowledge/new", methods=["POST"])
    routes.add_route(_open, "/knowledge/entries/<entry_id:str>/edit", methods=["GET"], unquote=True)
    routes.add_route(_save, "/knowledge/entries/<entry_id:str>/edit", methods=["POST"], unquote=True)
    return routes


@dataclass
class Form:
    """The form as it is shown. `number` 0: there is no draft yet; `asked` are the questions it is written for."""

    action: str
    typed: dict[str, Any]
    is_new: bool = False
    number: int = 0
    edit: int = 0
    fault: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    comment: str = ""


async def _blank(request: Any) -> Any:
    need(request, EDIT)
    desk: Desk = request.app.ctx.desk
    ids = question_ids(request.args.getlist("question") or [])
    asked = await desk.on_thread(lambda: desk.knowledge.questions.some(ids))
    content: dict[str, Any] = {}
    if asked:
        content = {"question": asked[0].text, "variants": [one.text for one in asked[1:]]}
    typed = typed_from(content, "", (None, None))
    return await _form(request, Form("/knowledge/new", typed, is_new=True, asked=ids))


async def _create(request: Any) -> Any:
    need(request, EDIT)
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    form = Form("/knowledge/new", typed_of(request.form), is_new=True)
    form.asked = question_ids(request.form.getlist("asked") or [])
    content, problems = _content(form.typed, library, now)
    entry_id = form.typed["id"]
    if not ENTRY_ID.match(entry_id):
        form.faults = beside([Problem("id", HINTS["id"])])
        form.fault = "请先写好编号，才能保存。"
        return await _form(request, form, 422)
    editing, real_now, topic = desk.knowledge.editing, desk.knowledge.real_now(), form.typed["topic"]
    try:
        version = await desk.on_thread(
            lambda: editing.create(entry_id, topic or "other", content, person(request), real_now)
        )
    except EntryExists:
        form.faults, form.fault = beside([Problem("id", "已经有这个编号")]), "这个编号已经用过，请换一个。"
        return await _form(request, form, 409)
    await desk.note(person(request), "knowledge.created", entry_id, version=version.number)
    if form.asked:
        await desk.on_thread(
            lambda: desk.knowledge.questions.decide(form.asked, "drafted", person(request), entry_id)
        )
    form.number, form.edit = version.number, version.edit
    return await _written(request, entry_id, form, content, problems)


async def _open(request: Any, entry_id: str) -> Any:
    need(request, EDIT)
    library, now = await state_of(request.app.ctx.desk)
    file = file_of(library, entry_id)
    waits = file.open
    if waits is not None and waits.state != "draft":
        return response.redirect(href_of(entry_id), status=303)
    shown = waits or file.shown(now)
    live = (waits.live_from, waits.live_until) if waits else (None, None)
    form = Form(f"{href_of(entry_id)}/edit", typed_from(shown.content, file.topic, live))
    if waits is not None:
        form.number, form.edit, form.comment = waits.number, waits.edit, waits.comment
        form.faults = _faults(library, entry_id, waits, now, request)
    return await _form(request, form)


async def _save(request: Any, entry_id: str) -> Any:
    need(request, EDIT)
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    file_of(library, entry_id)
    form = Form(f"{href_of(entry_id)}/edit", {**typed_of(request.form), "id": entry_id})
    form.number, form.edit = (_whole(request.form.get(name)) for name in ("number", "edit"))
    content, problems = _content(form.typed, library, now)
    if form.number == 0:
        editing, real_now = desk.knowledge.editing, desk.knowledge.real_now()
        try:
            begun = await desk.on_thread(lambda: editing.begin(entry_id, content, person(request), real_now))
        except OpenVersionExists:
            form.fault = kw.OPEN_EXISTS
            return await _form(request, form, 409)
        await desk.note(person(request), "knowledge.created", entry_id, version=begun.number)
        form.number, form.edit = begun.number, begun.edit
    return await _written(request, entry_id, form, content, problems)


async def _written(
    request: Any, entry_id: str, form: Form, content: Mapping[str, Any], problems: list[Problem]
) -> Any:
    """Save the draft as typed, then submit it if that was pressed and nothing is wrong."""
    desk: Desk = request.app.ctx.desk
    who, editing, real_now = person(request), desk.knowledge.editing, desk.knowledge.real_now()
    start, end, _ = moments_from(form.typed)
    submits = request.form.get("press") == "submit"

    def save(version: Version, _library: Library, _order: int) -> Version:
        return workflow.save(version, who, content, start, end)

    try:
        saved = await desk.on_thread(
            lambda: editing.change(
                entry_id, form.number, save, edit=form.edit, step="saved", person=who, now=real_now
            )
        )
    except EditedMeanwhile:
        library, _ = await state_of(desk)
        waits = file_of(library, entry_id).open
        form.fault, form.edit = kw.EDITED_MEANWHILE, waits.edit if waits else form.edit
        return await _form(request, form, 409)
    except WorkflowError as error:
        form.fault = str(error)
        return await _form(request, form, 409)
    await desk.note(who, "knowledge.saved", entry_id, version=saved.number)
    form.edit = saved.edit
    if not submits:
        if problems:
            form.faults, form.is_new, form.action = beside(problems), False, f"{href_of(entry_id)}/edit"
            return await _form(request, form, 422)
        return response.redirect(f"{href_of(entry_id)}?done=saved", status=303)
    return await _submit(request, entry_id, form, saved, problems)


async def _submit(request: Any, entry_id: str, form: Form, saved: Version, problems: list[Problem]) -> Any:
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    form.is_new, form.action = False, f"{href_of(entry_id)}/edit"
    form.faults = beside([*problems, *library.problems(entry_id, saved, now, desk.knowledge.intents)])
    if form.faults:
        form.fault = "已存为草稿。改好下面标出的地方，就可以提交审核。"
        return await _form(request, form, 422)
    who, real_now = person(request), desk.knowledge.real_now()
    await desk.on_thread(
        lambda: desk.knowledge.editing.change(
            entry_id,
            saved.number,
            lambda version, _library, _order: workflow.submit(version, who),
            edit=saved.edit,
            step="submitted",
            person=who,
            now=real_now,
        )
    )
    await desk.note(who, "knowledge.submitted", entry_id, version=saved.number)
    return response.redirect(f"{href_of(entry_id)}?done=submitted", status=303)


async def _form(request: Any, form: Form, status: int = 200) -> Any:
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    return await render(
        request,
        "knowledge_form",
        "新建条目" if form.is_new else f"修改 {form.typed['id']}",
        status=status,
        form=form,
        typed=form.typed,
        faults=form.faults,
        hints=HINTS,
        names=kw.FIELDS,
        intents=desk.knowledge.intents or form.typed["intents"],
        topics=options(library, now)["topic"],
        trusts=kw.TRUST,
        sources=[label for label, _ in sources(library, now)],
    )


def _content(
    typed: Mapping[str, Any], library: Library, now: dt.datetime
) -> tuple[dict[str, Any], list[Problem]]:
    _, _, problems = moments_from(typed)
    return content_from(typed, dict(sources(library, now))), problems


def _faults(
    library: Library, entry_id: str, version: Version, now: dt.datetime, request: Any
) -> dict[str, list[str]]:
    return beside(library.problems(entry_id, version, now, request.app.ctx.desk.knowledge.intents))


def _whole(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < MAX_DIGITS else 0


MAX_DIGITS = 9


def question_ids(given: list[str]) -> list[int]:
    """Return the ids of questions among what a form sent."""
    return [int(one) for one in given[:MAX_QUESTIONS] if one.isdecimal() and len(one) < MAX_DIGITS]
