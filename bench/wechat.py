"""The channel of WeChat in a flood, on the whole product: ``python -m bench.wechat [slow] [forged] [killed]``.

Starts the four processes, a WeChat of our own and a platform that is slow on purpose, and counts what people see:

- ``slow``: fifty messages a second for a minute, each of another person, while the platform takes 0 to 8 s a call;
- ``forged``: ten thousand pushes of which two thousand are true, sent two or three times in any order;
- ``killed``: the flood again, and the bot is killed in the middle of it and started again.

Figures of one run stand in ``docs/wechat.md``.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.forgeries import Pushed, forged, message
from tests.support.slow_platform import SlowPlatform, between
from tests.support.wechat import ByWeChat, RunningWeChat
from tests.wechat_server import Account, Delivery, Phone

RATE: Final = 50
SECONDS: Final = 60
SLOWEST: Final = 8.0
TRUE: Final = 2_000
FORGED: Final = 4_000
#: Pushes of the second part under way at once.
_AT_ONCE: Final = 40
#: Seconds after which what was not said counts as lost.
_PATIENCE: Final = 240.0
_IN_TIME: Final = 5.0
_OK: Final = 200
_DISTRICTS: Final = (
    "武侯区",
    "锦江区",
    "青羊区",
    "金牛区",
    "成华区",
    "双流区",
    "郫都区",
    "温江区",
    "新都区",
    "龙泉驿区",
)
_QUESTIONS: Final = (
    "{0}哪里可以做核酸",
    "{0}有没有高风险区",
    "{0}现在有哪些中风险区",
    "{0}24小时的采样点在哪里",
)
_WITHOUT_PLATFORM: Final = ("黄码可以坐地铁吗", "离线码可以用几天", "孩子没有手机怎么办健康码")


@dataclass
class Asked:
    """One person's one question, and what came of its push."""

    phone: Phone
    text: str
    delivery: Delivery

    @property
    def answers(self) -> int:
        """How many answers the person has seen."""
        return sum(seen.how != "fault" for seen in self.phone.seen)


class Flooded:
    """A running product behind a slow platform, and people in WeChat."""

    def __init__(self, folder: Path, wechat: RunningWeChat) -> None:
        """Prepare everything; nothing runs yet."""
        self.wechat = wechat
        self.platform = SlowPlatform(lambda: self.product.stack.service("platform").url)
        self.product = ByWeChat(folder, wechat, more={"JKT_BACKEND_URL": self.platform.url})
        self._people = 0

    def __enter__(self) -> Flooded:
        self.wechat.run(self.platform.start())
        self.product.stack.prepare()
        self.product.stack.start()
        self.product.say("somebody-before", "你好")  # the first turn loads what all turns need
        return self

    def __exit__(self, *_: object) -> None:
        self.product.stack.stop()
        self.wechat.run(self.platform.stop())

    def flood(self, count: int, on_the_way: Callable[[], None] | None = None) -> list[Asked]:
        """Let so many people ask, :data:`RATE` a second; ``on_the_way`` is called in the middle of it."""
        return self.wechat.run(self._flood(count, on_the_way), limit=count / RATE + _PATIENCE)

    async def _flood(self, count: int, on_the_way: Callable[[], None] | None) -> list[Asked]:
        dice = random.Random(count)
        loop = asyncio.get_running_loop()
        began, under_way, interrupted = loop.time(), [], None
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / RATE - loop.time()))
            if on_the_way is not None and number == count // 2:
                interrupted = asyncio.ensure_future(asyncio.to_thread(on_the_way))
            under_way.append(asyncio.ensure_future(self._ask(question(dice))))
        if interrupted is not None:
            await interrupted
        return await asyncio.gather(*under_way)

    async def _ask(self, text: str) -> Asked:
        self._people += 1
        phone = self.wechat.server.phone(self.product.account, f"o-flood-{self._people}")
        return Asked(phone, text, await phone.say(text))

    def settle(self) -> float:
        """Wait until nothing is under way any more; return the seconds."""
        began = time.monotonic()
        while self.under_way() and time.monotonic() - began < _PATIENCE:
            time.sleep(0.5)
        return time.monotonic() - began

    def under_way(self) -> int:
        """Pushes that are being answered, and answers that are to be said within a minute."""
        return self._count(
            "SELECT (SELECT count(*) FROM wechat_pushes WHERE state != 'done') + (SELECT count(*)"
            f" FROM wechat_outbox WHERE sealed IS NOT NULL AND not_before < {time.time() + 60})"
        )

    def claimed(self) -> int:
        """Pushes that the product has ever taken as its own."""
        return self._count("SELECT count(*) FROM wechat_pushes")

    def _count(self, sql: str) -> int:
        file = self.product.stack.folder / "db" / "bot.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as store:
            return int(store.execute(sql).fetchone()[0])


