"""Events reach a real receiver on loopback at least once and in order, whatever it or this process does."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from backend.auth import check_signature
from backend.clock import DEMO_START
from backend.contract import load_contract
from backend.database import Database
from backend.models import FamilyLink, Person
from backend.outbox import emit, queue, reports
from backend.outbox.backoff import LONGEST_S, MAX_ATTEMPTS, pause
from backend.outbox.delivery import Delivery
from backend.outbox.sending import Subscriber
from tests.backend_client.scripted_server import ScriptedServer, answer, reset, silence

SECRET = b"s" * 32
ROOT = Path(__file__).parents[2]


class RealTime:
    """Unix seconds that a test moves."""

    def __init__(self):
        self.now = 1_700_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return RealTime()


@pytest.fixture
def receiver():
    with ScriptedServer(otherwise=answer(200)) as server:
        yield server


def delivery(store, server, time, **options):
    subscriber = Subscriber("bot", f"{server.url}/platform/events?from=platform", SECRET)
    return Delivery(store, [subscriber], real_time=time, chance=lambda: 0.0, **options)


def write(store, *people, kind="code.changed"):
    with store.write() as session:
        for person_id in people:
            session.merge(Person(person_id=person_id, name="甲", name_key="甲", created_at=DEMO_START))
        session.flush()
        return [emit(session, kind, person_id, {}, DEMO_START) for person_id in people]


def got(server):
    return [json.loads(request.body)["event_id"] for request in server.received]


def states(store):
    with store.read() as session:
        return Counter(row["state"] for row in reports.deliveries(session, None, 1000))


def test_an_event_arrives_signed_and_as_the_contract_says(store, receiver, time):
    (event_id,) = write(store, "per_1")
    with store.write() as session:
        session.add(Person(person_id="per_2", name="乙", name_key="乙", created_at=DEMO_START))
        session.flush()
        facts = {"relation": "母亲", "consent": "session", "since": DEMO_START, "member_id": "per_1"}
        session.add(FamilyLink(link_id="lnk_1", owner_id="per_2", **facts))
    assert delivery(store, receiver, time).work() == 1
    (request,) = receiver.received
    event = json.loads(request.body)
    load_contract().validator("OutgoingEvent").validate(event)
    assert (event["event_id"], event["audience"]) == (event_id, ["per_1", "per_2"])
    sender, _ = check_signature(
        {"platform": SECRET},
        request.headers,
        method="POST",
        path="/platform/events?from=platform",
        body=request.body,
        now=time.now,
    )
    assert sender == "platform"
    assert states(store) == {"delivered": 1}


def test_what_was_delivered_is_not_sent_again(store, receiver, time):
    write(store, "per_1", "per_2")
    sending = delivery(store, receiver, time)
    assert sending.work() == 2
    time.now += 86_400
    assert sending.work() == 0
    assert len(receiver.received) == 2


@pytest.mark.parametrize(
    "failure",
    [answer(500), answer(503), answer(429), answer(401), answer(302), reset, silence],
    ids=["500", "503", "429", "401", "302", "cut", "slow"],
)
def test_a_failure_is_tried_again_later_with_a_new_nonce(store, receiver, time, failure):
    (event_id,) = write(store, "per_1")
    receiver.play(failure)
    sending = delivery(store, receiver, time, time_limits=(1.0, 0.2))
    assert sending.work() == 0
    assert sending.work() == 0, "not before its pause is over"
    time.now += 1.1
    assert sending.work() == 1
    assert got(receiver) == [event_id] * 2
    assert len({request.headers["x-nonce"] for request in receiver.received}) == 2


def test_stored_before_is_as_good_as_stored(store, receiver, time):
    write(store, "per_1")
    receiver.play(answer(409))
    assert delivery(store, receiver, time).work() == 1
    assert states(store) == {"delivered": 1}


def test_events_of_one_person_keep_their_order_and_do_not_hold_up_others(store, receiver, time):
    first, second = write(store, "per_1", "per_1")
    (other,) = write(store, "per_2")
    receiver.play(answer(500))
    sending = delivery(store, receiver, time)
    sending.work()
    assert got(receiver) == [first, other]
    time.now += 1.1
    sending.work()
    assert got(receiver) == [first, other, first, second]


def test_tries_are_bounded_and_the_dead_can_be_replayed(store, receiver, time):
    dead, after = write(store, "per_1", "per_1")
    receiver.play(answer(500), answer(500), answer(500))
    sending = delivery(store, receiver, time, max_attempts=3)
    for _ in range(4):
        sending.work()
        time.now += LONGEST_S
    assert got(receiver) == [dead] * 3 + [after], "a dead letter lets the next one pass"
    assert states(store) == {"dead": 1, "delivered": 1}
    with store.write() as session:
        assert queue.replay(session, time.now, event_id="evt_of_nobody") == 0
        assert queue.replay(session, time.now, event_id=dead) == 1
    assert sending.work() == 1
    assert states(store) == {"delivered": 2}


def test_what_can_never_be_taken_is_dead_at_once(store, receiver, time):
    write(store, "per_1")
    receiver.play(answer(422))
    delivery(store, receiver, time).work()
    assert states(store) == {"dead": 1}


def test_retry_after_is_honoured(store, receiver, time):
    write(store, "per_1")
    receiver.play(answer(503, headers={"Retry-After": "120"}))
    sending = delivery(store, receiver, time)
    sending.work()
    time.now += 119
    assert sending.work() == 0
    time.now += 2
    assert sending.work() == 1


def test_while_nobody_answers_one_event_knocks_and_none_is_lost(store, time):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    events = write(store, *(f"per_{n}" for n in range(30)))
    gone = Delivery(store, [Subscriber("bot", url, SECRET)], real_time=time, chance=lambda: 0.0)
    gone.work()
    with store.read() as session:
        tried = [row for row in reports.deliveries(session, None, 100) if row["attempts"]]
        assert [row["event_id"] for row in tried] == events[:1]
    with ScriptedServer(otherwise=answer(200)) as server:
        time.now += LONGEST_S
        assert delivery(store, server, time).work() == 30


def test_several_processes_share_the_work_and_send_nothing_twice(store, receiver, time):
    write(store, *(f"per_{n % 20}" for n in range(100)))
    stores = [Database(store.url) for _ in range(4)]
    workers = [delivery(one, receiver, time) for one in stores]

    def until_empty(worker):
        while states(store).get("delivered", 0) < 100:
            worker.work()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(until_empty, workers))
    assert max(Counter(got(receiver)).values()) == 1
    for one in stores:
        one.dispose()
    in_order = {}
    for request in receiver.received:
        event = json.loads(request.body)
        in_order.setdefault(event["person_id"], []).append(event["event_id"])
    with store.read() as session:
        rows = reversed(reports.deliveries(session, None, 1000))
        written = [row["event_id"] for row in rows]
    for ids in in_order.values():
        assert ids == sorted(ids, key=written.index)


@pytest.mark.parametrize("step", ["planned", "claimed", "sent"])
def test_a_process_that_dies_loses_nothing(store, receiver, time, step):
    (event_id,) = write(store, "per_1")
    with store.write() as session:
        queue.plan(session, ["bot"], time.now)
    if step != "planned":
        with store.write() as session:
            (claimed,) = queue.claim(session, "bot", 10, time.now)
    if step == "sent":  # the receiver has it, the store does not know
        delivery(store, receiver, time)._sender.send(Subscriber("bot", receiver.url, SECRET), claimed.event)
    survivor = delivery(store, receiver, time)
    if step != "planned":
        assert survivor.work() == 0, "the lease of the dead process holds"
    time.now += queue.LEASE_S + 1
    assert survivor.work() == 1
    assert set(got(receiver)) == {event_id}
    assert len(receiver.received) == (2 if step == "sent" else 1)
    assert states(store) == {"delivered": 1}


def test_a_slow_process_cannot_settle_what_another_took_over(store, time):
    write(store, "per_1")
    with store.write() as session:
        queue.plan(session, ["bot"], time.now)
        (slow,) = queue.claim(session, "bot", 10, time.now)
    with store.write() as session:
        (quick,) = queue.claim(session, "bot", 10, time.now + queue.LEASE_S + 1)
        assert not queue.postpone(session, slow, "500", time.now)
        assert queue.settle(session, quick, "delivered", None, time.now)
        assert not queue.settle(session, slow, "dead", None, time.now)
    assert states(store) == {"delivered": 1}


def test_pauses_double_spread_and_end():
    assert [pause(n, 1.0) for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert pause(3, 0.0) == 2
    assert pause(10_000, 1.0) == LONGEST_S
    assert pause(1, 0.0, asked=1e9) == LONGEST_S
    assert 4 * 3600 < sum(pause(n, 0.0) for n in range(1, MAX_ATTEMPTS)) < 24 * 3600


def test_old_events_are_deleted_and_dead_letters_are_not(store, receiver, time):
    write(store, "per_1", "per_2")
    receiver.play(answer(422))
    delivery(store, receiver, time).work()
    with store.write() as session:
        assert queue.purge(session, time.now + (queue.KEPT_DAYS - 1) * 86_400) == 0
        assert queue.purge(session, time.now + (queue.KEPT_DAYS + 1) * 86_400) == 1
    assert states(store) == {"dead": 1}


def test_operators_see_and_replay_dead_letters_on_the_command_line(settings, receiver, time, tmp_path):
    store = Database(settings.database_url)
    (event_id,) = write(store, "per_1")
    receiver.play(answer(422))
    delivery(store, receiver, time).work()

    def outbox(*words):
        return subprocess.run(
            [sys.executable, "-m", "backend", "outbox", *words],
            cwd=ROOT,
            env={"JKT_VAR_DIR": str(tmp_path), "JKT_BACKEND_DB": settings.database_url, "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    (line,) = outbox("metrics").stdout.splitlines()
    assert json.loads(line)["subscribers"]["bot"]["dead"] == 1
    (row,) = map(json.loads, outbox("list", "--state", "dead").stdout.splitlines())
    assert (row["event_id"], row["last_error"]) == (event_id, "answered 422")
    assert json.loads(outbox("show", "--id", event_id).stdout)["event"]["kind"] == "code.changed"
    assert outbox("show", "--id", "evt_x").returncode == 1
    assert json.loads(outbox("replay", "--all").stdout) == {"replayed": 1}
    time.now += 10**9  # the command counts in the machine's own time
    assert delivery(store, receiver, time).work() == 1
    store.dispose()


def test_a_running_platform_delivers_what_another_process_wrote(settings, start_platform, receiver):
    platform = start_platform(replace(settings, subscribers=(Subscriber("bot", receiver.url, SECRET),)))
    write(platform.database, "per_1")
    deadline = monotonic() + 10
    while not receiver.received and monotonic() < deadline:
        states(platform.database)
    assert len(receiver.received) == 1
