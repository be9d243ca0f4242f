"""How long a change of colour takes to a person in WeChat, by each way: python -m bench.notices_wechat

Starts the product beside a WeChat of our own. People of the demonstration ask for notices and subscribe.
Then their code changes three times: told by subscription, in the conversation when they subscribe no more, and by text
message when WeChat takes nothing for them. Measured from the change on the platform until it stands on the phone.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Final

from bench.notices import people
from tests.support.conversation import personas
from tests.support.told_in_wechat import Person, started, until
from tests.support.wechat import ByWeChat, RunningWeChat

_PEOPLE: Final = 8
_SEND: Final = "/cgi-bin/message/custom/send"
_UPDATED: Final = "状态有更新"


def measure(product: ByWeChat, wechat: RunningWeChat, key: str) -> tuple[float, float, float]:
    """Return the seconds by subscription, in the conversation, and by text message."""
    person = Person(product, wechat, key)
    number = str(personas()[key]["number"])
    person.asks_for_notices()
    person.subscribes()

    def changes() -> float:
        began = time.time()
        product.happens(number, "code.changed", {})
        return began

    subscribed = -changes() + until(lambda: person.seen("subscribed"))
    wechat.server.agreed.clear()
    said = -changes() + until(lambda: any(_UPDATED in text for text in person.seen("service")))
    wechat.server.errcodes[_SEND].append(45015)
    texted = -changes() + until(person.texts)
    return subscribed, said, texted


def main() -> int:
    """Print the figures."""
    keys = {str(person["number"]): key for key, person in personas().items()}
    with tempfile.TemporaryDirectory() as scratch, RunningWeChat() as wechat:
        product = started(Path(scratch), wechat)
        try:
            chosen = [keys[str(person["number"])] for person in islice(people(), _PEOPLE)]
            took = [measure(product, wechat, key) for key in chosen]
        finally:
            product.stack.stop()
    for way, seconds in zip(
        ("by subscription", "in the conversation", "by text message"), zip(*took, strict=True), strict=True
    ):
        print(
            f"{way}: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s, {len(took)} people"
        )
    print(f"load average meanwhile {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
