"""What follows from a change of colour, in its own transaction: the record, the outgoing event, and the end of offline
codes that say a better one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.codes.steps import Step
from backend.colour.rulebook import RANK
from backend.models import CodeChange, new_row_id
from backend.outbox import emit_all
from backend.registry.passes import revoke_worsened

CHANGED = "code.changed"


def keep_changes(session: Session, changed: Sequence[tuple[str, Step]], now: datetime) -> None:
    """Write each change and its outgoing event into the transaction that makes it.

    Args:
        session: the transaction that has written the codes.
        changed: person ids and their changes, those of one person in their order.
        now: the platform's time.
    """
    rows = [
        {
            "change_id": new_row_id("cha"),
            "person_id": person_id,
            "previous_colour": step.previous,
            "colour": step.colour,
            "since": step.at,
            "reasons": step.reasons,
        }
        for person_id, step in changed
    ]
    session.execute(insert(CodeChange.__table__), rows)
    emit_all(session, CHANGED, [person_id for person_id, _ in changed], now)
    # a code that got milder leaves no offline code behind that says too much
    worse = {person_id for person_id, step in changed if RANK[step.colour] > RANK.get(step.previous, -1)}
    if worse:
        latest = {person_id: step.colour for person_id, step in changed if person_id in worse}
        revoke_worsened(session, now, latest)
