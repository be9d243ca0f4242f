"""The API by which the assistant hands conversations over (docs/desk.md): signed, each request taken once."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..chats.model import PRIORITY
from ..chats.records import NewChat, Said
from ..chats.service import Chats, Standing
from ..chats.store import wire
from ..errors import BadRequest
from .reading import chats_of, object_of

MAX_ID = 128
MAX_NAME = 64
MAX_TEXT = 4000
MAX_TRANSCRIPT = 200
_LANGUAGES = ("zh", "en")
_REASONS = tuple(reason for reason in PRIORITY if reason != "taken_over")
_BEST = 5


def blueprint() -> Any:
    """Return the routes under `/v1/chats`."""
    routes = Blueprint("chats")
    routes.add_route(_open, "/v1/chats", methods=["POST"])
    routes.add_route(_of, "/v1/chats/of/<conversation_id:str>", methods=["GET"], unquote=True)
    routes.add_route(_erase, "/v1/chats/of/<conversation_id:str>", methods=["DELETE"], unquote=True)
    routes.add_route(_say, "/v1/chats/<chat_id:str>/messages", methods=["POST"])
    routes.add_route(_leave, "/v1/chats/<chat_id:str>/leave", methods=["POST"])
    routes.add_route(_rate, "/v1/chats/<chat_id:str>/rating", methods=["POST"])
    return routes


async def _open(request: Any) -> Any:
    body = object_of(request)
    context = {
        "transcript": _transcript(body.get("transcript")),
        "facts": _facts(body.get("facts")),
        "code_reference": _text(body, "code_reference", 0, MAX_NAME),
        "relative_reference": _text(body, "relative_reference", 0, MAX_NAME),
    }
    new = NewChat(
        request_id=_text(body, "request_id", 1, MAX_NAME),
        conversation_id=_text(body, "conversation_id", 1, MAX_ID),
        channel=_text(body, "channel", 1, 24),
        reason=_one_of(body, "reason", _REASONS),
        language=_one_of(body, "language", _LANGUAGES),
        large_type=body.get("large_type") is True,
        topic=_text(body, "topic", 0, MAX_NAME),
        district=_text(body, "district", 0, 12),
        context=context,
    )
    chats = chats_of(request)
    standing = await chats.open(new)
    await _take_quota(chats, standing.chat.chat_id, body)
    return _answer(standing, 201)


async def _of(request: Any, conversation_id: str) -> Any:
    return _answer(await chats_of(request).of_conversation(conversation_id))


async def _erase(request: Any, conversation_id: str) -> Any:
    erased = await chats_of(request).erase(conversation_id)
    desk = request.app.ctx.desk
    await desk.note("-", "chats.erased", conversation_id, count=erased, by=request.ctx.client_id)
    return response.json({"erased": erased})


async def _say(request: Any, chat_id: str) -> Any:
    body = object_of(request)
    more = {name: body[name] for name in ("kind", "picture") if isinstance(body.get(name), str)}
    text, client_id = _text(body, "text", 0, MAX_TEXT), _text(body, "id", 1, MAX_NAME)
    said = Said("citizen", "", text, client_id, {name: value[:MAX_NAME] for name, value in more.items()})
    chats = chats_of(request)
    standing = await chats.citizen_said(chat_id, said, urgent=body.get("urgent") is True)
    await _take_quota(chats, chat_id, body)
    return _answer(standing)


async def _leave(request: Any, chat_id: str) -> Any:
    return _answer(await chats_of(request).leave(chat_id))


async def _rate(request: Any, chat_id: str) -> Any:
    score = object_of(request).get("score")
    if type(score) is not int or not 1 <= score <= _BEST:
        raise BadRequest("score", f"1 to {_BEST}")
    return _answer(await chats_of(request).rate(chat_id, score))


async def _take_quota(chats: Chats, chat_id: str, body: dict[str, Any]) -> None:
    quota = body.get("quota")
    if not isinstance(quota, dict):
        return
    left, until = quota.get("left"), quota.get("until")
    if type(left) is not int or not (until is None or isinstance(until, int | float)):
        raise BadRequest("quota", "left as a whole number, until as unix seconds")
    await chats.quota(chat_id, left, None if until is None else float(until))


def _answer(standing: Standing, status: int = 200) -> Any:
    body = {**wire(standing.chat), "ahead": standing.ahead, "wait_s": standing.wait_s}
    return response.json(body, status=status, ensure_ascii=False)


def _text(body: dict[str, Any], field: str, shortest: int, longest: int) -> str:
    value = body.get(field) or ""
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise BadRequest(field, f"text of {shortest} to {longest} characters")
    return value


def _one_of(body: dict[str, Any], field: str, allowed: tuple[str, ...]) -> str:
    value = body.get(field)
    if value not in allowed:
        raise BadRequest(field, f"one of {', '.join(allowed)}")
    return str(value)


def _transcript(given: Any) -> list[dict[str, Any]]:
    """Return the lines of the talk so far: who (person, assistant), text, at."""
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MAX_TRANSCRIPT or not all(map(_is_line, given)):
        raise BadRequest("transcript", f"at most {MAX_TRANSCRIPT} lines of who, text, at")
    return [{name: line.get(name) for name in ("who", "text", "at")} for line in given]


def _is_line(line: Any) -> bool:
    return (
        isinstance(line, dict)
        and line.get("who") in ("person", "assistant")
        and isinstance(line.get("text"), str)
        and isinstance(line.get("at"), int | float | None)
    )


def _facts(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise BadRequest("facts", "an object of texts")
    return {str(name)[:MAX_NAME]: value[:200] for name, value in given.items()}
