"""Conversation files, played by people at the page in a real browser: what is checked is what stands on the screen.

:class:`ByBrowser` stands where a ``Stack`` stands for the player. Words are typed into the field, choices are pressed
with the keyboard by the title that is read on them; an answer is its visible words, with what “详细” opens and the
addresses of its links.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Locator

from tests.support.screenshots import PHONE, Talk
from tests.support.stack import Stack

_TAP = "tap:"


class ByBrowser:
    """A running product, talked to at its page in ``browser``."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack = stack
        self._browser = browser
        self._talks: dict[str, Talk] = {}

    def __getattr__(self, name: str) -> Any:
        """Everything that is not said at the page is the product's."""
        return getattr(self.stack, name)

    def say(self, sender: str, message: str) -> list[dict[str, Any]]:
        """Type something, or press the choice of this title; returns what is new on the screen."""
        talk = self._talk(sender)
        before = talk.page.locator(".theirs").count()
        if message.startswith(_TAP):
            talk.press(message.removeprefix(_TAP))
        else:
            talk.say(message)
        news = talk.page.locator(".theirs").all()[before:]
        answers: list[dict[str, Any]] = [{"text": _read(article)} for article in news]
        answers[-1]["buttons"] = [_choice(chip) for chip in talk.page.locator(".chips .chip").all()]
        return answers

    def close(self) -> None:
        """Everybody leaves."""
        for talk in self._talks.values():
            talk.page.context.close()

    def _talk(self, sender: str) -> Talk:
        if sender not in self._talks:
            context = self._browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
            self._talks[sender] = Talk(self.stack, context.new_page())
        return self._talks[sender]


def _read(article: Locator) -> str:
    """The words of one answer, opened if it is folded, and behind them where its links lead."""
    more = article.locator(".more")
    if more.count() and more.get_attribute("aria-expanded") == "false":
        more.click()
    links = [link.get_attribute("href") or "" for link in article.locator("a").all()]
    return "\n".join([article.locator(".words").inner_text(), *links])


def _choice(chip: Locator) -> dict[str, str]:
    title, address = chip.inner_text().strip(), chip.get_attribute("href")
    return {"title": title, "url": address} if address else {"title": title, "payload": f"{_TAP}{title}"}