def question(dice: random.Random) -> str:
    """One of the questions that people ask most; four of five need the platform."""
    asked = dice.choice([*_QUESTIONS, dice.choice(_WITHOUT_PLATFORM)])
    return asked.format(dice.choice(_DISTRICTS))


def slow(flooded: Flooded) -> bool:
    """Fifty a second while the platform is slow."""
    flooded.platform.pause = between(0.0, SLOWEST)
    asked = flooded.flood(RATE * SECONDS)
    rest = flooded.settle()
    flooded.platform.pause = lambda: 0.0
    print(f"\n{len(asked)} messages in {SECONDS} s, the platform takes 0 to {SLOWEST:.0f} s a call")
    print(
        f"  {flooded.platform.asked} calls reached the platform; the last answer {rest:.0f} s after the last message"
    )
    in_time, lost, twice = report(asked)
    return in_time and not lost and not twice


def killed(flooded: Flooded) -> bool:
    """The bot dies in the middle of the flood and is started again."""
    stack = flooded.product.stack
    flooded.platform.pause = between(0.0, 2.0)
    down: list[float] = []

    def die() -> None:
        began = time.monotonic()
        stack.kill("bot")
        stack.start("bot")
        down.append(time.monotonic() - began)

    before = flooded.claimed()
    asked = flooded.flood(RATE * SECONDS // 2, die)
    rest = flooded.settle()
    flooded.platform.pause = lambda: 0.0
    taken = flooded.claimed() - before
    print(
        f"\n{len(asked)} messages in {SECONDS // 2} s, the bot killed in the middle and back after {down[0]:.0f} s"
    )
    print(f"  {taken} were taken before or after; {len(asked) - taken} found nobody at all three tries")
    print(f"  the last answer {rest:.0f} s after the last message")
    answered = sum(one.answers > 0 for one in asked)
    again = sum(one.answers > 1 for one in asked)
    print(f"  of those taken: answered {answered}, lost {taken - answered}, answered more than once {again}")
    return answered >= taken


def report(asked: Sequence[Asked]) -> tuple[bool, int, int]:
    """Print what people saw; return whether all was in time, how many got no answer, how many more than one."""
    first = sorted(one.delivery.seconds[0] for one in asked)
    quick = [one for one in asked if one.delivery.statuses[0] == _OK and one.delivery.seconds[0] < _IN_TIME]
    how = Counter(one.phone.seen[0].how if one.phone.seen else "nothing" for one in asked)
    words = Counter(kind_of(one) for one in asked)
    lost = sum(one.answers == 0 for one in asked)
    twice = sum(one.answers > 1 for one in asked)
    print(f"  answered or acknowledged within {_IN_TIME:.0f} s: {len(quick)} of {len(asked)}")
    print(f"  with the push {how['passive']}, as a message {how['service']}, a fault {how['fault']}")
    print(f"  no answer {lost}, more than one {twice}")
    print("  seconds to the first byte back: " + percentiles(first))
    print("  what was said: " + ", ".join(f"{kind} {count}" for kind, count in words.most_common()))
    return len(quick) == len(asked), lost, twice


def kind_of(one: Asked) -> str:
    """What sort of answer a person got: with what was asked, or an apology."""
    text = one.phone.text
    place = next((name for name in _DISTRICTS if name in one.text), None)
    if not text:
        return "nothing"
    if "12345" in text and place is not None and place.removesuffix("区") not in text:
        return "told what fails, and 12345"
    return "answered" if place is None or place.removesuffix("区") in text else text[:20]


def percentiles(values: Sequence[float]) -> str:
    """Median, 95th and 99th percentile, and the longest."""
    cuts = statistics.quantiles(values, n=100)
    return f"p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, p99 {cuts[98]:.2f}, longest {values[-1]:.2f}"


def forgeries(flooded: Flooded) -> bool:
    """Ten thousand pushes: true ones two or three times, in any order, among forged ones."""
    return flooded.wechat.run(_forgeries(flooded), limit=900)


async def _forgeries(flooded: Flooded) -> bool:
    dice, account = random.Random(20220905), flooded.product.account
    server, now = flooded.wechat.server, time.time()
    phones = [server.phone(account, f"o-true-{number}") for number in range(TRUE)]
    true = [
        account.request(message(account, n, now, question(dice), phones[n].openid), now) for n in range(TRUE)
    ]
    flood: list[tuple[int | None, Pushed]] = [(n, true[n]) for n in range(TRUE) for _ in range(2)]
    flood += [(n, true[n]) for n in dice.choices(range(TRUE), k=TRUE)]
    for _ in range(FORGED):
        one, other = dice.sample(range(TRUE), 2)
        flood.append((None, forged(account, true[one], true[other], now, dice)))
    dice.shuffle(flood)
    before = await asyncio.to_thread(flooded.claimed)
    began = time.monotonic()
    results = await _delivered(flooded, account, flood)
    seconds = time.monotonic() - began
    await asyncio.to_thread(flooded.settle)
    return _told(results, phones, await asyncio.to_thread(flooded.claimed) - before, seconds)


async def _delivered(
    flooded: Flooded, account: Account, flood: Sequence[tuple[int | None, Pushed]]
) -> list[tuple[int | None, int | None, str, float]]:
    """Send everything, :data:`_AT_ONCE` at a time: number, status, body and seconds of each."""
    at_once, clock = asyncio.Semaphore(_AT_ONCE), time.monotonic

    async def one(number: int | None, pushed: Pushed) -> tuple[int | None, int | None, str, float]:
        async with at_once:
            began = clock()
            status, body = await flooded.wechat.server.post(account, *pushed)
            return number, status, body, clock() - began

    return list(await asyncio.gather(*(one(*push) for push in flood)))


def _told(
    results: Sequence[tuple[int | None, int | None, str, float]],
    phones: Sequence[Phone],
    taken: int,
    seconds: float,
) -> bool:
    accepted = sum(body not in ("", "success") for number, _, body, _ in results if number is None)
    statuses = Counter(status for number, status, _, _ in results if number is None)
    passive: dict[int, set[str]] = {}
    for number, _, body, _ in results:
        if number is not None and body not in ("", "success"):
            reply = phones[number].account.read_reply(body)
            passive.setdefault(number, set()).add(str(reply["Content"]))
    service = {n: len(phone.seen) for n, phone in enumerate(phones) if phone.seen}
    lost = [n for n in range(len(phones)) if n not in passive and n not in service]
    different = sum(len(texts) > 1 for texts in passive.values())
    twice = sum(count > 1 or n in passive for n, count in service.items())
    late = sum(status is None for _, status, _, _ in results)
    print(f"\n{len(results)} pushes in {seconds:.0f} s, {_AT_ONCE} under way at once")
    print(f"  forged {sum(statuses.values())}: {dict(statuses)}, answered with words {accepted}")
    print(
        f"  true {len(phones)}: {taken} turns, answered with a push {len(passive)}, as a message {len(service)}"
    )
    print(f"  lost {len(lost)}, two different answers {different}, both ways {twice}, not in 5 s {late}")
    print("  seconds: " + percentiles(sorted(took for *_, took in results)))
    return not (accepted or lost or different or late) and taken == len(phones)


PARTS: Final[dict[str, Callable[[Flooded], bool]]] = {"slow": slow, "forged": forgeries, "killed": killed}


def main(chosen: Sequence[str]) -> int:
    """Run the parts asked for, all when none is; return 1 when one shows what must not be."""
    fine = True
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningWeChat() as wechat,
        Flooded(Path(folder) / "product", wechat) as flooded,
    ):
        for name in chosen or PARTS:
            fine &= PARTS[name](flooded)
        print("\nlast lines of the bot:\n" + flooded.product.stack.log("bot")[-600:])
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
