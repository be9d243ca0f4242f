"""Whole conversation files in a real browser: what they expect stands on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser_player import ByBrowser
from tests.support.chromium import chromium
from tests.support.conversation import Player, personas
from tests.support.doors import scenes_at
from tests.support.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

#: One of each kind: to be verified, interrupted, for a relative, English, a form, a form's end.
SCENES = (
    "code: Yellow and worried, asks why, then when it turns green",
    "code: A question in the middle of verification, then on with it",
    "connected: Hers and mine and hers again",
    "english: A foreigner, English throughout",
    "travel: One more stay is told afterwards, then one of them is corrected",
    "work_orders: An order is withdrawn after asking once more",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("name", SCENES)
def test_a_conversation_goes_as_written_on_the_screen(stack: Stack, browser: Browser, name: str) -> None:
    script = scenes_at("page")[name]
    door = ByBrowser(stack, browser)
    persona = personas()[script["persona"]] if script.get("persona") else {}
    try:
        Player(door, persona).play(script)
    finally:
        door.close()
