"""The platform's retention with a moved clock, on both stores; a long downtime is caught up with at once."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from backend.models import (
    AccessEntry,
    IdempotencyRecord,
    IdentityAttempt,
    Nonce,
    OutboxMessage,
    PersonSession,
    Verification,
)
from backend.retention import stores
from privacy.retention import load_rules, plan, run


def counts(platform: Any) -> dict[str, int]:
    tables = (
        AccessEntry,
        Verification,
        PersonSession,
        IdentityAttempt,
        OutboxMessage,
        IdempotencyRecord,
        Nonce,
    )
    with platform.database.read() as session:
        return {
            t.__tablename__: session.execute(select(func.count()).select_from(t)).scalar_one() for t in tables
        }


def test_nothing_goes_before_its_time_and_everything_after(
    any_platform: Any, verified: Any, new_citizen: Any
) -> None:
    token = verified(any_platform, new_citizen(any_platform))
    any_platform.get("/v1/people/me", session=token)
    kept = counts(any_platform)
    assert all(kept.values()), kept
    assert not any(run(stores(any_platform.database, any_platform.clock)).values())
    assert counts(any_platform) == kept

    any_platform.clock.advance(days=30)
    later = time.time() + 30 * 86_400
    gone = run(stores(any_platform.database, any_platform.clock, lambda: later))
    left = counts(any_platform)
    assert gone["access_log"] == 0
    assert left.pop("access_log") == kept["access_log"]
    assert not any(left.values()), left

    any_platform.clock.advance(days=3 * 366)
    assert run(stores(any_platform.database, any_platform.clock))["access_log"] == kept["access_log"]


def test_a_later_reading_survives_the_shortening(any_platform: Any, verified: Any, new_citizen: Any) -> None:
    citizen = new_citizen(any_platform)
    any_platform.get("/v1/people/me", session=verified(any_platform, citizen))
    any_platform.clock.advance(days=1097)
    any_platform.get("/v1/people/me", session=verified(any_platform, citizen))
    assert run(stores(any_platform.database, any_platform.clock))["access_log"] == 1
    assert counts(any_platform)["access_log"] == 1


def test_every_rule_of_the_platform_has_its_store_and_is_planned(any_platform: Any) -> None:
    kept = stores(any_platform.database, any_platform.clock)
    assert {s.rule for s in kept} == {r.name for r in load_rules().values() if r.process == "backend"}
    assert len(plan(kept)) == len(kept)


def test_a_day_before_its_end_a_session_is_still_there(
    any_platform: Any, verified: Any, new_citizen: Any
) -> None:
    verified(any_platform, new_citizen(any_platform))
    any_platform.clock.advance(hours=24)
    assert run(stores(any_platform.database, any_platform.clock))["sessions"] == 0
    any_platform.clock.advance(hours=1)
    assert run(stores(any_platform.database, any_platform.clock))["sessions"] == 1
    assert timedelta(days=1) == load_rules()["sessions"].keep
