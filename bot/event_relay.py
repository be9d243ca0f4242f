"""Carries events from the outbox to the broker, or to a file: each at least once, never blocking a
conversation.

An event leaves the outbox when the broker has confirmed it. After a crash the last batch may be sent again:
receivers know an event by its ``event_id``.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import pika
from pika.exceptions import AMQPError

from bot.errors import StoreFailed
from bot.tracker_tables import ERASED, TrackerTables

logger = logging.getLogger(__name__)

QUEUE: Final = "jkt.events"
_BATCH: Final = 200
_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0


class Sink(Protocol):
    """Where events go."""

    def send(self, bodies: Sequence[str]) -> None:
        """Store all of them for good; raise OSError or AMQPError when that is not certain."""

    def close(self) -> None:
        """Let go of the connection."""


class FileSink:
    """A file of JSON lines, for the embedded default."""

    def __init__(self, path: Path) -> None:
        """Append to ``path``; the folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._writing = threading.RLock()

    def send(self, bodies: Sequence[str]) -> None:
        """Append the lines and wait until they are on the disk; lines of an erased conversation go first."""
        erased = {
            str(event["sender_id"]) for event in map(json.loads, bodies) if event.get("event") == ERASED
        }
        if erased:
            self._drop(lambda event: event.get("sender_id") in erased)
            bodies = [body for body in bodies if json.loads(body).get("sender_id") not in erased]
        with self._writing:
            self._append(bodies)

    def _append(self, bodies: Sequence[str]) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write("".join(body + "\n" for body in bodies))
            file.flush()
            os.fsync(file.fileno())

    def purge(self, before: float) -> int:
        """Delete lines of events before ``before`` (Unix seconds); return how many that were."""
        return self._drop(lambda event: float(event.get("timestamp") or 0.0) < before)

    def oldest(self) -> float | None:
        """Return when the oldest event of the file happened (Unix seconds); None when there is none."""
        return min((float(event.get("timestamp") or 0.0) for _, event in self._lines()), default=None)

    def _lines(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield line, json.loads(line)

    def _drop(self, goes: Callable[[dict[str, Any]], bool]) -> int:
        """Write the file anew without the lines that go, aside and then into place."""
        with self._writing:
            aside = self._path.with_suffix(".new")
            gone = 0
            with os.fdopen(
                os.open(aside, os.O_WRONLY | os.O_TRUNC | os.O_CREAT, 0o600), "w", encoding="utf-8"
            ) as file:
                for line, event in self._lines():
                    if goes(event):
                        gone += 1
                    else:
                        file.write(line)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._path)
        return gone

    def close(self) -> None:
        """Nothing is held open."""


class BrokerSink:
    """A durable queue of RabbitMQ, with the broker's confirmation of each event."""

    def __init__(self, url: str, queue: str = QUEUE) -> None:
        """Use the broker at ``url``; connected at the first event."""
        self._parameters = pika.URLParameters(url)
        self._queue = queue
        self._channel: Any = None

    def send(self, bodies: Sequence[str]) -> None:
        """Publish persistently; raises AMQPError when one is not confirmed."""
        try:
            channel = self._open()
            for body in bodies:
                channel.basic_publish(
                    exchange="",
                    routing_key=self._queue,
                    body=body.encode(),
                    properties=pika.BasicProperties(content_type="application/json", delivery_mode=2),
                    mandatory=True,
                )
        except (AMQPError, OSError):
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        channel, self._channel = self._channel, None
        if channel is not None:
            with suppress(AMQPError, OSError):
                channel.connection.close()

    def _open(self) -> Any:
        if self._channel is None or self._channel.is_closed:
            self._channel = pika.BlockingConnection(self._parameters).channel()
            self._channel.queue_declare(self._queue, durable=True)
            self._channel.confirm_delivery()
        return self._channel


class EventRelay:
    """A thread that empties the outbox."""

    def __init__(self, tables: TrackerTables, sink: Sink) -> None:
        """Read from ``tables``, send to ``sink``."""
        self._tables = tables
        self._sink = sink
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="event-relay", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Hand on what waits, then end; what cannot be handed on stays in the outbox."""
        self._stop.set()
        self._thread.join(patience)

    def drain(self) -> int:
        """Hand on everything that waits; return how many events that were.

        Raises:
            StoreFailed, AMQPError, OSError: some stay in the outbox.
        """
        total = 0
        while batch := self._tables.waiting_events(_BATCH):
            self._sink.send([_with_id(number, body) for number, body in batch])
            self._tables.handed_on([number for number, _ in batch])
            total += len(batch)
        return total

    def _run(self) -> None:
        pause = _PAUSE
        while not self._stop.wait(pause):
            pause = self._try(pause)
        self._try(pause)
        self._sink.close()

    def _try(self, pause: float) -> float:
        """Drain once; return how long to wait before the next time, longer after each failure."""
        try:
            self.drain()
        except (StoreFailed, AMQPError, OSError) as error:
            logger.warning("events wait in the outbox: %s", type(error).__name__)
            return min(pause * 2, _LONGEST_PAUSE)
        return _PAUSE


def _with_id(number: int, body: str) -> str:
    # spliced, not parsed: the body is an object of ours and never empty
    return f'{{"event_id": {number}, {body[1:]}'
