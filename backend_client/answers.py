"""What an answer means: its JSON, or the error that its status and problem document stand for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from .errors import (
    Conflict,
    ForbiddenPerson,
    IdentityMismatch,
    InvalidInput,
    Locked,
    NotFound,
    NotVerified,
    PlatformError,
    RateLimited,
    RecordUnreadable,
    Unavailable,
    WrongCode,
)

SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429
PROBLEM_PREFIX = "urn:jkt:problem:"

Problem = Mapping[str, Any]


def decode(body: bytes) -> object:
    """Read a JSON text.

    Raises:
        ValueError: not JSON, or `NaN` or `Infinity` in it, or nested beyond all reason.
    """
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def error_for(status: int, body: bytes, retry_after: float | None, request_id: str) -> PlatformError:
    """Return the error that an answer outside 2xx stands for.

    Args:
        status: HTTP status.
        body: the whole body.
        retry_after: seconds of the `Retry-After` header, if any.
        request_id: correlation id of the call.

    Only a problem document speaks for the platform: a bare 404 of some proxy must not become “there is no
    such person”. 429 and 5xx mean the same whoever says them, but for one person's unreadable record: it must neither
    be asked for again and again nor count as a failure of the whole platform.
    """
    problem = _problem(body)
    wait = _number(problem.get("retry_after")) if problem else None
    wait = retry_after if wait is None else wait
    if status == TOO_MANY_REQUESTS:
        return RateLimited(wait, request_id=request_id)
    if status >= SERVER_ERROR and problem is not None and _code(problem) == RecordUnreadable.code:
        return RecordUnreadable(request_id=request_id)
    if status >= SERVER_ERROR:
        return Unavailable(wait, cause=f"status_{status}", request_id=request_id)
    code = _code(problem) if problem else ""
    build = _BY_CODE.get(code)
    if problem is None or build is None:
        return Unavailable(wait, cause=f"status_{status}", request_id=request_id)
    return build(problem, wait, request_id)


def _problem(body: bytes) -> Problem | None:
    try:
        document = decode(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _code(problem: Problem) -> str:
    code = problem.get("code")
    if isinstance(code, str):
        return code
    kind = problem.get("type")
    return kind[len(PROBLEM_PREFIX) :] if isinstance(kind, str) and kind.startswith(PROBLEM_PREFIX) else ""


def _invalid(problem: Problem, _wait: float | None, request_id: str) -> PlatformError:
    listed = problem.get("errors")
    entries = listed if isinstance(listed, list) else []
    errors = tuple(
        (str(entry.get("field", "")), str(entry.get("reason", "")))
        for entry in entries
        if isinstance(entry, dict)
    )
    field, reason = errors[0] if errors else ("", "")
    return InvalidInput(field, reason, errors=errors, code=_code(problem), request_id=request_id)


def _wrong_code(problem: Problem, _wait: float | None, request_id: str) -> PlatformError:
    left = problem.get("attempts_left")
    return WrongCode(left if type(left) is int else None, request_id=request_id)


def _reason(problem: Problem) -> str | None:
    reason = problem.get("reason")
    return reason if isinstance(reason, str) else None


def _rejected(problem: Problem, _wait: float | None, request_id: str) -> PlatformError:
    return Unavailable(cause=_code(problem), request_id=request_id)


_BY_CODE: dict[str, Callable[[Problem, float | None, str], PlatformError]] = {
    "not_found": lambda _p, _w, rid: NotFound(request_id=rid),
    "session_required": lambda _p, _w, rid: NotVerified("session_required", request_id=rid),
    "session_expired": lambda _p, _w, rid: NotVerified("session_expired", request_id=rid),
    "wrong_code": _wrong_code,
    "locked": lambda _p, wait, rid: Locked(wait, request_id=rid),
    "identity_mismatch": lambda _p, _w, rid: IdentityMismatch(request_id=rid),
    "forbidden_person": lambda _p, _w, rid: ForbiddenPerson(request_id=rid),
    "conflict": lambda p, _w, rid: Conflict(reason=_reason(p), request_id=rid),
    "idempotency_mismatch": lambda _p, _w, rid: Conflict(code="idempotency_mismatch", request_id=rid),
    "idempotency_required": _invalid,
    "invalid_input": _invalid,
    "bad_request": _invalid,
    "bad_signature": _rejected,
    "replayed": _rejected,
}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
