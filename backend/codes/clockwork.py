"""Time passing inside the platform's process: whoever is due is derived anew, also what came due while it was down."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from backend.codes.due import adopt_rules
from backend.codes.rules import rule_book
from backend.codes.sweep import catch_up
from backend.problems import Unavailable
from backend.serving import Platform

EVERY_S = 1.0
_IN_BETWEEN = 500  # people a transaction, so that requests wait for milliseconds
_log = structlog.get_logger(__name__)


async def begin(app: Any, _loop: Any) -> None:
    """Adopt the rules of this process, and go on where the last one stopped."""
    platform: Platform = app.ctx.platform

    def adopt() -> int:
        with platform.database.write() as session:
            return adopt_rules(session, rule_book(), platform.clock.now())

    marked = await platform.run(adopt)
    if marked:
        _log.info("codes.rules_changed", people=marked)
    app.ctx.clockwork = asyncio.create_task(_tick(platform))


async def end(app: Any, _loop: Any) -> None:
    """Stop between two batches."""
    app.ctx.clockwork.cancel()
    await asyncio.gather(app.ctx.clockwork, return_exceptions=True)


async def _tick(platform: Platform) -> None:
    while True:
        try:
            people = await platform.run(
                lambda: catch_up(platform.database, platform.clock.now(), batch=_IN_BETWEEN)
            )
        except Unavailable:
            _log.warning("codes.store_away")
        except Exception:  # noqa: BLE001 - one bad story must not stop the time of all others
            _log.exception("codes.catch_up_failed")
        else:
            if people:
                _log.info("codes.derived_anew", people=people)
        await asyncio.sleep(EVERY_S)
