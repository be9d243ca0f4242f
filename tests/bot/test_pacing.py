"""Turns step aside for everything else, the oldest goes first, and a coroutine does not notice that it is paced."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from bot.pacing import Pace

who: ContextVar[str] = ContextVar("who", default="nobody")


async def turn(name: str, steps: int, seen: list[str]) -> str:
    for _ in range(steps):
        seen.append(name)
        await asyncio.sleep(0)
    return name


async def begun(pace: Pace, name: str, steps: int, seen: list[str]) -> str:
    return await pace.run(await pace.begin(), turn(name, steps, seen))


async def test_a_message_that_comes_into_a_flood_waits_for_one_step_at_a_time() -> None:
    pace, seen = Pace(), list[str]()
    flood = [asyncio.ensure_future(begun(pace, f"turn {n}", 20, seen)) for n in range(100)]
    await asyncio.sleep(0)
    rounds = 10
    for _ in range(rounds):  # what taking in a message needs
        await asyncio.sleep(0)
    assert len(seen) <= rounds + 1
    assert await asyncio.gather(*flood) == [f"turn {n}" for n in range(100)]


async def test_the_turn_that_began_first_goes_first() -> None:
    pace, seen = Pace(), list[str]()
    await asyncio.gather(*(begun(pace, name, 3, seen) for name in "abc"))
    assert seen[-1] == "c" and seen.index("b") > seen.index("a")
    last = {name: len(seen) - 1 - seen[::-1].index(name) for name in "abc"}
    assert last["a"] < last["b"] < last["c"]


async def test_one_that_waits_for_something_holds_up_nobody() -> None:
    pace, seen, released = Pace(), list[str](), asyncio.Event()

    async def waits() -> str:
        await released.wait()
        return "waited"

    first = asyncio.ensure_future(pace.run(await pace.begin(), waits()))
    assert await begun(pace, "second", 5, seen) == "second"
    assert not first.done()
    released.set()
    assert await first == "waited"


async def test_errors_results_and_what_belongs_to_the_task_pass_through() -> None:
    pace = Pace()

    async def work() -> str:
        with pytest.raises(ValueError, match="inside"):
            await fails()
        token = who.set("me")
        await asyncio.sleep(0)
        found = who.get()
        who.reset(token)
        return found

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("inside")

    assert await pace.run(await pace.begin(), work()) == "me"
    with pytest.raises(ValueError, match="inside"):
        await pace.run(await pace.begin(), fails())


@pytest.mark.parametrize("rounds", range(6))
async def test_a_limit_ends_it_wherever_it_waits_and_it_may_tidy_up(rounds: int) -> None:
    pace, tidied, forever = Pace(), list[str](), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(0)
            await forever.wait()
        finally:
            await asyncio.sleep(0)
            tidied.append("tidied")

    task = asyncio.ensure_future(asyncio.wait_for(pace.run(await pace.begin(), work()), 600))
    for _ in range(rounds + 2):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert tidied in ([], ["tidied"]) and (rounds < 3 or tidied)
    assert await begun(pace, "after", 2, []) == "after"
