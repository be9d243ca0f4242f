"""Every scene of every conversation file at the page of the running product, a handful over REST besides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.conversation import Player, personas
from tests.support.doors import OVER_REST, scenes_at
from tests.support.page_player import ByPage
from tests.support.stack import Stack

pytestmark = pytest.mark.stack
AT_THE_PAGE = scenes_at("page")


@pytest.mark.parametrize("name", list(AT_THE_PAGE))
def test_conversation_goes_as_written(stack: Stack, name: str) -> None:
    page = ByPage(stack)
    try:
        _play(page, AT_THE_PAGE[name])
    finally:
        page.close()
        stack.ensure_running()


@pytest.mark.parametrize("name", OVER_REST)
def test_conversation_over_rest_goes_as_written(stack: Stack, name: str) -> None:
    _play(stack, AT_THE_PAGE[name])


def _play(door: Any, script: dict[str, Any]) -> None:
    persona = personas()[script["persona"]] if script.get("persona") else {}
    Player(door, persona).play(script)
