"""Latency and throughput of turns over HTTP."""

from __future__ import annotations

import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from bench.contenders import Server

#: One turn each of a greeting, a policy answer, a site search, a risk check and a request for a person.
MESSAGES = ("你好", "离线码管几天", "武侯区哪里可以做核酸", "锦江区有哪些高风险区", "转人工")
_FRESH = 60
_LONG = 300
_WINDOW = 5
_WORKERS = 16
_CONCURRENT_TURNS = 320


@dataclass(frozen=True)
class Figures:
    """What was measured, in milliseconds unless the name says otherwise."""

    fresh_median: float
    fresh_p95: float
    at_turn: dict[int, float]
    turns_per_second: float


def measure(server: Server) -> Figures:
    """Measure one bot; the other is stopped meanwhile."""
    session = requests.Session()
    for message in MESSAGES:
        server.say(uuid.uuid4().hex, message, session)
    fresh = [_turn(server, session, uuid.uuid4().hex, MESSAGES[i % len(MESSAGES)]) for i in range(_FRESH)]
    return Figures(
        statistics.median(fresh),
        statistics.quantiles(fresh, n=20)[-1],
        _growth(server, session),
        _throughput(server),
    )


def _turn(server: Server, session: requests.Session, sender: str, message: str) -> float:
    start = time.perf_counter()
    said = server.say(sender, message, session)
    took = (time.perf_counter() - start) * 1000
    if not any(message.get("text") for message in said):
        raise RuntimeError(f"{server.name} did not answer")
    return took


def _growth(server: Server, session: requests.Session) -> dict[int, float]:
    """Median latency around turns 5, 100 and 300 of one conversation."""
    sender = uuid.uuid4().hex
    took = [_turn(server, session, sender, MESSAGES[i % len(MESSAGES)]) for i in range(_LONG)]
    return {turn: statistics.median(took[max(0, turn - _WINDOW) : turn]) for turn in (5, 100, _LONG)}


def _throughput(server: Server) -> float:
    """Turns a second with 16 people writing at once, each in a conversation of their own."""

    def person(number: int) -> None:
        session, sender = requests.Session(), uuid.uuid4().hex
        for i in range(_CONCURRENT_TURNS // _WORKERS):
            server.say(sender, MESSAGES[(number + i) % len(MESSAGES)], session)

    start = time.perf_counter()
    with ThreadPoolExecutor(_WORKERS) as people:
        list(people.map(person, range(_WORKERS)))
    return _CONCURRENT_TURNS / (time.perf_counter() - start)
