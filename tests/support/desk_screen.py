"""Somebody of the desk before a browser: logs in, looks at pages, closes without a fault on the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.hotline.conftest import PASSWORD, Running

SHOTS = Path(__file__).parents[2] / "results" / "desk"
#: Width and height in CSS pixels. A desktop of 1280 zoomed to 200 % has 640 of them.
SIZES = {"desktop": (1280, 800), "tablet": (900, 700), "zoomed": (640, 400)}
_MOST_TABS = 120


class Screen:
    """Somebody before a screen of one size; each page that is looked at fits and axe finds nothing."""

    def __init__(self, browser: Any, desk: Running, number: str, size: str) -> None:
        width, height = SIZES[size]
        self._size = size
        self._context = browser.new_context(
            base_url=desk.url, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        self.page: Page = self._context.new_page()
        self._faults: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("request", lambda asked: self._asked(asked.url, desk.url))
        self.page.goto("/login")
        self.page.get_by_label("工号").fill(number)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()

    def _heard(self, said: Any) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self._faults.append(said.text)

    def _asked(self, url: str, own: str) -> None:
        if not url.startswith(own):
            self._faults.append(url)

    def look(self, name: str) -> None:
        """Take a picture; nothing may be wider than the screen, axe may find nothing."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}-{self._size}.png"), full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        found = Axe().run(self.page).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == [], name

    def close(self) -> None:
        """End; a complaint of the console, or a request to anybody else, is a fault."""
        self._context.close()
        assert self._faults == []


def tab_to(page: Page, condition: str) -> None:
    """Press Tab until a script's condition holds of what has the focus."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"Tab never reached {condition}")
