"""Every conversation file, played over HTTP against the running product."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.conversation import Player, personas, scripts
from tests.support.stack import Stack

pytestmark = pytest.mark.stack
SCRIPTS = scripts()


@pytest.mark.parametrize("script", [s for _, s in SCRIPTS], ids=[name for name, _ in SCRIPTS])
def test_conversation_goes_as_written(stack: Stack, script: dict[str, Any]) -> None:
    persona = personas()[script["persona"]] if script.get("persona") else {}
    try:
        Player(stack, persona).play(script)
    finally:
        stack.ensure_running()
