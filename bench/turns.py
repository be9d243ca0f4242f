"""Latency and throughput of turns over HTTP."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests
import yaml

from bench.contenders import Server
from bench.understanding import HELD_OUT

#: One turn each of a greeting, a policy answer, a site search, a risk check and a request for a person.
MESSAGES = ("你好", "离线码管几天", "武侯区哪里可以做核酸", "锦江区有哪些高风险区", "转人工")
_FRESH = 100
_LONG = 300
_WINDOW = 20
_BEGINNINGS = 4
_WORKERS = 16
_CONCURRENT_TURNS = 320
_BLOCKS = 4


@dataclass(frozen=True)
class Figures:
    """What was measured, in milliseconds unless the name says otherwise."""

    fresh_median: float
    fresh_p95: float
    unheard_median: float
    at_turn: dict[int, float]
    turns_per_second: float


def measure(servers: Sequence[Server]) -> list[Figures]:
    """Measure bots that run side by side, turn about: whatever else the machine does meets all of them alike."""
    sessions = [requests.Session() for _ in servers]
    for server, session in zip(servers, sessions, strict=True):
        for message in MESSAGES:
            server.say(uuid.uuid4().hex, message, session)
    fresh: list[list[float]] = [[] for _ in servers]
    for i in range(_FRESH):
        for server, session, took in zip(servers, sessions, fresh, strict=True):
            took.append(_turn(server, session, uuid.uuid4().hex, MESSAGES[i % len(MESSAGES)]))
    unheard = _unheard(servers, sessions)
    growths = _growth(servers, sessions)
    rates = _throughput(servers)
    return [
        Figures(statistics.median(took), statistics.quantiles(took, n=20)[-1], new, growth, rate)
        for took, new, growth, rate in zip(fresh, unheard, growths, rates, strict=True)
    ]


def _turn(server: Server, session: requests.Session, sender: str, message: str) -> float:
    start = time.perf_counter()
    said = server.say(sender, message, session)
    took = (time.perf_counter() - start) * 1000
    if not any(message.get("text") for message in said):
        raise RuntimeError(f"{server.name} did not answer")
    return took


def _unheard(servers: Sequence[Server], sessions: Sequence[requests.Session]) -> list[float]:
    """Median latency of questions kept apart from training, each asked once, for each bot: nothing is remembered."""
    texts = [case["text"] for case in yaml.safe_load(HELD_OUT.read_text("utf-8"))]
    took: list[list[float]] = [[] for _ in servers]
    for text in random.Random(3).sample(texts, _FRESH):
        for server, session, times in zip(servers, sessions, took, strict=True):
            times.append(_turn(server, session, uuid.uuid4().hex, text))
    return [statistics.median(times) for times in took]


def _growth(servers: Sequence[Server], sessions: Sequence[requests.Session]) -> list[dict[int, float]]:
    """Median latency around turns 100 and 300 of one conversation and of the first five of several, for each bot."""
    took = _conversations(servers, sessions, _LONG)
    first = [times[:5] for times in took]
    for _ in range(_BEGINNINGS - 1):
        for early, times in zip(first, _conversations(servers, sessions, 5), strict=True):
            early.extend(times)
    return [
        {5: statistics.median(early)}
        | {turn: statistics.median(times[turn - _WINDOW : turn]) for turn in (100, _LONG)}
        for early, times in zip(first, took, strict=True)
    ]


def _conversations(
    servers: Sequence[Server], sessions: Sequence[requests.Session], turns: int
) -> list[list[float]]:
    senders = [uuid.uuid4().hex for _ in servers]
    took: list[list[float]] = [[] for _ in servers]
    for i in range(turns):
        for server, session, sender, times in zip(servers, sessions, senders, took, strict=True):
            times.append(_turn(server, session, sender, MESSAGES[i % len(MESSAGES)]))
    return took


def _throughput(servers: Sequence[Server]) -> list[float]:
    """Turns a second with 16 people writing at once, each in a conversation of their own; in blocks, turn about."""
    seconds = [0.0 for _ in servers]
    for _ in range(_BLOCKS):
        for number, server in enumerate(servers):
            seconds[number] += _crowd(server, _CONCURRENT_TURNS // _BLOCKS)
    return [_CONCURRENT_TURNS / spent for spent in seconds]


def _crowd(server: Server, turns: int) -> float:
    """Seconds for so many turns of 16 people at once."""

    def person(number: int) -> None:
        session, sender = requests.Session(), uuid.uuid4().hex
        for i in range(turns // _WORKERS):
            server.say(sender, MESSAGES[(number + i) % len(MESSAGES)], session)

    start = time.perf_counter()
    with ThreadPoolExecutor(_WORKERS) as people:
        list(people.map(person, range(_WORKERS)))
    return time.perf_counter() - start
