"""The page in front of the whole product: a notice arrives by itself, a poster's code is a visit after one tap."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend_client import StartVerification, VenueIn
from tests.support.chromium import chromium
from tests.support.conversation import personas
from tests.support.screenshots import PHONE, Talk
from tests.support.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

HEALTH = re.compile("[绿黄红]码|春熙路|阴性|阳性|密接|核酸")
#: Longer than anything takes here; what is waited for comes in a second or two.
SOON_MS = 30_000


@pytest.fixture
def phone() -> Iterator[Page]:
    """A phone with an empty browser."""
    with chromium() as browser:
        context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        yield context.new_page()


def test_a_change_of_colour_is_told_on_the_open_page_and_one_tap_explains_it(
    stack: Stack, phone: Page
) -> None:
    person = personas()["yellow_one_of_two"]
    talk = Talk(stack, phone)
    talk.say("查下我的码")
    talk.verify(person)
    talk.tap("通知我")
    phone.evaluate("window.sameDocument = true")
    stack.happens(str(person["number"]), "code.changed", {})
    notice = phone.locator(".notice .words")
    expect(notice).to_contain_text("您的健康码状态有更新", timeout=SOON_MS)
    assert not HEALTH.search(notice.inner_text())
    assert person["name"] not in notice.inner_text()
    talk.tap("查看")
    answer = phone.locator(".theirs").last
    expect(answer).to_contain_text("还差1次")
    expect(answer).to_contain_text("春熙路")
    assert phone.evaluate("window.sameDocument")  # nobody has reloaded it
    expect(phone.locator(".notice")).to_have_count(1)


def test_a_posters_code_becomes_a_visit_of_whoever_scans_it_once_they_agree_and_are_verified(
    stack: Stack, phone: Page
) -> None:
    person = personas()["green"]
    me = f"per_demo_{person['key']}"
    session, code = _venue_of(stack, person)
    before = stack.rows("visits", me)
    talk = Talk(stack, phone, f"#scan=TFV-{code}")
    phone.get_by_role("dialog").get_by_role("button", name="登记到访").click()
    phone.get_by_role("button", name="同意", exact=True).wait_for(timeout=SOON_MS)
    assert stack.rows("visits", me) == before
    talk.verify(person)
    answer = phone.locator(".theirs").last
    expect(answer).to_contain_text("可以进“塔子山茶社”", timeout=SOON_MS)
    assert stack.rows("visits", me) == before + 1
    phone.reload()
    expect(phone.locator(".theirs").last).to_contain_text("可以进“塔子山茶社”", timeout=SOON_MS)
    expect(phone.get_by_role("dialog")).to_have_count(0)
    assert stack.rows("visits", me) == before + 1
    stack.assistant_client.close_venue(session, code, key=uuid.uuid4().hex)


def _venue_of(stack: Stack, person: dict[str, Any]) -> tuple[str, str]:
    """Let somebody register a venue; returns their session and the venue's code."""
    client = stack.assistant_client
    started = client.start_verification(
        StartVerification(
            name=person["name"],
            document_type=person["document_type"],
            document_number=str(person["number"]),
            phone=str(person["phone"]),
            channel="rest",
            conversation_id=uuid.uuid4().hex,
        )
    )
    sent = stack.text_messages(str(person["phone"]))[-1]["text"]
    session = client.confirm_verification(
        started.verification_id, re.findall(r"\d{6}", sent)[0]
    ).session_token
    wish = VenueIn(
        name="塔子山茶社",
        type="restaurant",
        division_code="510104",
        address="塔子山路1号",
        contact_phone=str(person["phone"]),
    )
    return session, client.create_venue(session, wish, key=uuid.uuid4().hex).code
