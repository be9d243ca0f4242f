"""A story that cannot be read is one person's trouble: their code waits and says so, everybody else's goes on.

The code keeps its last colour and is tried again every hour, and at once by a request or a changed rule. `unread` holds
the name under which the log tells what failed; `SELECT person_id FROM health_codes WHERE unread = '…'` finds whose
story it is. The log names nobody and quotes nothing: what was refused is about somebody's health.
"""

from __future__ import annotations

import traceback
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import update

from backend.database import Database
from backend.models import HealthCode

TRIED_AGAIN = timedelta(hours=1)
_log = structlog.get_logger(__name__)


def set_aside(database: Database, person_id: str, version: int, error: Exception, now: datetime) -> None:
    """Let a code wait that could not be derived, unless it was derived meanwhile.

    Args:
        database: the store.
        person_id: whose story it is.
        version: of the code as it was read.
        error: what reading or deriving raised.
        now: the platform's time.
    """
    codes, name = HealthCode.__table__, uuid.uuid4().hex
    with database.write() as session:
        waits: int = session.execute(
            update(codes)
            .where(codes.c.person_id == person_id, codes.c.version == version)
            .values(changes_at=now + TRIED_AGAIN, unread=name)
        ).rowcount
    if waits:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        _log.error("codes.story_unreadable", unread=name, kind=type(error).__name__, at=where)
