"""Carries events to their subscribers: at least once, in order for each person, never in the way of a request.

What is claimed, attempted and settled are three steps, so a process may die at any point: before the attempt nothing
has happened, after it the event is sent again when the lease is over, and the receiver knows it by its id.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.database import Database
from backend.outbox import queue
from backend.outbox.backoff import MAX_ATTEMPTS, pause
from backend.outbox.queue import Claimed
from backend.outbox.sending import TIME_LIMITS, Sender, Subscriber, Verdict

log = structlog.get_logger("backend.outbox")

_BATCH = 20
#: How often the store is looked at when nothing wakes the thread up (another process wrote, a pause is over).
_LOOK_EVERY_S = 1.0
_LONGEST_ABSENCE_S = 30.0
_PURGE_EVERY_S = 3_600.0


class Delivery:
    """Makes what is due; `work` once, or `start` for a thread that does so until `stop`."""

    def __init__(
        self,
        database: Database,
        subscribers: Sequence[Subscriber],
        *,
        real_time: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        max_attempts: int = MAX_ATTEMPTS,
        time_limits: tuple[float, float] = TIME_LIMITS,
        platform_now: Callable[[], datetime] | None = None,
    ) -> None:
        """Deliver the events of `database` to `subscribers`.

        Args:
            database: the platform's store.
            subscribers: who is told.
            real_time: unix seconds; pauses and leases are counted in it, whatever the platform's clock says.
            chance: 0 to 1, spreads pauses.
            max_attempts: tries before a delivery goes to the dead letters.
            time_limits: seconds to connect and to wait for an answer.
            platform_now: the platform's clock, told with each event.
        """
        self._database = database
        self._subscribers = subscribers
        self._real_time = real_time
        self._chance = chance
        self._max_attempts = max_attempts
        self._sender = Sender(real_time, time_limits, platform_now)
        self._absent: dict[str, tuple[int, float]] = {}
        self._purged_at = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the attempt that is running, then end; what waits is made by the next process."""
        self._stopping.set()
        self._database.woken.set()
        self._thread.join(sum(TIME_LIMITS) + 1)
        self._sender.close()

    def work(self) -> int:
        """Plan, and make all deliveries that are due now; return how many succeeded."""
        with self._database.read() as session:
            unplanned = queue.has_unplanned(session)
        while unplanned:
            with self._database.write() as session:
                names = [subscriber.name for subscriber in self._subscribers]
                unplanned = queue.plan(session, names, self._real_time()) > 0
        return sum(self._serve(subscriber) for subscriber in self._subscribers)

    def _serve(self, subscriber: Subscriber) -> int:
        done = 0
        while not self._stopping.is_set() and not self._is_absent(subscriber):
            now = self._real_time()
            with self._database.read() as session:
                if not queue.has_due(session, subscriber.name, now):
                    break
            with self._database.write() as session:
                batch = queue.claim(session, subscriber.name, _BATCH, now)
            if not batch:
                break
            done += self._make(subscriber, batch, until=now + queue.LEASE_S - 2 * sum(TIME_LIMITS))
        return done

    def _make(self, subscriber: Subscriber, batch: Sequence[Claimed], until: float) -> int:
        """Attempt a batch; give back what cannot be attempted before the lease ends, or while nobody answers."""
        done = 0
        for number, delivery in enumerate(batch):
            if self._stopping.is_set() or self._is_absent(subscriber) or self._real_time() > until:
                with self._database.write() as session:
                    for left in batch[number:]:
                        queue.release(session, left)
                break
            done += self._attempt(subscriber, delivery)
        return done

    def _attempt(self, subscriber: Subscriber, delivery: Claimed) -> bool:
        outcome = self._sender.send(subscriber, delivery.event)
        now = self._real_time()
        self._notice_absence(subscriber, outcome.verdict, now)
        tries = delivery.attempts + 1
        state = {Verdict.STORED: "delivered", Verdict.NEVER: "dead"}.get(outcome.verdict)
        if state is None and tries >= self._max_attempts:
            state = "dead"
        with self._database.write() as session:
            if state is not None:
                queue.settle(session, delivery, state, outcome.error, now)
            else:
                next_at = now + pause(tries, self._chance(), outcome.retry_after)
                queue.postpone(session, delivery, outcome.error, next_at)
        if state == "dead":
            log.error(
                "event_dead",
                subscriber=subscriber.name,
                event_id=delivery.event["event_id"],
                kind=delivery.event["kind"],
                tries=tries,
                error=outcome.error,
            )
        return outcome.verdict is Verdict.STORED

    def _notice_absence(self, subscriber: Subscriber, verdict: Verdict, now: float) -> None:
        """While nobody answers at all, one event tries the door now and then instead of every one."""
        if verdict is not Verdict.AWAY:
            self._absent.pop(subscriber.name, None)
            return
        times = self._absent.get(subscriber.name, (0, 0.0))[0] + 1
        away = min(pause(times, self._chance()), _LONGEST_ABSENCE_S)
        self._absent[subscriber.name] = (times, now + away)

    def _is_absent(self, subscriber: Subscriber) -> bool:
        return self._absent.get(subscriber.name, (0, 0.0))[1] > self._real_time()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._database.woken.clear()
            try:
                self.work()
                self._purge()
            except SQLAlchemyError as error:
                log.warning("outbox_store_trouble", kind=type(error).__name__)
            self._database.woken.wait(_LOOK_EVERY_S)

    def _purge(self) -> None:
        now = self._real_time()
        if now - self._purged_at >= _PURGE_EVERY_S:
            self._purged_at = now
            with self._database.write() as session:
                queue.purge(session, now)
