"""What the platform tells other systems, at least once: an event is part of the transaction that causes it.

    from backend.outbox import emit

    emit(session, "appeal.decided", appeal.filed_by, {"number": appeal.number}, now)

`kinds.py` lists the kinds and what each may carry; docs/platform.md says how events reach their subscribers.
"""

from __future__ import annotations

from backend.outbox.events import emit, emit_all
from backend.outbox.kinds import KINDS

__all__ = ["KINDS", "emit", "emit_all"]
