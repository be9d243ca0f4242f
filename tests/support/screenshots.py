"""Pictures of the running product for the documents: ``python -m tests.support.screenshots``.

Starts the product on free ports, talks to it as the people of the demonstration set do, and writes
``docs/images/*.png``. Needs a trained model and Chromium.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.chromium import CHROMIUM, chromium
from tests.support.conversation import personas
from tests.support.page import PagePerson
from tests.support.stack import ROOT, Stack, running

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1080, "height": 1010}
DESK = {"width": 1280, "height": 760}
TURN_LIMIT_MS = 60_000
#: An answer is there when the page shows more of them than before and expects no more.
ANSWERED = """before => document.querySelectorAll('.theirs').length > before
  && !document.querySelector('.typing') && !document.querySelector('.pending')"""

#: What is said before a person is asked for, then to the agent, and what the agent answers.
ASKED = ("我妈没有手机，进小区要健康码咋办", "转人工")
TOLD = "她住武侯区浆洗街，今年七十六了"
REPLY = "您好，可以把您母亲加到您的家人码里，也可以打印离线码随身带，7天有效。我这就告诉您怎么办。"
#: What an agent notes down during a call.
HEARD = "老人家没有手机，问健康码咋个办，人在武侯区，昨天下午三点在社区医院做的核酸，结果还没出来"


class Talk:
    """A conversation on the page.

    Args:
        product: the running product.
        page: an empty browser page.
        fragment: how the page's address ends, as a poster has it.
    """

    def __init__(self, product: Stack, page: Page, fragment: str = "") -> None:
        self.product = product
        self.page = page
        page.goto(f"{product.service('bot').url}/{fragment}")
        page.locator(".suggestion").first.wait_for()

    def say(self, text: str) -> None:
        """Type, send, and wait for the whole answer."""
        with _Answer(self.page):
            self.page.locator("textarea").fill(text)
            self.page.get_by_role("button", name="发送", exact=True).click()

    def tap(self, title: str) -> None:
        """Press a choice and wait for the whole answer."""
        with _Answer(self.page):
            self.page.get_by_role("button", name=title, exact=True).click()

    def press(self, title: str) -> None:
        """The same with the keyboard."""
        with _Answer(self.page):
            self.page.get_by_role("button", name=title, exact=True).press("Enter")

    def verify(self, person: dict[str, Any]) -> None:
        """Consent, name, number, phone and one-time password, one by one."""
        self.tap("同意")
        for value in ("name", "number", "phone"):
            self.say(str(person[value]))
        sent = self.product.text_messages(str(person["phone"]))[-1]["text"]
        self.say(re.findall(r"\d{6}", sent)[0])

    def show_last(self, questions: int) -> None:
        """Scroll so that the last ``questions`` questions stand at the top."""
        self.page.evaluate(
            """count => {
              const talk = document.querySelector('.talk');
              const mine = [...document.querySelectorAll('.mine')].slice(-count)[0];
              talk.scrollTop += mine.getBoundingClientRect().top - talk.getBoundingClientRect().top - 16;
              document.activeElement.blur();
            }""",
            questions,
        )


class _Answer:
    """Waits at its end for what the assistant says to what happens inside."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __enter__(self) -> None:
        self.before = self.page.locator(".theirs").count()

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            self.page.wait_for_function(ANSWERED, arg=self.before, timeout=TURN_LIMIT_MS)


def shoot(product: Stack, browser: Browser, folder: Path) -> None:
    """Take every picture."""
    _yellow_code(product, _page(browser, PHONE), folder)
    _sites_and_risk(product, _page(browser, DESKTOP), folder)
    _large_type(product, _page(browser, PHONE), folder)
    _desk(product, _page(browser, DESK), folder)
    first_screens(product.service("bot").url, browser, folder)


#: First screens of the views, by file name: what the link asks for, and whether script runs.
FIRST_SCREENS = {
    "page-elder.png": ("view=elder", True),
    "page-english-dark.png": ("lang=en&theme=dark", True),
    "page-plain.png": ("", False),
}


def first_screens(url: str, browser: Browser, folder: Path) -> None:
    """Take the first screen of every view."""
    for name, (query, script) in FIRST_SCREENS.items():
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, locale="zh-CN", java_script_enabled=script
        )
        page = context.new_page()
        page.goto(f"{url}/?{query}")
        page.locator(".composer:not(.plain)" if script else ".composer.plain").wait_for()
        _save(page, folder / name)
        context.close()


def _page(browser: Browser, viewport: dict[str, int]) -> Page:
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        device_scale_factor=2,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
    )
    return context.new_page()


def _yellow_code(product: Stack, page: Page, folder: Path) -> None:
    talk = Talk(product, page)
    talk.say("查我的核酸结果")
    talk.verify(personas()["yellow_one_of_two"])
    talk.say("我码咋突然黄了嘛")
    talk.show_last(1)
    _save(page, folder / "chat-phone.png")


def _sites_and_risk(product: Stack, page: Page, folder: Path) -> None:
    talk = Talk(product, page)
    talk.say("锦东庭园14栋是不是高风险")
    talk.say("武侯这边哪有24小时的核酸")
    talk.show_last(2)
    _save(page, folder / "chat-desktop.png")


def _large_type(product: Stack, page: Page, folder: Path) -> None:
    talk = Talk(product, page)
    page.get_by_role("button", name="长辈版").click()
    talk.say("离线码管几天")
    talk.say("附近哪里做核酸")
    talk.show_last(1)
    _save(page, folder / "chat-large-type.png")


def _desk(product: Stack, page: Page, folder: Path) -> None:
    """An agent with a chat, then with a call."""
    desk = product.service("desk").url
    page.goto(f"{desk}/login")
    page.get_by_label("工号").fill("A001")
    password = product.folder / "secrets" / "desk_password"
    page.get_by_label("密码").fill(password.read_text("utf-8").strip())
    page.get_by_role("button", name="登录").click()
    page.get_by_text("已连接").wait_for()
    page.get_by_role("button", name="在线", exact=True).click()
    page.get_by_text("A001 在线").wait_for()
    citizen = PagePerson(product)
    for words in ASKED:
        citizen.send(words)
    page.get_by_role("button", name="接待（Alt+T）").click()
    citizen.tell(TOLD)
    page.get_by_text(TOLD).first.wait_for()
    page.get_by_role("textbox", name="回复市民").fill(REPLY)
    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_text("已送达").wait_for()
    _save(page, folder / "desk.png")
    page.goto(f"{desk}/calls")
    page.get_by_role("button", name="接一个来电").click()
    page.get_by_role("textbox").first.press_sequentially(HEARD)
    page.get_by_role("button", name="采用（Alt+1）").wait_for()
    page.get_by_role("textbox").first.blur()
    _save(page, folder / "desk-call.png")


def _save(page: Page, path: Path) -> None:
    """Write what the page shows as a picture of 128 colours: a quarter of the size, no visible difference."""
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {taken.width}×{taken.height}  {path.stat().st_size // 1024} kB")


def main() -> int:
    """Start the product and take every picture; returns the exit status."""
    if not CHROMIUM:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(Path(scratch)) as product,
        chromium() as browser,
    ):
        shoot(product, browser, IMAGES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
