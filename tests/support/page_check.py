"""The page's figures in Chromium, as one table: ``python -m tests.support.page_check``; exit status 1 above a limit.

The assistant is the scripted one of ``tests/web``. Weight and requests are those of the first load with an empty cache,
with the first question and its answer; what is counted is what travels, compressed.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from tests.support.chromium import CHROMIUM
from tests.web.conftest import ARGUMENTS, Assistant

#: What the link asks for in each view.
VIEWS = {
    "normal": "",
    "elder": "?view=elder",
    "english": "?lang=en",
    "dark": "?theme=dark",
    "widget": "?embed=1",
}
NO_SCRIPT = "without script"
LIGHTEST_TARGET = {"normal": 44, "elder": 60}
#: Layout shifts that nobody has caused, from the first byte on.
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: 'layout-shift', buffered: true });"""
TARGETS = """Array.from(document.querySelectorAll('button, a.tool, a.chip, textarea'))
  .map((e) => e.getBoundingClientRect()).filter((r) => r.width).map((r) => Math.min(r.width, r.height))"""
FOCUSED = "(e => e.getAttribute('aria-label') || e.innerText || e.id || e.tagName)(document.activeElement)"
QUESTION = "武侯哪里做核酸"
_MOST_TABS = 40


@dataclass
class Figures:
    """What one load of a view has shown; ``limits`` are the most (or least) that is allowed."""

    rows: list[tuple[str, float, str, bool]] = field(default_factory=list)

    def most(self, name: str, value: float, limit: float) -> None:
        """Add a figure that may be at most ``limit``."""
        self.rows.append((name, value, f"≤ {limit:g}", value <= limit))

    def least(self, name: str, value: float, limit: float) -> None:
        """Add a figure that must be at least ``limit``."""
        self.rows.append((name, value, f"≥ {limit:g}", value >= limit))

    @property
    def failed(self) -> list[str]:
        """The figures beyond their limits."""
        return [f"{name}: {value:g}, {limit}" for name, value, limit, is_kept in self.rows if not is_kept]


class _Traffic:
    """What a context asks for, and of whom."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._own = urlsplit(url).netloc
        self.requests: list[Request] = []
        self.errors: list[str] = []
        context.on("request", self._asked)
        context.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    @property
    def foreign(self) -> int:
        """Requests to any other host; ``data:`` asks nobody."""
        hosts = [urlsplit(request.url) for request in self.requests]
        return sum(address.scheme != "data" and address.netloc != self._own for address in hosts)

    async def weight(self) -> float:
        """Kilobytes of all bodies, as they travelled."""
        sizes = [await request.sizes() for request in self.requests if not request.url.startswith("data:")]
        return sum(size["responseBodySize"] for size in sizes) / 1000


async def measure(browser: Browser, url: str) -> Figures:
    """Load every view on a new phone and return its figures."""
    figures = Figures()
    context = await _phone(browser)
    traffic = _Traffic(context, url)
    page = await _load(context, url, "")
    await _ask(page)
    figures.most("weight of the first load, kB", await traffic.weight(), 60)
    figures.most("requests", len(traffic.requests), 8)
    figures.most("requests to other hosts", traffic.foreign, 0)
    figures.most("console errors", len(traffic.errors), 0)
    figures.least("controls reached by Tab alone, of 8", await _reached(page), 8)
    await context.close()
    for view, query in VIEWS.items():
        await _view(browser, url, view, query, figures)
    await _plain(browser, url, figures)
    return figures


async def _view(browser: Browser, url: str, view: str, query: str, figures: Figures) -> None:
    context = await _phone(browser)
    page = await _load(context, url, query)
    violations = await _violations(page)
    await _ask(page)
    violations += await _violations(page)
    figures.most(f"{view}: axe violations, contrast among them", violations, 0)
    figures.most(f"{view}: layout shift (CLS)", round(float(await page.evaluate("window.shifted")), 3), 0.1)
    if view in LIGHTEST_TARGET:
        figures.least(
            f"{view}: smallest target, px", min(await page.evaluate(TARGETS)), LIGHTEST_TARGET[view]
        )
    await context.close()


async def _plain(browser: Browser, url: str, figures: Figures) -> None:
    """The form, in a browser that runs axe and not the page's own script."""
    context = await _phone(browser)
    page = await context.new_page()
    await page.route("**/page.js", lambda route: route.abort())
    await page.goto(url)
    violations = await _violations(page)
    await _ask(page)
    figures.most(f"{NO_SCRIPT}: axe violations", violations + await _violations(page), 0)
    await context.close()


async def _phone(browser: Browser) -> BrowserContext:
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    await context.add_init_script(SHIFTS)
    return context


async def _load(context: BrowserContext, url: str, query: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{url}/{query}")
    await page.locator(".composer:not(.plain)").wait_for()
    return page


async def _ask(page: Page) -> None:
    await page.locator("textarea").fill(QUESTION)
    await page.locator(".send").click()
    await page.locator(".theirs").first.wait_for()


async def _violations(page: Page) -> int:
    return len((await Axe().run(page)).response["violations"])


async def _reached(page: Page) -> int:
    """How many of the page's controls Tab comes to, in order, from its beginning."""
    await page.reload()
    await page.locator(".theirs").wait_for()
    wanted = ["长辈版", "English", "深色", "拨打12345热线", "位置", "图片", "say", "发送"]
    reached: list[str] = []
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        reached.append(re.sub(r"\s+", "", str(await page.evaluate(FOCUSED))))
        if reached[-1] == wanted[-1]:
            break
    in_order = [name for name in reached if name in wanted]
    return len(wanted) if in_order == wanted else len(set(in_order) & set(wanted)) - 1


async def with_page(work: Callable[[Browser, str], Awaitable[Figures]]) -> Figures:
    """Do something with a browser and an assistant of its own."""
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant(Path(folder))
        assistant.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                return await work(browser, assistant.url)
        finally:
            assistant.stop()


def main() -> int:
    """Print the table; 1 when a figure is beyond its limit."""
    figures = asyncio.run(with_page(measure))
    print(f"| {'figure':44} | {'measured':>8} | limit |\n|---|---|---|")
    for name, value, limit, is_kept in figures.rows:
        print(f"| {name:44} | {value:8g} | {limit}{'' if is_kept else ' **missed**'} |")
    return 1 if figures.failed else 0


if __name__ == "__main__":
    sys.exit(main())
