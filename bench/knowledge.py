"""How long a published answer takes to the chat: python -m bench.knowledge

Starts the product, lets the demonstration's editor write and its reviewer publish, and asks in the chat until the new
answer comes. Measured from before the reviewer's press, so the regression check of all test questions is inside, and
once more from its end.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Final

from tests.support.editors import Editors, entry
from tests.support.stack import Stack, running

QUESTION: Final = "天府健康通的吉祥物叫什么名字"
_ROUNDS: Final = 5
_PATIENCE_S: Final = 120.0


def answered(product: Stack, words: str, since: float) -> float:
    """Return the seconds until the chat answers with these words."""
    while time.monotonic() - since < _PATIENCE_S:
        said = product.say(uuid.uuid4().hex, QUESTION)
        if any(words in str(one.get("text")) for one in said):
            return time.monotonic() - since
        time.sleep(0.2)
    raise TimeoutError(f"{words!r} was not told within {_PATIENCE_S:.0f} s")


def main() -> int:
    """Measure and print."""
    pressed, ended = [], []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as product:
        editors = Editors(product)
        for number in range(_ROUNDS):
            words = f"吉祥物叫“康康{number}号”，您在首页能看到它。"
            if number:
                editors.submit_change("mascot", **{"answer.plain": words})
            else:
                editors.submit_new(entry(**{"answer.plain": words}))
            start = time.monotonic()
            assert editors.publish("mascot").url.endswith("?done=published")
            end = time.monotonic()
            seconds = answered(product, f"康康{number}号", start)
            pressed.append(seconds)
            ended.append(seconds - (end - start))
            print(
                f"{number + 1}: publishing {end - start:.1f} s, then told after {ended[-1]:.1f} s", flush=True
            )
        start = time.monotonic()
        editors.withdraw("mascot", "这一条是试写的。")
        while any("康康" in str(one.get("text")) for one in product.say(uuid.uuid4().hex, QUESTION)):
            time.sleep(0.2)
        print(f"withdrawn: no longer told after {time.monotonic() - start:.1f} s")
    print(f"from the press: median {statistics.median(pressed):.1f} s, longest {max(pressed):.1f} s")
    print(f"from its end: median {statistics.median(ended):.1f} s, longest {max(ended):.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
