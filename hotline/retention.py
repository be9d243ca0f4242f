"""The desk's part of retention: its audit, after three years, at the start and every day."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from privacy.retention import Store, run

from .desk import Desk

log = logging.getLogger(__name__)

PAUSE_S = 86_400.0


def stores(desk: Desk) -> list[Store]:
    """Return what the desk deletes."""
    return [Store("desk_audit", desk.now, desk.audit.oldest, desk.audit.shorten)]


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
