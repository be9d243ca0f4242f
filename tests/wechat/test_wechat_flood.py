"""Ten thousand pushes, most of them not what they seem; and fifty a second while the platform is slow."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.forgeries import Pushed, forged, message
from tests.wechat.house import House, Process
from tests.wechat_server import ManualClock, Phone, RealClock, WeChat

TRUE = 2000


async def test_ten_thousand_pushes_are_one_turn_for_each_true_message(
    house: House, wechat: WeChat, clock: ManualClock
) -> None:
    dice = random.Random(20220905)
    account = house.add("main")
    house.patience = 3600.0  # the clock runs fast here, and nothing is to be too late
    processes = [await house.process(), await house.process()]
    true = [
        account.request(message(account, n, clock(), f"第{n}条", f"o-{n % 10}"), clock()) for n in range(TRUE)
    ]
    flood: list[tuple[int | None, Pushed]] = [(n, true[n]) for n in range(TRUE) for _ in range(2)]
    flood += [(n, true[n]) for n in dice.choices(range(TRUE), k=2000)]
    for _ in range(4000):
        one, other = dice.sample(range(TRUE), 2)
        flood.append((None, forged(account, true[one], true[other], clock(), dice)))
    dice.shuffle(flood)
    replies: dict[int, Counter[str]] = {n: Counter() for n in range(TRUE)}
    statuses: Counter[int] = Counter()

    async def deliver(number: int | None, pushed: Pushed) -> None:
        process: Process = dice.choice(processes)
        answer = await process.context.gateway.receive("main", *pushed)
        if number is None:
            statuses[answer.status] += 1
            assert answer.body in ("", "success")
            return
        assert answer.status == 200
        if answer.body != "success":
            replies[number][account.read_reply(answer.body)["Content"]] += 1
        await process.context.gateway.sent(answer)

    for start in range(0, len(flood), 40):
        batch = [asyncio.ensure_future(deliver(*one)) for one in flood[start : start + 40]]
        while not all(task.done() for task in batch):
            clock.advance(0.2)  # a process that waits for another looks again
            await asyncio.sleep(0.002)
        await asyncio.gather(*batch)
    turns = processes[0].door.turns() + processes[1].door.turns()
    assert turns == {f"第{n}条": 1 for n in range(TRUE)}
    assert all(set(said) == {f"收到：第{n}条"} for n, said in replies.items())
    assert statuses[200] + statuses[403] == 4000
    assert statuses[403] > 2500  # the others are signed as they should be, and cannot be read


def answers(phone: Phone) -> list[str]:
    """Everything a person was answered, one by one."""
    return [text for seen in phone.seen for text in seen.text.split("\n\n")]


async def test_fifty_a_second_on_a_slow_platform_are_answered_in_time_or_later(tmp_path: Path) -> None:
    """What WeChat counts: nobody sees a fault, and each message is answered once."""
    dice = random.Random(12345)
    wechat = WeChat(RealClock())
    await wechat.start()
    house = House(tmp_path, wechat, patience=1.0)
    try:
        account = house.add("main")
        process = await house.process()
        slow = process.door.receive

        async def receive(said: Any, output: Any) -> None:
            await asyncio.sleep(dice.choice([0.0, 0.1, 0.5, 1.5, 2.5]))
            await slow(said, output)

        process.door.receive = receive  # type: ignore[method-assign]
        phones = [wechat.phone(account) for _ in range(100)]
        pushes = []
        for number in range(300):
            phone = phones[number % len(phones)]
            pushes.append(asyncio.ensure_future(phone.say(f"{number}")))
            await asyncio.sleep(0.02)
        deliveries = await asyncio.gather(*pushes)
        for phone in phones:
            while len(answers(phone)) < 3:  # two may have come as one message
                await phone.sees(len(phone.seen) + 1)
        assert [d.fault for d in deliveries if d.fault] == []
        said = Counter(text for phone in phones for text in answers(phone))
        assert said == {f"收到：{number}": 1 for number in range(300)}
        late = sum(d.answer == "success" for d in deliveries)
        assert 0 < late < 300
    finally:
        await house.close()
        await wechat.stop()
