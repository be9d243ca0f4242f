"""Pictures of the running product for the documents: ``python -m tests.support.screenshots``.

Starts the product on free ports, talks to it as the people of the demonstration set do, and writes
``docs/images/*.png``. Needs a trained model and Chromium.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.conversation import Player, personas
from tests.support.stack import ROOT, Stack, running

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1080, "height": 1010}
DESK = {"width": 1180, "height": 540}
TURN_LIMIT_MS = 60_000
#: An answer is there when the page shows more of them than before and expects no more.
ANSWERED = """before => document.querySelectorAll('.theirs').length > before
  && !document.querySelector('.typing') && !document.querySelector('.pending')"""

#: What is complained of, and what an agent then presses.
COMPLAINTS = (
    ("我要投诉，金牛区茶店子那个采样点早上八点没人上班，我排了一个小时的队", ("派单", "开始办理", "答复")),
    ("我要投诉，社区不给我办解除隔离的手续，打电话也没人接", ("派单", "开始办理")),
    ("我要投诉，武侯区一家药店不扫场所码就让人进，没人管", ("派单",)),
    ("我要投诉，春熙路地铁口的志愿者不认老人的离线码，不让我妈进站", ()),
)
REPLY = "采样点9月5日起已安排两组人员，7:30开门。给您添麻烦了。"


class Talk:
    """A conversation on the page.

    Args:
        product: the running product.
        page: an opened chat page.
    """

    def __init__(self, product: Stack, page: Page) -> None:
        self.product = product
        self.page = page
        page.goto(product.service("bot").url + "/")
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
    desk = product.service("desk").url
    page.goto(f"{desk}/login")
    page.get_by_label("工号").fill("A001")
    password = product.folder / "secrets" / "desk_password"
    page.get_by_label("密码").fill(password.read_text("utf-8").strip())
    page.get_by_role("button", name="登录").click()
    for complaint, moves in COMPLAINTS:
        player = Player(product)
        player.play({"turns": [{"say": complaint}, {"say": "不留"}, {"tap": "提交"}]})
        (order,) = product.work_orders(player.sender)
        page.goto(f"{desk}/orders/{order['number']}")
        for move in moves:
            if move == "答复":
                page.get_by_role("textbox", name="答复").fill(REPLY)
            page.get_by_role("button", name=move, exact=True).click()
            page.get_by_role("status").wait_for()
    page.goto(f"{desk}/orders")
    _save(page, folder / "desk.png")


def _save(page: Page, path: Path) -> None:
    """Write what the page shows as a picture of 128 colours: a quarter of the size, no visible difference."""
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {taken.width}×{taken.height}  {path.stat().st_size // 1024} kB")


def main() -> int:
    """Start the product and take every picture; returns the exit status."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or os.environ.get("CHROMIUM")
    if chromium is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(Path(scratch)) as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shoot(product, browser, IMAGES)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
