"""How the page does on a slow network: ``python -m tests.support.slow_network``.

Chromium is held to 50 kB/s down, 20 kB/s up and 300 ms a round trip; the cache is empty. The assistant is the scripted
one of ``tests/web``: what is measured is the page and its line, not the thinking. Prints the median of five loads.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.support.chromium import CHROMIUM
from tests.web.conftest import ARGUMENTS, Assistant

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
LOADS = 5


async def load(browser: Browser, url: str) -> dict[str, float]:
    """Open the page once on a new phone, ask at once, and return the seconds since the start."""
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Network.enable")
    await cdp.send("Network.emulateNetworkConditions", SLOW)
    received = 0

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    cdp.on("Network.loadingFinished", count)
    began = time.perf_counter()
    await page.goto(url, wait_until="commit")
    await page.locator(".composer:not(.plain)").wait_for()
    live = time.perf_counter() - began
    weight = received / 1000
    await page.get_by_role("button", name="附近哪里做核酸").click()
    await page.locator(".theirs").wait_for()
    answered = time.perf_counter() - began
    painted = float(await page.evaluate(PAINTED))
    await context.close()
    return {
        "first words, s": painted,
        "live, s": live,
        "first answer, s": answered,
        "answer after the tap, s": answered - live,
        "kB with headers": weight,
    }


async def measure() -> dict[str, float]:
    """Return the median of every figure."""
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant(Path(folder))
        assistant.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                loads = [await load(browser, assistant.url) for _ in range(LOADS)]
                await browser.close()
        finally:
            assistant.stop()
    return {name: statistics.median(one[name] for one in loads) for name in loads[0]}


if __name__ == "__main__":
    for what, value in asyncio.run(measure()).items():
        print(f"{what:26} {value:6.2f}")
