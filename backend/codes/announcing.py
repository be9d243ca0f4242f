"""What follows from a change of colour, in its own transaction: the outgoing event, and the end of offline codes that
say a better one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.outbox import emit, emit_for_each
from backend.registry.passes import revoke_worsened

CHANGED = "code.changed"


def announce(session: Session, person_id: str, now: datetime) -> None:
    """Write the outgoing event of one change into the transaction that makes it."""
    emit(session, CHANGED, person_id, {}, now)
    revoke_worsened(session, now, person_id)


def announce_all(session: Session, people: Any, now: datetime) -> None:
    """Write an outgoing event for each row of `people` (a select of person ids)."""
    emit_for_each(session, CHANGED, people, now)
    revoke_worsened(session, now, among=people)
