"""What a call's page asks while somebody types: suggestions, a save, what became of a suggestion, a caller's code.

Every question has the number of the notes it was asked on, and its answer carries it back, so that a late answer is
told from a new one. Refusals are problem documents.
"""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from backend_client import CodeLookIn, Conflict, NotFound, PlatformError

from ..assist.calls import WRONG, Call, Pad
from ..assist.errors import CallOver
from ..assist.looks import PURPOSES
from ..assist.notes import clauses, masked
from ..assist.room import AssistRoom
from ..desk import Desk
from ..errors import BadRequest
from ..words import FIELDS
from .assist import MAX_NOTES, call_of, whole_of
from .assist_wire import call_wire, hearing_wire, look_wire
from .chat_moves import CALLS
from .code_looking import Door, NotLooked, look, reason_in
from .failures import saying_of
from .reading import object_of

MAX_FIELD = 4000
MAX_ID = 128
_MOST_SHOWN = 12
_MOST_SEQ = 2**31 - 1
_TICKS = ("anonymous", "confidential")


def blueprint() -> Any:
    """Return the routes under `/desk/calls`."""
    routes = Blueprint("assist_api")
    routes.add_route(_kept, f"{CALLS}/<number:str>", methods=["GET"])
    for name, handler in (("heard", _hear), ("notes", _save), ("marks", _mark), ("looks", _look)):
        routes.add_route(handler, f"{CALLS}/<number:str>/{name}", methods=["POST"])
    return routes


async def _kept(request: Any, number: str) -> Any:
    """Answer what is kept of a call."""
    desk: Desk = request.app.ctx.desk
    call = await call_of(request, number)
    hearing, caller = await desk.on_thread(
        lambda: (desk.assist.read(call.pad), desk.telephone.pads.shown_of(call.number))
    )
    return response.json(call_wire(call, hearing, desk.assist, caller), ensure_ascii=False)


async def _hear(request: Any, number: str) -> Any:
    """Answer what comes of notes as they stand; nothing is kept."""
    desk: Desk = request.app.ctx.desk
    body = object_of(request)
    seq, pad = _seq(body), _pad(body, Pad(), desk.assist)
    call = await call_of(request, number)
    refused, caller = await desk.on_thread(
        lambda: (desk.assist.calls.refused(call.number), desk.telephone.pads.shown_of(call.number))
    )
    hearing = await desk.assist.hear(pad, refused)
    return response.json(
        {"seq": seq, "notes": pad.notes, **hearing_wire(hearing, pad.notes, desk.assist, caller)},
        ensure_ascii=False,
    )


async def _save(request: Any, number: str) -> Any:
    """Keep the pad, and which suggestions stand on the screen."""
    desk: Desk = request.app.ctx.desk
    body = object_of(request)
    call = await call_of(request, number)
    seq, pad = _seq(body), _pad(body, call.pad, desk.assist)
    shown = _ids(body.get("shown", []), "shown")

    def keep() -> None:
        about = desk.assist.read(pad).about
        desk.assist.calls.save(call, seq, pad=pad, about=about, shown=shown, now=desk.now())

    await desk.on_thread(keep)
    return response.json({"seq": seq, "notes": pad.notes}, ensure_ascii=False)


async def _mark(request: Any, number: str) -> Any:
    """Note that a suggestion was opened, told, or does not fit, or that none fits."""
    desk: Desk = request.app.ctx.desk
    body = object_of(request)
    call = await _open_call(request, number)
    mark, calls, now = body.get("mark"), desk.assist.calls, desk.now()
    if mark == "nothing":
        question = _asked_now(call)
        kept = bool(question) and await desk.on_thread(lambda: desk.assist.unanswered(question))
        return response.json({"kept": kept})
    (entry_id,) = _ids([body.get("entry")], "entry")
    if mark in ("clicked", "used"):
        await desk.on_thread(lambda: calls.mark(call, entry_id, mark, now))
    elif mark == "wrong":
        reason = body.get("reason")
        if reason not in WRONG:
            raise BadRequest("reason", f"one of {', '.join(WRONG)}")
        await desk.on_thread(lambda: calls.wrong(call, entry_id, str(reason), now))
        question = _asked_now(call)
        if question:
            await desk.on_thread(lambda: desk.assist.unanswered(question, entry_id))
    else:
        raise BadRequest("mark", "clicked, used, wrong or nothing")
    return response.json({"kept": True})


