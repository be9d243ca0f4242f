"""From request to answer: database work on threads, one transaction a request, each write once and only once.

An endpoint hands over a function of a `Scope`. It returns the body of the answer, a `Reply` with another status,
or a `Problem`. A returned problem keeps the transaction (a wrong password stays counted); a raised one rolls it
back.
"""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.database import Database
from backend.idempotency import Idempotency
from backend.limits import Buckets
from backend.problems import IdempotencyRequired, InvalidInput, Problem, Unavailable
from backend.sessions import person_of
from backend.settings import Settings
from privacy.sealing import Sealer

T = TypeVar("T")
_KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")


class Who(Enum):
    """Whether a request needs a verified person."""

    NOBODY = "nobody"
    ANYBODY = "anybody"  # a session is honoured when sent, and not needed
    PERSON = "person"


@dataclass(frozen=True)
class Reply:
    """A body with its HTTP status."""

    status: int
    body: Any


@dataclass(frozen=True)
class Scope:
    """What a piece of work may use: its transaction, the platform's time, the caller, the checked input.

    Attributes:
        session: SQLAlchemy session inside the request's one transaction.
        now: the platform's time when the request arrived.
        client_id: the service that signed the request.
        query: typed query parameters, all of them, by name.
        body: the checked JSON body, None when the operation takes none.
        person: the verified person's session, None when nobody is verified.
        platform: settings and everything else that lives as long as the process.
    """

    session: Session
    now: datetime
    client_id: str
    query: Mapping[str, Any]
    body: Any
    person: Any
    platform: Platform


@dataclass(frozen=True)
class Platform:
    """The parts one process is made of."""

    settings: Settings
    database: Database
    clock: Clock
    threads: ThreadPoolExecutor
    idempotency: Idempotency
    wrong_fetches: Buckets

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Platform:
        """Return the parts of a process with these settings, which lives by `clock`."""
        return cls(
            settings=settings,
            database=Database(settings.database_url, pool_size=settings.threads),
            clock=clock,
            threads=ThreadPoolExecutor(settings.threads, thread_name_prefix="platform"),
            idempotency=Idempotency(Sealer(settings.record_key)),
            wrong_fetches=Buckets(rate=10 / 3600, burst=10),
        )

    def close(self) -> None:
        """End after what is being done."""
        self.threads.shutdown(wait=True)
        self.database.dispose()

    async def run(self, work: Callable[[], T]) -> T:
        """Run blocking `work` on a thread, with this task's context variables.

        Raises:
            Unavailable: when the database cannot be reached or stays locked.
        """
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.threads, lambda: context.run(work))
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise Unavailable("the store cannot be reached", retry_after=2) from error


Work = Callable[[Scope], Any]


async def read(request: Request, work: Work, *, who: Who = Who.NOBODY) -> HTTPResponse:
    """Answer with what `work` finds. Nothing it changes is kept."""
    platform: Platform = request.app.ctx.platform

    def job() -> Reply:
        with platform.database.read() as session:
            return _reply(work(_scope(request, session, who)), 200)

    return respond(await platform.run(job))


async def read_noted(request: Request, work: Work, *, who: Who = Who.NOBODY) -> HTTPResponse:
    """Answer with what `work` finds, and keep the lines it writes to the access log: both or neither."""
    platform: Platform = request.app.ctx.platform

    def job() -> Reply:
        with platform.database.write() as session:
            return _reply(work(_scope(request, session, who)), 200)

    return respond(await platform.run(job))


async def write(request: Request, work: Work, *, who: Who = Who.NOBODY, status: int = 200) -> HTTPResponse:
    """Do `work` once for the request's Idempotency-Key and answer; a repetition gets the first answer again.

    The key is claimed, the work done and the answer stored in one transaction, so a crash in between leaves
    nothing and two requests at the same moment cannot both do it.

    Raises:
        IdempotencyRequired: without a key.
        IdempotencyMismatch: when the key belongs to another request.
    """
    platform: Platform = request.app.ctx.platform
    key = request.headers.get("idempotency-key")
    if not key:
        raise IdempotencyRequired("send an Idempotency-Key with every write")
    if not _KEY.fullmatch(key):
        raise InvalidInput(("Idempotency-Key", f"must match {_KEY.pattern}"))

    def job() -> Reply:
        with platform.database.write() as session:
            scope = _scope(request, session, who)
            person = scope.person.person_id if who is Who.PERSON else ""
            fingerprint = _fingerprint(request.method, request.raw_url, person.encode(), request.body)
            stored = platform.idempotency.claim(session, scope.client_id, key, fingerprint)
            if stored is not None:
                return Reply(*stored)
            reply = _reply(work(scope), status)
            platform.idempotency.store(session, scope.client_id, key, reply.status, reply.body)
            return reply

    return respond(await platform.run(job))


def respond(reply: Reply) -> HTTPResponse:
    """Return the HTTP answer of a reply; problems get their own media type and Retry-After."""
    is_problem = isinstance(reply.body, dict) and str(reply.body.get("type", "")).startswith(
        "urn:jkt:problem:"
    )
    headers = {}
    if is_problem and "retry_after" in reply.body:
        headers["Retry-After"] = str(reply.body["retry_after"])
    return HTTPResponse(
        json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")),
        status=reply.status,
        headers=headers,
        content_type="application/problem+json" if is_problem else "application/json",
    )


def _reply(result: Any, status: int) -> Reply:
    if isinstance(result, Problem):
        return Reply(result.status, result.document())
    return result if isinstance(result, Reply) else Reply(status, result)


def _scope(request: Request, session: Session, who: Who) -> Scope:
    platform: Platform = request.app.ctx.platform
    now = platform.clock.now()
    person = None
    token = request.headers.get("x-person-session")
    if who is Who.PERSON or (who is Who.ANYBODY and token):
        person = person_of(session, token, now)
    return Scope(session, now, request.ctx.client_id, request.ctx.query, request.ctx.body, person, platform)


def _fingerprint(method: str, url: bytes, person: bytes, body: bytes) -> str:
    parts = [method.encode(), url, person, hashlib.sha256(body).hexdigest().encode()]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
