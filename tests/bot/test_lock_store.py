"""One turn at a time, first come first served: in one process, between processes, and when one of them dies."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from rasa.core.lock_store import LockError

from bot import lock_store
from bot.lock_store import ConversationLockStore, ProcessLocks, _keys

ROOT = Path(__file__).parents[2]


async def _overlap_free_order(store: ConversationLockStore, count: int) -> list[int]:
    order: list[int] = []
    running = 0

    async def turn(number: int) -> None:
        nonlocal running
        async with store.lock("conversation"):
            running += 1
            assert running == 1
            await asyncio.sleep(0)
            order.append(number)
            running -= 1

    await asyncio.gather(*(turn(number) for number in range(count)))
    return order


async def test_turns_of_one_conversation_run_in_the_order_they_came() -> None:
    assert await _overlap_free_order(ConversationLockStore(), 20) == list(range(20))


async def test_conversations_do_not_wait_for_each_other() -> None:
    store = ConversationLockStore()
    async with store.lock("one"):
        await asyncio.wait_for(_enter(store, "two"), 5)


async def test_no_lock_is_left_behind() -> None:
    locks = ProcessLocks()
    async with locks.hold("one", 1):
        assert len(locks) == 1
    with pytest.raises(RuntimeError):
        async with locks.hold("one", 1):
            raise RuntimeError
    assert len(locks) == 0


async def test_a_cancelled_waiter_does_not_hold_up_the_next() -> None:
    store = ConversationLockStore()
    async with store.lock("one"):
        waiter = asyncio.create_task(_enter(store, "one"))
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
    await asyncio.wait_for(_enter(store, "one"), 5)


async def test_waiting_ends_with_an_error_and_not_with_two_holders() -> None:
    store = ConversationLockStore()
    async with store.lock("one"):
        with pytest.raises(LockError):
            async with store.lock("one", lock_lifetime=0.01):
                pytest.fail("two holders")
    await asyncio.wait_for(_enter(store, "one"), 5)


async def _enter(store: ConversationLockStore, conversation: str) -> None:
    async with store.lock(conversation):
        pass


@pytest.mark.services
async def test_turns_over_redis_run_in_order_and_leave_nothing(redis_url: str) -> None:
    store = ConversationLockStore(redis_url=redis_url)
    assert await _overlap_free_order(store, 10) == list(range(10))
    await store.close()
    assert not redis.Redis.from_url(redis_url).keys("jkt:lock:*")


@pytest.mark.services
async def test_a_conversation_id_is_not_readable_in_redis(redis_url: str) -> None:
    store = ConversationLockStore(redis_url=redis_url)
    async with store.lock("openid-of-a-person"):
        keys = redis.Redis.from_url(redis_url).keys("*")
    await store.close()
    assert keys and not [key for key in keys if b"openid" in key]


WORKER = textwrap.dedent(
    """
    import asyncio, json, os, sys
    sys.path.insert(0, {root!r})
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    from bot.lock_store import RedisLocks
    import redis

    async def main():
        url, conversation, name, turns = sys.argv[1:5]
        locks, log = RedisLocks(url), redis.Redis.from_url(url)
        key = "jkt:test:" + conversation
        log.rpush(key + ":ready", name)
        while log.llen(key + ":ready") < 2:
            await asyncio.sleep(0.002)
        for number in range(int(turns)):
            log.rpush(key, json.dumps([name, number, "wants"]))
            async with locks.hold(conversation, 30, 0.015):
                log.rpush(key, json.dumps([name, number, "in"]))
                await asyncio.sleep(0.002)
                log.rpush(key, json.dumps([name, number, "out"]))
        await locks.close()

    asyncio.run(main())
    """
)


def overtaken(log: list[list[Any]]) -> Iterator[int]:
    """How many turns the other process was given between wanting and getting each turn."""
    for place, (name, number, what) in enumerate(log):
        if what == "wants":
            entered = log.index([name, number, "in"])
            yield sum(entry[0] != name and entry[2] == "in" for entry in log[place:entered])


@pytest.mark.services
def test_two_processes_take_turns_without_overlap_and_fairly(redis_url: str) -> None:
    conversation = uuid.uuid4().hex
    script = WORKER.format(root=str(ROOT))
    command = [sys.executable, "-c", script, redis_url, conversation]
    workers = [subprocess.Popen([*command, name, "25"]) for name in ("a", "b")]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    client = redis.Redis.from_url(redis_url)
    log = [json.loads(line) for line in client.lrange(f"jkt:test:{conversation}", 0, -1)]
    client.delete(f"jkt:test:{conversation}", f"jkt:test:{conversation}:ready")
    held = [entry for entry in log if entry[2] != "wants"]
    assert len(held) == 100
    for entered, left in zip(held[::2], held[1::2], strict=True):
        assert (entered[:2], entered[2], left[2]) == (left[:2], "in", "out")
    assert max(overtaken(log)) <= 3  # who waits is served before who comes back


@pytest.mark.services
async def test_a_holder_that_dies_gives_way(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_store, "LIFETIME_MS", 300)
    dead, living = lock_store.RedisLocks(redis_url), lock_store.RedisLocks(redis_url)
    conversation = uuid.uuid4().hex
    holder = dead.hold(conversation, 5, 0.01)
    await holder.__aenter__()
    for task in asyncio.all_tasks():
        if task.get_coro().__name__ == "_keep":  # type: ignore[union-attr]
            task.cancel()
    async with living.hold(conversation, 5, 0.01):
        pass
    await holder.__aexit__(None, None, None)
    await dead.close()
    await living.close()


@pytest.mark.services
async def test_a_waiter_that_dies_loses_its_place(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_store, "SILENCE_MS", 100)
    conversation = uuid.uuid4().hex
    client = redis.Redis.from_url(redis_url)
    _, queue, seen = _keys(conversation)
    client.rpush(queue, "dead")
    client.hset(seen, "dead", 0)
    locks = lock_store.RedisLocks(redis_url)
    async with locks.hold(conversation, 5, 0.01):
        assert client.lrange(queue, 0, -1) == []
    await locks.close()


@pytest.mark.services
async def test_somebody_elses_lock_is_not_released(redis_url: str) -> None:
    conversation = uuid.uuid4().hex
    client = redis.Redis.from_url(redis_url)
    locks = lock_store.RedisLocks(redis_url)
    async with locks.hold(conversation, 5, 0.01):
        client.set(_keys(conversation)[0], "another")
    assert client.get(_keys(conversation)[0]) == b"another"
    client.delete(*_keys(conversation))
    await locks.close()


async def test_an_unreachable_redis_is_an_error_and_no_permission() -> None:
    store = ConversationLockStore(redis_url="redis://127.0.0.1:1/0")
    with pytest.raises(LockError):
        async with store.lock("one"):
            pytest.fail("entered without a lock")
    await store.close()
