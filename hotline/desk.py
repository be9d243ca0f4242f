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

from .access import ServiceGuard
from .accounts.book import AccountBook
from .accounts.entry import Entry
from .accounts.first_start import forget_first_password, prepare
from .accounts.passwords import Passwords
from .accounts.pauses import Pauses
from .accounts.sessions import Lifetimes, SessionBook
from .assist.room import AssistRoom
from .audit import Audit
from .knowledge.room import Folders, KnowledgeRoom
from .pages import Pages
from .reveals.ledger import RevealLedger
from .settings import Settings
from .store import open_store
from .telephone.room import TelephoneRoom
from .time_limits import Thresholds

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Desk:
    """Everything a handler may need. `unix` is real time in seconds; work orders go by the platform's clock."""

    settings: Settings
    unix: Callable[[], float]
    engine: Any
    audit: Audit
    accounts: AccountBook
    entry: Entry
    sessions: SessionBook
    reveals: RevealLedger
    guard: ServiceGuard
    platform: AsyncPlatform
    pages: Pages
    thresholds: Thresholds
    knowledge: KnowledgeRoom
    assist: AssistRoom
    telephone: TelephoneRoom
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, "desk-store"))
    #: Hashing a password takes a tenth of a second and much memory: a flood of log-ins waits here, and nobody else.
    slow_threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "desk-entry"))

    def now(self) -> dt.datetime:
        """Return real time."""
        return dt.datetime.fromtimestamp(self.unix(), dt.timezone.utc)

    async def on_thread(self, work: Callable[[], ResultT]) -> ResultT:
        """Run blocking work on the desk's store beside the event loop, with the caller's context variables."""
        return await _run(self.threads, work)

    async def on_slow_thread(self, work: Callable[[], ResultT]) -> ResultT:
        """Run work that hashes a password, beside everything else."""
        return await _run(self.slow_threads, work)

    async def note(self, agent: str, action: str, subject: str, **detail: Any) -> None:
        """Append an entry to the audit; the request that asked for it fails when that fails."""
        at, request_id = self.now(), correlation.current()
        await self.on_thread(
            lambda: self.audit.record(agent, action, subject, at=at, request_id=request_id, detail=detail)
        )

    def close(self) -> None:
        """Let work under way finish, then close threads and connections."""
        self.assist.close()
        self.knowledge.close()
        self.platform.close()
        self.slow_threads.shutdown(wait=True)
        self.threads.shutdown(wait=True)
        self.engine.dispose()


async def _run(threads: ThreadPoolExecutor, work: Callable[[], ResultT]) -> ResultT:
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(threads, context.run, work)


def build(settings: Settings, unix: Callable[[], float]) -> Desk:
    """Make the parts as `settings` say, and the first accounts; nothing is asked of the platform yet."""
    engine = open_store(settings.database_url)
    platform = AsyncPlatform(PlatformClient(settings.platform_url, "desk", settings.platform_secret))
    audit = Audit(engine)
    accounts, entry = build_accounts(settings, engine)
    now = dt.datetime.fromtimestamp(unix(), dt.timezone.utc)
    for number in prepare(accounts, entry.passwords, settings.secrets, demo=settings.demo):
        audit.record("-", "account.added", number, at=now, request_id="start")
    knowledge = KnowledgeRoom(engine, platform, unix, _folders(settings))
    key = settings.chats.key
    assist = AssistRoom(engine, key, knowledge, settings.data_dir, settings.looks_per_day)
    return Desk(
        settings=settings,
        unix=unix,
        engine=engine,
        audit=audit,
        accounts=accounts,
        entry=entry,
        sessions=SessionBook(engine, lifetimes_of(settings), demo=settings.demo),
        reveals=RevealLedger(engine, settings.reveals_per_day),
        guard=ServiceGuard(engine, settings.services),
        platform=platform,
        pages=Pages(),
        thresholds=Thresholds(settings.yellow_at, settings.red_at),
        knowledge=knowledge,
        assist=assist,
        telephone=TelephoneRoom(engine, key, assist.calls),
    )


def build_accounts(settings: Settings, engine: Any) -> tuple[AccountBook, Entry]:
    """Make what keeps accounts and lets people in."""
    accounts = AccountBook(engine, settings.account_key, demo=settings.demo)
    entry = Entry(
        book=accounts,
        passwords=Passwords(settings.hash_time, settings.hash_memory_kib, settings.hash_lanes),
        pauses=Pauses(engine, settings.login_tries, settings.address_tries),
        least=settings.password_length,
        on_change=lambda number: forget_first_password(settings.secrets, number),
    )
    return accounts, entry


def lifetimes_of(settings: Settings) -> Lifetimes:
    """Return how long sessions live."""
    return Lifetimes(
        whole=int(settings.session_hours * 3600),
        idle=int(settings.idle_minutes * 60),
        proof=int(settings.proof_minutes * 60),
    )


def _folders(settings: Settings) -> Folders:
    data = settings.data_dir
    if data is None:
        return Folders(domain=settings.domain)
    return Folders(data / "policies", data / "gazetteer" / "divisions.csv", settings.domain)
