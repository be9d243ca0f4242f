"""The breaker opens, rests, tries one call, and closes; calls do not wait for one another."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client import BreakerPolicy, NotFound, PlatformClient, RetryPolicy, Timeouts, Unavailable
from backend_client.breaker import BreakerOpen, CircuitBreaker, Permit
from tests.backend_client.conftest import Machine
from tests.backend_client.scripted_server import ScriptedServer, answer, problem

CLOCK = answer(200, {"now": "2022-09-05T09:00:00+08:00", "mode": "demo"})
BREAKER = BreakerPolicy(threshold=3, cool_down=10.0)
ONCE = RetryPolicy(tries=1)


def _fail(client: PlatformClient, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            client.clock()


def test_opens_after_failures_in_a_row_and_then_asks_nobody(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    client = connect(breaker=BREAKER, retry=ONCE)
    _fail(client, 3)
    assert client.breaker_state == "open"
    with pytest.raises(Unavailable) as caught:
        client.clock()
    assert caught.value.cause == "breaker_open"
    assert caught.value.retry_after == pytest.approx(10.0)
    assert len(server.received) == 3


def test_closes_after_a_good_trial(
    server: ScriptedServer, connect: Callable[..., PlatformClient], machine: Machine
) -> None:
    client = connect(breaker=BREAKER, retry=ONCE)
    _fail(client, 3)
    machine.now += 10.0
    assert client.breaker_state == "half_open"
    server.otherwise = CLOCK
    client.clock()
    assert client.breaker_state == "closed"
    client.clock()
    assert len(server.received) == 5


def test_opens_again_after_a_bad_trial(
    server: ScriptedServer, connect: Callable[..., PlatformClient], machine: Machine
) -> None:
    client = connect(breaker=BREAKER, retry=ONCE)
    _fail(client, 3)
    machine.now += 10.0
    _fail(client, 2)
    assert client.breaker_state == "open"
    assert len(server.received) == 4


def test_refusals_are_good_health(server: ScriptedServer, connect: Callable[..., PlatformClient]) -> None:
    client = connect(breaker=BREAKER, retry=ONCE)
    server.otherwise = problem(404, "not_found")
    for _ in range(5):
        with pytest.raises(NotFound):
            client.division("000000")
    assert client.breaker_state == "closed"


def test_wrong_key_does_not_open_it(server: ScriptedServer, connect: Callable[..., PlatformClient]) -> None:
    client = connect(breaker=BREAKER, retry=ONCE)
    server.otherwise = problem(401, "bad_signature")
    _fail(client, 5)
    assert client.breaker_state == "closed"


def test_one_success_forgets_earlier_failures(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    client = connect(breaker=BREAKER, retry=ONCE)
    _fail(client, 2)
    server.play(CLOCK)
    client.clock()
    _fail(client, 2)
    assert client.breaker_state == "closed"


def test_retries_count_each_try_and_stop_when_it_opens(
    server: ScriptedServer, connect: Callable[..., PlatformClient]
) -> None:
    client = connect(breaker=BreakerPolicy(threshold=2, cool_down=10.0), retry=RetryPolicy(tries=5))
    _fail(client, 1)
    assert len(server.received) == 2


def test_calls_run_side_by_side(server: ScriptedServer, connect: Callable[..., PlatformClient]) -> None:
    """pybreaker held its lock during the call: eight callers waited for each other."""
    together = threading.Barrier(8, timeout=10)

    def when_all_are_here(exchange: object) -> None:
        together.wait()
        CLOCK(exchange)  # type: ignore[arg-type]

    server.otherwise = when_all_are_here
    client = connect(timeouts=Timeouts(read=15.0))
    done: list[str] = []
    threads = [threading.Thread(target=lambda: done.append(client.clock().mode)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["demo"] * 8


def test_only_one_trial_at_a_time() -> None:
    now = [0.0]
    breaker = CircuitBreaker(1, 10.0, lambda: now[0])
    breaker.failed(breaker.acquire())
    now[0] = 10.0
    trial = breaker.acquire()
    with pytest.raises(BreakerOpen):
        breaker.acquire()
    now[0] = 20.0  # the trial was lost with its thread: the next one may try
    assert breaker.acquire().is_trial
    breaker.succeeded(trial)
    assert breaker.state == "closed"


def test_call_from_before_the_opening_cannot_close_it() -> None:
    breaker = CircuitBreaker(1, 10.0, lambda: 0.0)
    slow = breaker.acquire()
    breaker.failed(breaker.acquire())
    breaker.succeeded(slow)
    assert breaker.state == "open"


@given(st.lists(st.sampled_from(["ask", "good", "bad", "wait"]), max_size=60))
def test_never_open_longer_than_the_rest_and_never_closed_by_failures(steps: list[str]) -> None:
    now = [0.0]
    breaker = CircuitBreaker(3, 10.0, lambda: now[0])
    permits: list[Permit] = []
    for step in steps:
        if step == "wait":
            now[0] += 10.0
            assert breaker.state != "open"
        elif step == "ask":
            try:
                permits.append(breaker.acquire())
            except BreakerOpen as refusal:
                assert 0 < refusal.retry_after <= 10.0
        elif permits:
            before = breaker.state
            (breaker.succeeded if step == "good" else breaker.failed)(permits.pop())
            if step == "bad" and before != "closed":
                assert breaker.state != "closed"
