"""The desk's part of retention: chats, calls, quality, shifts, audit, reveals, questions; at the start and daily."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from privacy.retention import Store, run

from .chats.store import ChatStore
from .desk import Desk
from .quality.casebook import CaseBook
from .shifts.book import shift_book
from .shifts.roster import Roster

log = logging.getLogger(__name__)

PAUSE_S = 86_400.0


def stores(desk: Desk) -> list[Store]:
    """Return what the desk deletes."""
    questions = desk.knowledge.questions
    quality = CaseBook(desk.engine, desk.settings.chats.key)
    plan = Roster(desk.engine, shift_book().templates)
    chats = ChatStore(desk.engine, desk.settings.chats.key, desk.settings.chats.timers)
    telephone = desk.telephone.book
    return [
        Store("desk_audit", desk.now, desk.audit.oldest, desk.audit.shorten),
        Store("desk_reveals", desk.now, desk.reveals.oldest, desk.reveals.purge),
        Store(
            "desk_chats", desk.now, lambda: _moment(chats.oldest()), lambda at: chats.purge(at.timestamp())
        ),
        Store(
            "desk_quality",
            desk.now,
            lambda: _moment(quality.oldest()),
            lambda at: quality.purge(at.timestamp()),
        ),
        Store("desk_calls", desk.now, desk.assist.calls.oldest, desk.assist.calls.purge),
        Store(
            "desk_telephone",
            desk.now,
            lambda: _moment(telephone.first_at()),
            lambda at: telephone.purge(at.timestamp()),
        ),
        Store("desk_shifts", desk.now, lambda: _moment(plan.oldest()), lambda at: plan.purge(at.timestamp())),
        Store("unanswered_questions", desk.now, questions.oldest, questions.purge),
    ]


def _moment(at: float | None) -> dt.datetime | None:
    return None if at is None else dt.datetime.fromtimestamp(at, dt.timezone.utc)


async def keep(app: Any) -> None:
    """Delete what is over for as long as the process lives."""
    desk: Desk = app.ctx.desk
    kept = stores(desk)
    while True:
        try:
            await desk.on_thread(lambda: run(kept))
        except SQLAlchemyError as error:
            log.warning("retention_waits", extra={"error": type(error).__name__})
        await asyncio.sleep(PAUSE_S)
