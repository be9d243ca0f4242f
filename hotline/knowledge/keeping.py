"""What the desk does for the knowledge base without being asked: look at the files and at the platform's clock."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

PAUSE_S = 10.0


async def keep(app: Any) -> None:
    """Bring in changed files for as long as the process lives."""
    desk = app.ctx.desk
    while True:
        try:
            await desk.knowledge.clock.refresh()
            await desk.on_thread(desk.knowledge.take_files)
        except (SQLAlchemyError, OSError) as error:
            log.warning("knowledge_waits", error=type(error).__name__)
        await asyncio.sleep(PAUSE_S)
