"""What is done to a version: submitted, sent back, published, dropped; an entry taken away, rolled back, withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from sanic import Blueprint, response

from knowledge import workflow
from knowledge.measure import Shift
from knowledge.workflow import CommentNeeded, Version, WorkflowError

from ..desk import Desk
from ..errors import BadRequest, NoSuchPage
from ..knowledge.editing import EditedMeanwhile, OpenVersionExists
from ..knowledge.library import EntryFile, Library
from . import knowledge_words as kw
from .knowledge import entry_page, file_of, state_of
from .knowledge_access import EDIT, REVIEW, need, person
from .knowledge_views import href_of

MAX_COMMENT = 500
PATIENCE_S = 30.0
_RECKONING = "正在用检验问题试算，机器忙，还没算完。请过半分钟再按一次，不会重新算。"
_CHANGED = "这一版刚刚被别人改过，请看最新内容再操作。"


class StillReckoning(Exception):  # noqa: N818 - reads as what it says
    """The regression check is under way; pressing again later finds it done."""


def blueprint() -> Any:
    """Return the route of the moves."""
    routes = Blueprint("knowledge_moves")
    routes.add_route(_move, "/knowledge/entries/<entry_id:str>/moves", methods=["POST"], unquote=True)
    return routes


async def _move(request: Any, entry_id: str) -> Any:
    to = request.form.get("to") or ""
    if to not in MOVES:
        raise BadRequest("to", "unknown")
    permission, step, handler = MOVES[to]
    need(request, permission)
    library, _ = await state_of(request.app.ctx.desk)
    file = file_of(library, entry_id)
    try:
        refusal = await handler(request, file)
    except EditedMeanwhile:
        return await entry_page(request, entry_id, status=409, fault=_CHANGED)
    except OpenVersionExists:
        return await entry_page(request, entry_id, status=409, fault=kw.OPEN_EXISTS)
    except StillReckoning:
        return await entry_page(request, entry_id, status=503, fault=_RECKONING)
    except CommentNeeded as error:
        return await entry_page(request, entry_id, status=422, fault=str(error))
    except WorkflowError as error:
        return await entry_page(request, entry_id, status=409, fault=str(error), comment=_comment(request))
    return refusal or response.redirect(f"{href_of(entry_id)}?done={step}", status=303)


async def _submit(request: Any, file: EntryFile) -> Any:
    desk: Desk = request.app.ctx.desk
    version = _open_version(request, file)
    faults = await _faults(request, file.entry_id, version)
    if faults:
        return await entry_page(
            request, file.entry_id, status=422, fault="还有地方要改，才能提交审核。", faults=faults
        )
    who = person(request)
    await _change(request, file, version, "submitted", lambda v, _l, _o: workflow.submit(v, who))
    await desk.note(who, "knowledge.submitted", file.entry_id, version=version.number)
    return None


async def _send_back(request: Any, file: EntryFile) -> Any:
    who, comment = person(request), _comment(request)
    version = _open_version(request, file)
    await _change(
        request,
        file,
        version,
        "sent_back",
        lambda v, _l, _o: workflow.send_back(v, who, comment),
        text=comment,
    )
    await request.app.ctx.desk.note(who, "knowledge.sent_back", file.entry_id, version=version.number)
    return None


async def _drop(request: Any, file: EntryFile) -> Any:
    who, version = person(request), _open_version(request, file)
    await _change(request, file, version, "dropped", lambda v, _l, _o: workflow.drop(v, who))
    await request.app.ctx.desk.note(who, "knowledge.dropped", file.entry_id, version=version.number)
    return None


async def _publish(request: Any, file: EntryFile) -> Any:
    """Publish, unless something is wrong with it or test questions would lose their answer."""
    desk: Desk = request.app.ctx.desk
    who, version = person(request), _open_version(request, file)
    if who in version.authors:
        workflow.publish(
            version, who, desk.knowledge.real_now(), 0
        )  # raises OwnWork before anything is searched
    faults = await _faults(request, file.entry_id, version)
    if faults:
        return await entry_page(request, file.entry_id, status=422, fault="这一版还不能发布。", faults=faults)
    override = (request.form.get("override") or "").strip()[:MAX_COMMENT]
    shifts = await impact_of(request, file.entry_id, version)
    if any(shift.is_worse for shift in shifts) and not override:
        fault = "发布后有检验问题会答错。请退回修改；确实要发布，请写明理由。"
        return await entry_page(request, file.entry_id, status=409, fault=fault, impact=shifts)
    now, intents = desk.knowledge.real_now(), desk.knowledge.intents
    platform_now = desk.knowledge.clock.now()

    def publish(v: Version, library: Library, order: int) -> Version:
        # Once more under the lock: another entry may have been published since.
        if library.problems(file.entry_id, v, platform_now, intents):
            raise EditedMeanwhile(file.entry_id)
        return workflow.publish(v, who, now, order, override)

    await _change(request, file, version, "published", publish, text=override)
    await desk.note(
        who,
        "knowledge.published",
        file.entry_id,
        version=version.number,
        kind=version.kind,
        overridden=bool(override),
    )
    await desk.on_thread(lambda: desk.knowledge.questions.answered(file.entry_id, who))
    return None


async def _impact(request: Any, file: EntryFile) -> Any:
    version = _open_version(request, file)
    if await _faults(request, file.entry_id, version):
        return await entry_page(request, file.entry_id, status=422, fault="先改好下面的地方，才能试算。")
    return await entry_page(request, file.entry_id, impact=await impact_of(request, file.entry_id, version))


async def _withdraw(request: Any, file: EntryFile) -> Any:
    desk: Desk = request.app.ctx.desk
    who, reason, now = person(request), _comment(request), desk.knowledge.real_now()
    version = await desk.on_thread(lambda: desk.knowledge.editing.withdraw(file.entry_id, who, reason, now))
    await desk.note(who, "knowledge.withdrawn", file.entry_id, version=version.number, emergency=True)
    return None


async def _retire(request: Any, file: EntryFile) -> Any:
    reason = _comment(request)
    if not reason:
        raise CommentNeeded("请写明为什么要下线，审核员会看到。")
    _, now = await state_of(request.app.ctx.desk)
    await _begin(request, file, file.shown(now).content, "retiring", kind="retire", text=reason)
    return None


async def _roll_back(request: Any, file: EntryFile) -> Any:
    number = request.form.get("version") or ""
    old = file.number(int(number)) if number.isdecimal() and len(number) < MAX_DIGITS else None
    if old is None or old.kind == "retire":
        raise NoSuchPage(file.entry_id)
    await _begin(request, file, old.content, "rolled_back", text=f"第{old.number}版")
    return None


async def _take_file(request: Any, file: EntryFile) -> Any:
    if file.upstream is None:
        raise NoSuchPage(file.entry_id)
    await _begin(request, file, file.upstream, "file_taken")
    await _ignore_file(request, file)
    return None


async def _ignore_file(request: Any, file: EntryFile) -> Any:
    desk: Desk = request.app.ctx.desk
    who, now = person(request), desk.knowledge.real_now()
    await desk.on_thread(lambda: desk.knowledge.editing.ignore_file(file.entry_id, who, now))
    await desk.note(who, "knowledge.file_ignored", file.entry_id)
    return None


MAX_DIGITS = 6
Handler = Callable[[Any, EntryFile], Awaitable[Any]]
#: Permission, the step it is called by, and what does it.
MOVES: Final[Mapping[str, tuple[Any, str, Handler]]] = {
    "submit": (EDIT, "submitted", _submit),
    "drop": (EDIT, "dropped", _drop),
    "retire": (EDIT, "retiring", _retire),
    "roll_back": (EDIT, "rolled_back", _roll_back),
    "take_file": (EDIT, "file_taken", _take_file),
    "ignore_file": (EDIT, "file_ignored", _ignore_file),
    "send_back": (REVIEW, "sent_back", _send_back),
    "publish": (REVIEW, "published", _publish),
    "impact": (REVIEW, "", _impact),
    "withdraw": (REVIEW, "withdrawn", _withdraw),
}


async def impact_of(request: Any, entry_id: str, version: Version) -> list[Shift]:
    """Return the test questions that are answered otherwise once the version is told.

    Raises:
        StillReckoning: the machine needs longer than anybody should wait before a page.
    """
    room = request.app.ctx.desk.knowledge
    try:
        shifts: list[Shift] = await room.reckoned(entry_id, version, PATIENCE_S)
    except asyncio.TimeoutError:
        raise StillReckoning from None
    return shifts


async def _begin(
    request: Any,
    file: EntryFile,
    content: Mapping[str, Any],
    step: str,
    *,
    kind: workflow.Kind = "tell",
    text: str = "",
) -> None:
    """Begin a version that says what was said before, or takes it away, and hand it to the reviewers."""
    desk: Desk = request.app.ctx.desk
    who, now = person(request), desk.knowledge.real_now()
    version = await desk.on_thread(
        lambda: desk.knowledge.editing.begin(
            file.entry_id, content, who, now, kind=kind, step=step, text=text, submitted=step != "file_taken"
        )
    )
    await desk.note(who, f"knowledge.{step}", file.entry_id, version=version.number)


async def _change(
    request: Any,
    file: EntryFile,
    version: Version,
    step: str,
    move: Callable[[Version, Library, int], Version],
    *,
    text: str = "",
) -> None:
    desk: Desk = request.app.ctx.desk
    given = request.form.get("edit") or ""
    edit = int(given) if given.isdecimal() and len(given) < MAX_DIGITS else -1
    who, now = person(request), desk.knowledge.real_now()
    await desk.on_thread(
        lambda: desk.knowledge.editing.change(
            file.entry_id, version.number, move, edit=edit, step=step, person=who, now=now, text=text
        )
    )


async def _faults(request: Any, entry_id: str, version: Version) -> list[str]:
    desk: Desk = request.app.ctx.desk
    library, now = await state_of(desk)
    found = library.problems(entry_id, version, now, desk.knowledge.intents)
    return [f"{kw.FIELDS.get(problem.field, problem.field)}：{problem.reason}" for problem in found]


def _open_version(request: Any, file: EntryFile) -> Version:
    version = file.open
    if version is None or str(version.number) != request.form.get("number"):
        raise EditedMeanwhile(file.entry_id)
    return version


def _comment(request: Any) -> str:
    text: str = (request.form.get("comment") or "").replace("\r\n", "\n").strip()
    return text[:MAX_COMMENT]
