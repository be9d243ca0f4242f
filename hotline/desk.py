"""The parts a desk process is made of, built once and handed to every handler."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from backend_client import AsyncPlatform, PlatformClient, correlation

from .access import EndedSessions, LoginLimit, ServiceGuard
from .audit import Audit
from .ownership import OwnershipStore
from .pages import Pages
from .settings import Settings
from .store import open_store
from .time_limits import Thresholds

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Desk:
    """Everything a handler may need. `unix` is real time in seconds; work orders go by the platform's clock."""

    settings: Settings
    unix: Callable[[], float]
    engine: Any
    audit: Audit
    ownership: OwnershipStore
    limit: LoginLimit
    ended: EndedSessions
    guard: ServiceGuard
    platform: AsyncPlatform
    pages: Pages
    thresholds: Thresholds
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, "desk-store"))

    def now(self) -> dt.datetime:
        """Return real time."""
        return dt.datetime.fromtimestamp(self.unix(), dt.timezone.utc)

    async def on_thread(self, work: Callable[[], ResultT]) -> ResultT:
        """Run blocking work on the desk's store beside the event loop, with the caller's context variables."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self.threads, context.run, work)

    async def note(self, agent: str, action: str, subject: str, **detail: Any) -> None:
        """Append an entry to the audit; the request that asked for it fails when that fails."""
        at, request_id = self.now(), correlation.current()
        await self.on_thread(
            lambda: self.audit.record(agent, action, subject, at=at, request_id=request_id, detail=detail)
        )

    def close(self) -> None:
        """Let work under way finish, then close threads and connections."""
        self.platform.close()
        self.threads.shutdown(wait=True)
        self.engine.dispose()


def build(settings: Settings, unix: Callable[[], float]) -> Desk:
    """Make the parts as `settings` say; nothing is asked of the platform yet."""
    engine = open_store(settings.database_url)
    return Desk(
        settings=settings,
        unix=unix,
        engine=engine,
        audit=Audit(engine),
        ownership=OwnershipStore(engine),
        limit=LoginLimit(engine, settings.login_tries, settings.login_window_s),
        ended=EndedSessions(engine),
        guard=ServiceGuard(engine, settings.services),
        platform=AsyncPlatform(PlatformClient(settings.platform_url, "desk", settings.platform_secret)),
        pages=Pages(),
        thresholds=Thresholds(settings.yellow_at, settings.red_at),
    )