async def _look(request: Any, number: str) -> Any:
    """Write down who looks and why, then ask the platform for the caller's code."""
    desk: Desk = request.app.ctx.desk
    body = object_of(request)
    call = await _open_call(request, number)
    try:
        purpose, note = reason_in(body, _DOOR)
        by = await _whom(desk, body, call)
        if by is None:
            return _refused(422, "请填证件号码或手机号，填一个。")
        phone, document = by.get("phone"), by.get("document_number")
        wish = CodeLookIn(
            agent=call.agent, call=number, purpose=purpose, phone=phone, document_number=document
        )
        found = await look(desk, _DOOR, number, wish, note=note, by=next(iter(by)))
    except NotLooked as refusal:
        return _refused(refusal.status, refusal.sentence)
    return response.json(look_wire(found), ensure_ascii=False)


def _look_failed(error: PlatformError) -> tuple[int, str]:
    status, sentence = saying_of(error)
    if isinstance(error, NotFound):
        sentence = "平台上没有这个号码，请核对。"
    elif isinstance(error, Conflict):
        sentence = "这个手机号有几个人在用，请改用证件号码。"
    return status, sentence


_DOOR = Door(PURPOSES, "call.looked", "call.look_refused", _look_failed)


def _refused(status: int, sentence: str) -> Any:
    return response.json({"sentence": sentence}, status=status, ensure_ascii=False)


async def _open_call(request: Any, number: str) -> Call:
    call = await call_of(request, number)
    if call.ended_at is not None:
        raise CallOver(number)
    return call


def _asked_now(call: Call) -> str:
    """The last words of the notes that hold a question, for the editors."""
    said = clauses(call.pad.notes)
    return "，".join(clause.text for clause in said[-2:])[-100:]


async def _whom(desk: Desk, body: dict[str, Any], call: Call) -> dict[str, str] | None:
    """Return by what to look somebody up; a starred value of the notes, or the caller's, stands for the whole one."""
    given = body.get("whom")
    if not isinstance(given, str) or not 0 < len(given.strip()) <= MAX_ID:
        return None
    whole = "".join((await whole_of(desk, call, given.strip())).split())
    is_phone = whole.isdecimal() and whole.isascii() and len(whole) == 11 and whole.startswith("1")  # noqa: PLR2004
    if not is_phone and (len(whole) > 40 or "*" in whole):  # noqa: PLR2004
        return None
    return {"phone": whole} if is_phone else {"document_number": whole}


def _pad(body: dict[str, Any], before: Pad, room: AssistRoom) -> Pad:
    notes, matter = body.get("notes"), body.get("matter", "")
    if not isinstance(notes, str) or len(notes) > MAX_NOTES:
        raise BadRequest("notes", f"at most {MAX_NOTES} characters")
    if matter and (not isinstance(matter, str) or room.book.matter(matter) is None):
        raise BadRequest("matter", "unknown")
    changed = body.get("changed", {})
    if not isinstance(changed, dict) or not changed.keys() <= {*FIELDS, *_TICKS}:
        raise BadRequest("changed", "fields of the draft")
    if not all(isinstance(value, str) and len(value) <= MAX_FIELD for value in changed.values()):
        raise BadRequest("changed", f"texts of at most {MAX_FIELD} characters")
    skipped = [fact for fact in _ids(body.get("skipped", []), "skipped") if fact in room.book.facts]
    return before.written(masked(notes.replace("\r\n", "\n")), changed, skipped, matter)


def _ids(given: Any, name: str) -> list[str]:
    if not isinstance(given, list) or len(given) > _MOST_SHOWN * 2:
        raise BadRequest(name, "a short list")
    if not all(isinstance(one, str) and 0 < len(one) <= MAX_ID for one in given):
        raise BadRequest(name, "names")
    return given


def _seq(body: dict[str, Any]) -> int:
    seq = body.get("seq")
    if type(seq) is not int or not 0 <= seq <= _MOST_SEQ:
        raise BadRequest("seq", "the number of the notes")
    return seq
