"""The store: migrations match the tables on both databases, transactions are whole, writers queue."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, StatementError

from backend.clock import CHINA, DEMO_START, DemoClock, clock_for
from backend.database import Database
from backend.migrations import migrate
from backend.models import Base, Moment, Notice, NumberSeries, Person


def person(person_id="per_1"):
    return Person(person_id=person_id, name="王小明", name_key="王小明", created_at=DEMO_START)


def test_migrated_tables_are_the_models_tables(store):
    def same_type(_context, _column, _metadata_column, _stored, declared):
        return False if isinstance(declared, Moment) else None

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(settings):
    migrate(settings.database_url)
    database = Database(settings.database_url)
    with database.read() as session:
        assert len(session.execute(text("select version_num from alembic_version")).all()) == 1
    database.dispose()


def test_a_moment_comes_back_in_chinas_time(store):
    with store.write() as session:
        session.add(
            Person(
                person_id="per_1",
                name="甲",
                name_key="甲",
                created_at=datetime(2022, 9, 5, 1, tzinfo=timezone.utc),
            )
        )
    with store.read() as session:
        moment = session.execute(select(Person.created_at)).scalar_one()
    assert moment.isoformat() == "2022-09-05T09:00:00+08:00"


def test_a_moment_without_an_offset_is_refused(store):
    with pytest.raises(StatementError, match="offset"), store.write() as session:
        session.add(Person(person_id="per_1", name="甲", name_key="甲", created_at=datetime(2022, 9, 5)))  # noqa: DTZ001


def test_a_failed_transaction_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.write() as session:
        session.add(person())
        session.flush()
        raise RuntimeError
    with store.read() as session:
        assert session.execute(select(Person)).all() == []


def test_a_reading_session_cannot_keep_changes(store):
    with store.read() as session:
        session.add(person())
        session.flush()
    with store.read() as session:
        assert session.execute(select(Person)).all() == []


def test_a_row_without_its_person_is_refused(store):
    with pytest.raises(Exception, match=r"(?i)foreign key"), store.write() as session:
        session.add(
            Notice(
                notice_id="not_1",
                person_id="nobody",
                kind="reminder",
                title="t",
                text="t",
                created_at=DEMO_START,
            )
        )


def test_errors_do_not_repeat_what_was_written(store):
    with pytest.raises(Exception) as failure, store.write() as session:
        session.add_all([person(), person()])
    assert "王小明" not in str(failure.value)


def test_readers_read_while_somebody_writes(settings):
    database = Database(settings.database_url)
    with database.write() as writing:
        writing.add(person())
        writing.flush()
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(lambda: _count(database)).result(timeout=10) == 0
    assert _count(database) == 1
    database.dispose()


def test_writers_of_two_processes_wait_for_each_other(settings):
    databases = [Database(settings.database_url) for _ in range(2)]
    with databases[0].write() as session:
        session.add(NumberSeries(series="s", last=0))
    together = threading.Barrier(8)

    def add(number):
        together.wait()
        for _ in range(20):
            with databases[number % 2].write() as session:
                row = session.get(NumberSeries, "s")
                row.last += 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))
    with databases[0].read() as session:
        assert session.get(NumberSeries, "s").last == 160
    for database in databases:
        database.dispose()


def test_a_lost_store_is_told_as_unavailable(settings, start_platform):
    platform = start_platform(settings)
    with platform.database.write() as session:
        session.execute(text("DROP TABLE outbox_messages"))
    answer = platform.http.get(f"{platform.url}/dev/outbox", params={"phone": "13900000001"}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert "outbox_messages" not in answer.text


def test_the_demo_clock_runs_on_from_its_morning():
    clock = DemoClock()
    first = clock.now()
    assert DEMO_START <= first <= clock.now()
    assert first.tzinfo is CHINA
    assert clock_for("real").now().utcoffset() == CHINA.utcoffset(None)
    with pytest.raises(ValueError, match="JKT_CLOCK"):
        clock_for("yesterday")


def _count(database):
    with database.read() as session:
        return len(session.execute(select(Person)).all())


def test_an_unreachable_server_is_an_operational_error():
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(OperationalError), database.read() as session:
        session.execute(text("select 1"))
    database.dispose()
