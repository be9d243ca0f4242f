"""What somebody does on the page, and what stands there."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect


def said(page: Page) -> Locator:
    """What the person has said and the server has taken."""
    return page.locator(".mine:not(.pending)")


async def say(page: Page, text: str) -> None:
    """Write and send."""
    await page.locator("textarea").fill(text)
    await page.get_by_role("button", name="发送", exact=True).click()


async def ask(page: Page, text: str, answers: int = 1) -> None:
    """Say something and wait for its answers."""
    before = await page.locator(".theirs").count()
    await say(page, text)
    await expect(page.locator(".theirs")).to_have_count(before + answers)
    await expect(page.locator(".pending")).to_have_count(0)


async def words_of(page: Page) -> list[str]:
    """Every message in the log, in order, without the sender's label."""
    found = await page.locator(".message .words").all_inner_texts()
    return [re.sub(r"^(我|助手|通知)\s*：?\s*", "", text).strip() for text in found]
