"""How long a change of colour takes to the open page: python -m bench.notices

Starts the product, opens the page as people of the demonstration with a green code who ask for notices, and lets a
province's system report an overlap of each. Measured from before the report is sent until the notice stands on the
page, so writing the report, deriving and committing the new colour are inside: from the commit alone it is less.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from tests.support.chromium import chromium
from tests.support.conversation import personas
from tests.support.screenshots import PHONE, Talk
from tests.support.stack import Stack, running

OVERLAP: Final = {"kind": "overlap", "at": "2022-09-04T15:00:00+08:00", "region": "510100", "place": "太古里"}
_PEOPLE: Final = 15
_PATIENCE_MS: Final = 60_000
#: Notes the moment at which a notice is in the document, by the same clock that this process has.
_WATCH: Final = """() => new MutationObserver(() => {
  if (!window.toldAt && document.querySelector('.notice')) window.toldAt = Date.now();
}).observe(document.body, { childList: true, subtree: true })"""


def people() -> Iterator[dict[str, Any]]:
    """Yield those with an identity card and a phone on the books who have nothing that colours their code."""
    for person in personas().values():
        if (
            person.get("code")
            and person.get("phone")
            and person["document_type"] == "id_card"
            and not person.get("events")
            and not person.get("popup")
        ):
            yield person


def measure(product: Stack, browser: Browser, person: dict[str, Any]) -> float | None:
    """Return the seconds from a report to its notice; None for somebody whose code is not green."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    page = context.new_page()
    talk = Talk(product, page)
    talk.say("查下我的码")
    talk.verify(person)
    if (
        "绿码" not in page.locator(".theirs").last.inner_text()
        or not page.get_by_role("button", name="通知我").count()
    ):
        context.close()
        return None
    talk.tap("通知我")
    page.evaluate(_WATCH)
    event = {"id": f"bench-{uuid.uuid4().hex[:12]}", **OVERLAP}
    begin = time.time()
    product.report(person["document_type"], str(person["number"]), event)
    page.wait_for_function("() => window.toldAt", timeout=_PATIENCE_MS)
    took = page.evaluate("window.toldAt") / 1000 - begin
    context.close()
    return float(took)


def main() -> int:
    """Print the figures."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(Path(scratch)) as product,
        chromium() as browser,
    ):
        measured = [measure(product, browser, person) for person in islice(people(), _PEOPLE)]
    took = [seconds for seconds in measured if seconds is not None]
    print(
        f"{len(took)} changes, report to page: median {statistics.median(took):.2f} s, longest {max(took):.2f} s"
    )
    print(f"load average meanwhile {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
