"""The audit only grows, and shows when somebody has touched it."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from hotline.audit import Audit
from hotline.store import open_store

NOW = dt.datetime(2022, 9, 5, 9, tzinfo=dt.timezone.utc)


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    return open_store(f"sqlite:///{tmp_path}/desk.sqlite3")


@pytest.fixture
def trail(engine: Any) -> Audit:
    made = Audit(engine)
    for number in range(5):
        made.record("A001", "order.viewed", f"N{number}", at=NOW, request_id="r")
    return made


@pytest.mark.parametrize("statement", ["UPDATE audit SET agent = 'A002'", "DELETE FROM audit"])
def test_entries_cannot_be_changed_or_removed(engine: Any, trail: Audit, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert len(trail.recent()) == 5


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET agent = 'A002' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("UPDATE audit SET at = '2022-09-05T08:00:00+00:00' WHERE seq = 1", 1),
    ],
)
def test_who_gets_round_the_guard_breaks_the_chain(
    engine: Any, trail: Audit, statement: str, broken: int
) -> None:
    assert trail.first_break() is None
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("DROP TRIGGER audit_no_delete"))
        connection.execute(sa.text(statement))
    assert trail.first_break() == broken


def test_entries_of_many_threads_make_one_chain(engine: Any) -> None:
    trails = [Audit(engine) for _ in range(4)]

    def write(trail: Audit) -> None:
        for number in range(10):
            trail.record("A001", "order.viewed", f"N{number}", at=NOW, request_id="r")

    threads = [threading.Thread(target=write, args=(trail,)) for trail in trails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.seq for entry in trails[0].recent()] == list(range(40, 0, -1))
    assert trails[0].first_break() is None


def test_chain_goes_on_after_a_restart(engine: Any, trail: Audit) -> None:
    again = Audit(engine)
    again.record("-", "login.failed", "127.0.0.1", at=NOW, request_id="r", detail={"work_number": "A9"})
    assert again.recent(1)[0].seq == 6
    assert again.first_break() is None
