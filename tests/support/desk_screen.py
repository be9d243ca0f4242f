"""Somebody of the desk before a browser: logs in, looks at pages, closes without a fault on the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.hotline.conftest import PASSWORD, WIDTHS, Running

SHOTS: Final = Path(__file__).parents[2] / "results" / "desk"
#: Width and height in CSS pixels. A desktop of 1280 zoomed to 200 % has 640 of them.
SIZES: Final = {**WIDTHS, "tablet": (900, 800), "zoomed": (640, 400)}
#: What the console says of an answer that is a refusal, and of a stream that the next page cuts.
REFUSED: Final = "Failed to load resource"
CUT: Final = "WebSocket connection to"
_MOST_TABS: Final = 120


def watched(page: Page, own: str, *meant: str) -> list[str]:
    """Return a list that fills with what goes wrong in a page.

    Args:
        page: before it goes anywhere.
        own: the desk's address; a request to anybody else is a fault.
        meant: beginnings of what the console may say; refusals always.
    """
    faults: list[str] = []

    def heard(said: Any) -> None:
        if said.type == "error" and not said.text.startswith((REFUSED, *meant)):
            faults.append(said.text)

    def asked(request: Any) -> None:
        if not request.url.startswith((own, own.replace("http", "ws", 1))):
            faults.append(request.url)

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", asked)
    return faults


def enter(page: Page, number: str, password: str = PASSWORD, then: str = "") -> None:
    """Log in; `then` is the path that is gone to."""
    page.goto(f"/login?next={then}" if then else "/login")
    page.get_by_label("工号").fill(number)
    page.get_by_label("密码").fill(password)
    page.get_by_label("密码").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url or url.endswith("/login/code"))


def fits(page: Page, name: str) -> None:
    """Nothing may be wider than the screen, axe may find nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == [], name


def look(page: Page, name: str, *, whole: bool = True) -> None:
    """Take a picture, of the whole page or of what is on the screen; it must fit."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=whole)
    fits(page, name)


class Screen:
    """Somebody before a screen of one size; each page that is looked at fits and axe finds nothing.

    Args:
        browser: theirs.
        desk: where they log in.
        number: work number.
        size: a name of `SIZES`.
        pictures: begins the name of each picture.
    """

    def __init__(self, browser: Any, desk: Running, number: str, size: str, pictures: str = "") -> None:
        width, height = SIZES[size]
        self._size = size
        self._pictures = pictures
        self._context = browser.new_context(
            base_url=desk.url, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        self.page: Page = self._context.new_page()
        self._faults = watched(self.page, desk.url, CUT)
        enter(self.page, number)

    def look(self, name: str) -> None:
        """Take a picture of the whole page; it must fit."""
        look(self.page, f"{self._pictures}{name}-{self._size}")

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
