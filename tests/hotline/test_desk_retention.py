"""The audit is shortened after three years, from its beginning, and the rest can still be checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from hotline.audit import Audit
from hotline.store import open_store
from privacy.retention import load_rules
from tests.support.postgres import BOTH, own_database

NOW = dt.datetime(2022, 9, 5, 9, tzinfo=dt.timezone.utc)


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with own_database(request.param, tmp_path, "desk") as url:
        store = open_store(url)
        yield store
        store.dispose()


def test_three_years_stay_and_the_chain_holds(engine: Any) -> None:
    trail = Audit(engine)
    for day in range(6):
        trail.record("A001", "order.viewed", f"N{day}", at=NOW + dt.timedelta(days=day), request_id="r")
    keep = load_rules()["desk_audit"].keep
    assert trail.shorten(NOW + keep - keep) == 0
    assert trail.shorten(NOW + dt.timedelta(days=3)) == 3
    assert trail.oldest() == NOW + dt.timedelta(days=3)
    assert trail.first_break() is None
    trail.record("A001", "order.viewed", "N9", at=NOW + dt.timedelta(days=9), request_id="r")
    assert trail.first_break() is None
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit"))
    assert trail.shorten(NOW + dt.timedelta(days=99)) == 4
    assert trail.first_break() is None
