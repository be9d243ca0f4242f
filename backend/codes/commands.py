"""`python -m backend recolour`: rules that changed, and everybody who is due, with as many processes as are given."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import func, select

from backend.clock import DEMO_START, Clock, clock_for
from backend.codes.due import adopt_rules
from backend.codes.rules import rule_book
from backend.codes.sweep import Workers, catch_up
from backend.database import Database
from backend.models import ColourEvent, HealthCode, PersonSession, Verification
from backend.settings import Settings

_log = structlog.get_logger(__name__)
#: Moments the store knows of: codes, events, and who was verified (whose session would not have begun yet).
_LAST_KNOWN = (HealthCode.updated_at, ColourEvent.known_at, PersonSession.created_at, Verification.created_at)


def main(argv: Sequence[str], settings: Settings) -> int:
    """Recolour everybody who is due; a run that was killed is gone on with by running it again."""
    parser = argparse.ArgumentParser(
        prog="python -m backend recolour", description="Derive every code that is due"
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that derive (2)")
    options = parser.parse_args(argv)
    now = resumed_clock(settings).now()
    database = Database(settings.database_url)
    begin = time.monotonic()
    with database.write() as session:
        marked = adopt_rules(session, rule_book(), now)
    with Workers(settings.database_url, options.workers) as workers:
        people = catch_up(database, now, workers=workers)
    database.dispose()
    seconds = round(time.monotonic() - begin, 1)
    _log.info("codes.recoloured", people=people, by_changed_rules=marked, seconds=seconds)
    return 0


def resumed_clock(settings: Settings) -> Clock:
    """Return the platform's clock; that of a demonstration goes on from the last thing it knows of.

    Otherwise what happened in an earlier run would lie in the future of the next one, and not count yet.
    """
    if settings.clock != "demo":
        return clock_for(settings.clock)
    database = Database(settings.database_url, pool_size=1)
    with database.read() as session:
        latest = [session.execute(select(func.max(column))).scalar_one() for column in _LAST_KNOWN]
    database.dispose()
    return clock_for("demo", max((moment for moment in latest if moment is not None), default=DEMO_START))
