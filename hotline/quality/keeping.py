"""Draws each week's sample once it is due, for as long as the process lives."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from .room import QualityRoom

log = structlog.get_logger(__name__)

#: A desk that has just started serves its agents first.
FIRST_PAUSE_S = 60.0
PAUSE_S = 600.0


async def keep(app: Any) -> None:
    """Look every ten minutes for weeks to draw; a desk that was down catches up."""
    room: QualityRoom = app.ctx.quality
    await asyncio.sleep(FIRST_PAUSE_S)
    while True:
        try:
            count = await room.draw_due()
            if count:
                log.warning("quality samples drawn", weeks=count)
        except SQLAlchemyError as error:
            log.warning("quality sampling waits", error=type(error).__name__)
        await asyncio.sleep(PAUSE_S)
