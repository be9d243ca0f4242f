"""Events leave the outbox when they have arrived, and only then."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPConnectionError, AMQPError

from bot.event_relay import BrokerSink, EventRelay, FileSink
from bot.tracker_tables import TrackerTables


@pytest.fixture
def tables(tmp_path: Path) -> TrackerTables:
    """An outbox with three events."""
    tables = TrackerTables(f"sqlite:///{tmp_path}/bot.sqlite3")
    events = [{"event": "bot", "timestamp": float(n), "text": f"第{n}句"} for n in range(3)]
    tables.write("p", None, events, events, None)
    return tables


def test_events_reach_the_file_in_order_and_leave_the_outbox(tables: TrackerTables, tmp_path: Path) -> None:
    path = tmp_path / "log" / "events.jsonl"
    assert EventRelay(tables, FileSink(path)).drain() == 3
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines] == ["第0句", "第1句", "第2句"]
    assert {line["sender_id"] for line in lines} == {"p"}
    assert tables.waiting_events(10) == []
    assert path.stat().st_mode & 0o077 == 0


class Flaky:
    """Fails until told otherwise."""

    def __init__(self) -> None:
        self.broken = True
        self.got: list[dict[str, Any]] = []

    def send(self, bodies: Sequence[str]) -> None:
        self.got += [json.loads(body) for body in bodies]
        if self.broken:
            raise AMQPConnectionError("down")

    def close(self) -> None:
        """Nothing to close."""


def test_what_is_not_confirmed_is_sent_again_with_the_same_id(tables: TrackerTables) -> None:
    sink = Flaky()
    relay = EventRelay(tables, sink)
    with pytest.raises(AMQPError):
        relay.drain()
    assert len(tables.waiting_events(10)) == 3
    sink.broken = False
    relay.drain()
    ids = [event["event_id"] for event in sink.got]
    assert ids[:3] == ids[3:] and len(set(ids)) == 3


def test_ids_are_never_used_twice(tables: TrackerTables) -> None:
    sink = Flaky()
    sink.broken = False
    relay = EventRelay(tables, sink)
    relay.drain()
    event = {"event": "bot", "timestamp": 9.0}
    tables.write("p", 1, [event], [event], None)
    relay.drain()
    ids = [event["event_id"] for event in sink.got]
    assert len(set(ids)) == 4


def test_stopping_hands_on_what_waits(tables: TrackerTables, tmp_path: Path) -> None:
    relay = EventRelay(tables, FileSink(tmp_path / "events.jsonl"))
    relay.start()
    relay.stop()
    assert tables.waiting_events(10) == []


@pytest.mark.services
def test_events_reach_rabbitmq(tables: TrackerTables) -> None:
    url = os.environ.get("JKT_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672/%2F?connection_attempts=1")
    queue = f"jkt.test.{uuid.uuid4().hex}"
    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
    except AMQPError:
        pytest.skip("RabbitMQ is not reachable at 127.0.0.1:5672 (JKT_TEST_AMQP)")
    sink = BrokerSink(url, queue)
    EventRelay(tables, sink).drain()
    channel = connection.channel()
    bodies = [channel.basic_get(queue, auto_ack=True)[2] for _ in range(3)]
    assert [json.loads(body)["text"] for body in bodies] == ["第0句", "第1句", "第2句"]
    channel.queue_delete(queue)
    connection.close()
    sink.close()
