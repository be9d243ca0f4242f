"""Every failure becomes a problem document, also those Sanic finds before a request has a route."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path

import structlog
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.clock import Clock
from backend.middleware import dress, request_id
from backend.problems import BadRequest, Internal, NotFound, Problem, Unavailable
from backend.serving import Reply, respond

log = structlog.get_logger("backend.failures")
_NOT_FOUND, _SERVER_ERROR, _UNAVAILABLE, _CLIENT_ERRORS = 404, 500, 503, range(400, 500)


class ProblemHandler(ErrorHandler):
    """Turns exceptions into answers."""

    def __init__(self, clock: Clock) -> None:
        """Stamp answers with `clock`."""
        super().__init__()
        self._clock = clock

    def response(self, request: Request, exception: BaseException, name: str | None = None) -> HTTPResponse:
        """Return the problem document of any exception; failures of ours are logged, unforeseen ones `internal`."""
        problem = problem_of(exception)
        if problem.status >= _SERVER_ERROR:
            log.error("failure", request_id=request_id(request), **_anonymous(exception))
        named = problem.document() | {"instance": f"urn:jkt:request:{request_id(request)}"}
        response = respond(Reply(problem.status, named))
        for header, value in getattr(exception, "headers", {}).items():
            if header.lower() == "allow":
                response.headers[header] = value
        dress(request, response, self._clock)
        return response


def problem_of(exception: BaseException) -> Problem:
    """Return the problem an exception stands for."""
    if isinstance(exception, Problem):
        return exception
    if isinstance(exception, SanicException):
        status = exception.status_code or 500
        if status == _NOT_FOUND:
            return NotFound("no such path")
        if status == _UNAVAILABLE:
            return Unavailable("the answer took too long", retry_after=2)
        if status in _CLIENT_ERRORS:
            return BadRequest(_sentence(status), status=status)
    if isinstance(exception, asyncio.CancelledError):
        return Unavailable("the platform is stopping", retry_after=2)
    return Internal("an unforeseen failure; the log has it under the request id")


def _anonymous(exception: BaseException) -> dict[str, object]:
    """Return what failed and where. Messages are left out: a database's may repeat a person's number."""
    frames = traceback.extract_tb((exception.__cause__ or exception).__traceback__)[-12:]
    return {
        "kind": type(exception).__name__,
        "cause": type(exception.__cause__).__name__,
        "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _sentence(status: int) -> str:
    return {
        405: "this path does not know that method",
        408: "the request did not arrive in time",
        413: "the request is too large",
    }.get(status, "the request cannot be read")
