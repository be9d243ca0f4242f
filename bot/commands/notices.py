"""``python -m bot notices [--failed] [--limit N]``: what became of notices, by which way, and why not by another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.notices.ledger import DeliveryLedger
from bot.notices.wording import CHINA
from bot.settings import read_settings
from privacy.database import open_engine

#: Characters of a conversation's id that are shown: enough to tell lines of one person together.
_SHOWN: Final = 7


def notices(limit: int, *, failed: bool) -> int:
    """Print the sums, then the newest deliveries, one a line; return 0.

    Args:
        limit: how many deliveries.
        failed: only those that were refused, or whose end nobody knows.
    """
    ledger = DeliveryLedger(open_engine(read_settings(os.environ).bot_db))
    for line in report(ledger, limit, failed=failed):
        print(line)
    return 0


def report(ledger: DeliveryLedger, limit: int, *, failed: bool) -> Iterator[str]:
    """Yield the lines: ``way state count``, then time, event, conversation (masked), way, state, tries, reason."""
    for (way, state), count in ledger.counts().items():
        yield f"{way}\t{state}\t{count}"
    for line in ledger.recent(limit, failed=failed):
        when = datetime.fromtimestamp(line.at, CHINA).isoformat(timespec="seconds")
        who = f"{line.conversation_id[:_SHOWN]}…"
        facts = (
            when,
            line.event_id,
            line.event,
            who,
            line.way,
            line.state,
            str(line.tries),
            line.reason or "-",
        )
        yield "\t".join(facts)
