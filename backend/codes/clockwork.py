"""Time passing inside the platform's process: whoever is due is derived anew, and told what is to be told in time;
work orders that become late are noted.

What came due while it was down is caught up with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from backend.codes.due import adopt_rules
from backend.codes.rules import rule_book
from backend.codes.sweep import catch_up
from backend.codes.telling import tell_due
from backend.orders.escalating import escalate_due
from backend.problems import Unavailable
from backend.serving import Platform

EVERY_S = 1.0
_IN_BETWEEN = 500  # people a transaction, so that requests wait for milliseconds
_log = structlog.get_logger(__name__)


async def begin(app: Any, _loop: Any) -> None:
    """Start the time of this process. The server is not kept waiting: a stop meanwhile must find it running."""
    app.ctx.clockwork = asyncio.create_task(_live(app.ctx.platform))


async def end(app: Any, _loop: Any) -> None:
    """Stop between two batches."""
    app.ctx.clockwork.cancel()
    await asyncio.gather(app.ctx.clockwork, return_exceptions=True)


async def _live(platform: Platform) -> None:
    """Adopt the rules of this process, then go on where the last one stopped."""
    while not await _adopted(platform):
        await asyncio.sleep(EVERY_S)
    await _tick(platform)


async def _adopted(platform: Platform) -> bool:
    """Whether the store has taken over the rules; tried again while it is away."""

    def adopt() -> int:
        with platform.database.write() as session:
            return adopt_rules(session, rule_book(), platform.clock.now())

    try:
        marked = await platform.run(adopt)
    except Unavailable:
        _log.warning("codes.store_away")
        return False
    if marked:
        _log.info("codes.rules_changed", people=marked)
    return True


async def _tick(platform: Platform) -> None:
    def derive(now: datetime) -> int:
        return catch_up(platform.database, now, batch=_IN_BETWEEN)

    def tell(now: datetime) -> int:
        return tell_due(platform.database, now)

    def escalate(now: datetime) -> int:
        return escalate_due(platform.database, now)

    while True:
        await _run(platform, "codes.derived_anew", derive)
        await _run(platform, "codes.told_in_time", tell)
        await _run(platform, "orders.became_late", escalate)
        await asyncio.sleep(EVERY_S)


async def _run(platform: Platform, work: str, do: Callable[[datetime], int]) -> None:
    try:
        done = await platform.run(lambda: do(platform.clock.now()))
    except Unavailable:
        _log.warning("codes.store_away")
    except Exception:  # noqa: BLE001 - one bad story must not stop the time of all others
        _log.exception("codes.catch_up_failed", work=work)
    else:
        if done:
            _log.info(work, done=done)
