"""A full floor at the desk: ``python -m bench.desk [--chats 200] [--agents 20] [--seconds 60] [--every 20]``.

Starts the desk's process alone. Citizens come as the assistant's process carries them (signed letters), agents as their
page does (its WebSocket), and letters of the desk arrive at an assistant of this process. In each chat citizen
and agent say something every so many seconds. Measured is the time from the press to the other side's screen.
The figures stand in ``docs/desk.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import aiohttp

from bench.desk_people import Assistant, Citizens, Clockings, Page
from hotline.accounts.people import Profile
from hotline.desk import build
from hotline.settings import Settings
from privacy.secrets import SecretStore
from tests.support.agent import DeskAgent
from tests.support.stack import Stack, free_port

_PASSWORD: Final = "a-full-floor-at-the-desk"
#: Citizens who ask for a person at once while the floor fills.
_AT_ONCE: Final = 8
#: Nobody is given up on while the floor fills.
_PATIENT: Final = {"JKT_DESK_PRESENCE_S": "600", "JKT_DESK_ACCEPT_S": "600", "JKT_DESK_AGENT_LOST_S": "600"}
_PERCENTILES: Final = (50, 95, 99)
_MB: Final = 1024.0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk")
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two messages of one side")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        stack = Stack(Path(folder) / "var", {**_PATIENT, "JKT_BOT_URL": f"http://127.0.0.1:{port}"})
        stack.folder.mkdir(parents=True)
        numbers = accounts(stack, chosen.agents, capacity=-(-chosen.chats // chosen.agents))
        stack.start("desk")
        try:
            asyncio.run(measure(stack, port, numbers, chosen))
        finally:
            stack.stop()
    return 0


def accounts(stack: Stack, count: int, capacity: int) -> list[str]:
    """Make so many agents in the desk's store; returns their work numbers."""
    desk = build(Settings.from_environment(stack.env), time.time)
    shared = desk.entry.passwords.hashed(_PASSWORD)
    numbers = [f"B{number:03d}" for number in range(1, count + 1)]
    for number in numbers:
        profile = Profile(f"坐席{number}", frozenset({"agent"}), capacity=capacity)
        desk.accounts.add(number, profile, shared, must_change=False)
    desk.close()
    return numbers


async def measure(stack: Stack, port: int, numbers: Sequence[str], chosen: argparse.Namespace) -> None:
    """Fill the floor, let everybody talk, print what came of it."""
    clockings = Clockings()
    url = stack.service("desk").url
    async with AsyncExitStack() as closing:
        assistant = Assistant(clockings)
        await assistant.start(port)
        closing.push_async_callback(assistant.stop)
        http = await closing.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        citizens = Citizens(http, url, SecretStore(stack.folder / "secrets").get("desk_service"))
        pages = [await page(closing, url, number, clockings) for number in numbers]
        shown = [asyncio.ensure_future(work) for each in pages for work in (each.shows(), each.stays())]
        await fill(citizens, pages, chosen.chats)
        before, began = cpu_seconds(stack), time.perf_counter()
        talks = [talk(each, chat, citizens, clockings, chosen) for each in pages for chat in each.chats]
        await asyncio.gather(*talks)
        await asyncio.sleep(1.0)
        passed = time.perf_counter() - began
        used = {name: cpu - before[name] for name, cpu in cpu_seconds(stack).items()}
        for task in shown:
            task.cancel()
        await asyncio.gather(*shown, return_exceptions=True)
    report(clockings, used, passed, memory_mb(stack), chosen)


async def page(closing: AsyncExitStack, url: str, number: str, clockings: Clockings) -> Page:
    """Log an agent in and open the page."""
    entered = await asyncio.to_thread(DeskAgent, url, number, _PASSWORD)
    http = aiohttp.ClientSession(
        cookies=dict(entered.cookies),
        headers={"X-Form-Token": entered.form_token},
        cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),
    )
    opened = Page(await closing.enter_async_context(http), url, number, clockings)
    await opened.opens()
    return opened


async def fill(citizens: Citizens, pages: Sequence[Page], chats: int) -> None:
    """Let everybody come, and be taken."""
    for first in range(0, chats, _AT_ONCE):
        await asyncio.gather(*(citizens.asks(n) for n in range(first, min(chats, first + _AT_ONCE))))
        for each in pages:
            await each.takes()
    while sum(len(each.chats) for each in pages) < chats:
        for each in pages:
            await each.takes()


async def talk(
    page: Page, chat: str, citizens: Citizens, clockings: Clockings, chosen: argparse.Namespace
) -> None:
    """Both sides of a chat say something now and then until the time is over."""
    dice = random.Random(chat)
    end = time.perf_counter() + chosen.seconds
    await asyncio.sleep(dice.random() * chosen.every)
    while time.perf_counter() < end:
        await citizens.says(chat, clockings.begin())
        await asyncio.sleep(chosen.every / 2)
        if time.perf_counter() < end:
            await page.says(chat)
        await asyncio.sleep(chosen.every / 2)


def cpu_seconds(stack: Stack) -> dict[str, float]:
    """CPU time of the desk and of this process, which is everybody else."""
    ticks = os.sysconf("SC_CLK_TCK")

    def of(pid: int) -> float:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    return {"desk": of(stack.process("desk").pid), "citizens, agents and assistant": of(os.getpid())}


def memory_mb(stack: Stack) -> float:
    """Resident memory of the desk."""
    status = Path(f"/proc/{stack.process('desk').pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / _MB


def report(
    clockings: Clockings, used: dict[str, float], passed: float, memory: float, chosen: argparse.Namespace
) -> None:
    """Print the figures."""
    sent = len(clockings.to_agent) + len(clockings.to_citizen) + len(clockings.sent)
    print(f"{chosen.chats} chats, {chosen.agents} agents, {sent} messages in {passed:.0f} s")
    for way, times in (("citizen → agent", clockings.to_agent), ("agent → citizen", clockings.to_citizen)):
        cuts = statistics.quantiles(times, n=100)
        said = ", ".join(f"p{p} {cuts[p - 1] * 1000:.0f} ms" for p in _PERCENTILES)
        print(f"  {way}: {len(times)} messages, {said}, longest {max(times) * 1000:.0f} ms")
    print(f"  never seen: {len(clockings.sent)}")
    for name, cpu in used.items():
        print(f"  CPU of {name}: {cpu / passed:.0%} of one core")
    print(f"  memory of the desk: {memory:.0f} MB; load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    sys.exit(main())
