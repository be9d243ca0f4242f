"""Speech on the page: heard, shown, and said only when the person sends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.async_api import expect

from bot.voice import LARGEST
from tests.web.conftest import Assistant, OpenPage


@pytest.fixture
def session(assistant: Assistant) -> dict[str, str]:
    return requests.post(f"{assistant.url}/chat/session", timeout=10).json()


def speak(assistant: Assistant, session: dict[str, str], speech: bytes, **headers: str) -> requests.Response:
    bearer = {"Authorization": f"Bearer {session['token']}"}
    return requests.post(
        f"{assistant.url}/chat/speech", data=speech, headers={**bearer, **headers}, timeout=20
    )


def test_what_was_heard_is_told_to_the_page_and_to_nobody_else(
    assistant: Assistant, session: dict[str, str]
) -> None:
    before = len(assistant.received())
    answer = speak(assistant, session, b"OggS" + "转人工".encode())
    assert (answer.status_code, answer.json()) == (201, {"heard": "转人工"})
    assert len(assistant.received()) == before
    history = requests.get(
        f"{assistant.url}/chat/history",
        headers={"Authorization": f"Bearer {session['token']}"},
        timeout=10,
    )
    assert history.json()["messages"] == []


@pytest.mark.parametrize(
    ("speech", "status", "code"),
    [
        (b"OggS!not_understood", 422, "not_understood"),
        (b"OggS!too_long", 413, "too_long"),
        (b"OggS!unreadable", 415, "unreadable"),
        (b"OggS!not_installed", 501, "not_installed"),
        (b"OggS!unavailable", 503, "unavailable"),
        (bytes(LARGEST + 1), 413, "too_large"),
    ],
)
def test_each_reason_has_its_name(
    assistant: Assistant, session: dict[str, str], speech: bytes, status: int, code: str
) -> None:
    answer = speak(assistant, session, speech)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_speech_needs_our_page_a_session_and_some_patience(
    assistant: Assistant, session: dict[str, str]
) -> None:
    assert speak(assistant, session, b"OggS", Origin="https://evil.example").status_code == 403
    assert requests.post(f"{assistant.url}/chat/speech", data=b"OggS", timeout=10).status_code == 401
    codes = [speak(assistant, session, b"OggS" + b"a").status_code for _ in range(8)]
    assert codes[:6] == [201] * 6
    assert codes[6:] == [429] * 2


@pytest.mark.browser
async def test_what_was_heard_is_shown_corrected_and_sent(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.get_by_role("button", name="语音").click()
    panel = page.get_by_role("dialog", name="用语音说")
    await panel.get_by_role("button", name="说完了").click()
    await expect(panel.get_by_role("status")).to_have_text("我听到的是：我的健康码怎么变黄了")
    assert await page.locator("article").count() == 0
    await panel.get_by_role("button", name="重说").click()
    await panel.get_by_role("button", name="说完了").click()
    await panel.get_by_role("button", name="打字").click()
    await expect(page.locator("textarea")).to_have_value("我的健康码怎么变黄了")
    await page.get_by_role("button", name="语音").click()
    await panel.get_by_role("button", name="说完了").click()
    await panel.get_by_role("button", name="对，发送").click()
    await expect(page.locator("article.mine")).to_contain_text("我的健康码怎么变黄了")


@pytest.mark.browser
async def test_what_was_not_heard_offers_to_type_or_to_call(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    refused = '{"type": "error", "code": "not_understood"}'
    await page.route(
        "**/chat/speech",
        lambda route: route.fulfill(status=422, body=refused, content_type="application/json"),
    )
    await page.get_by_role("button", name="语音").click()
    panel = page.get_by_role("dialog", name="用语音说")
    await panel.get_by_role("button", name="说完了").click()
    await expect(panel.get_by_role("status")).to_contain_text("没听清")
    await expect(panel.get_by_role("link", name="12345")).to_have_attribute("href", "tel:12345")
    await panel.get_by_role("button", name="打字").click()
    await expect(page.locator("textarea")).to_be_focused()


@pytest.fixture
def deaf_assistant(tmp_path: Path) -> Iterator[Assistant]:
    served = Assistant(tmp_path, "--deaf")
    served.start()
    yield served
    served.stop()


@pytest.mark.browser
async def test_where_nobody_hears_no_microphone_is_shown(
    deaf_assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(deaf_assistant.url)
    await expect(page.get_by_role("button", name="图片")).to_be_visible()
    await expect(page.get_by_role("button", name="语音")).to_have_count(0)
