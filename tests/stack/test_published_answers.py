"""An answer that editors publish on the desk is told in the chat, without a restart and without training."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import pytest

from tests.support.editors import Editors, entry
from tests.support.stack import Stack

pytestmark = pytest.mark.stack
QUESTION = "天府健康通的吉祥物叫什么名字"
LIMIT = 60.0


def answer_of(stack: Stack, question: str = QUESTION) -> str:
    """What somebody new is told."""
    return "\n".join(str(said.get("text")) for said in stack.say(uuid.uuid4().hex, question))


def until(fits: Callable[[], bool]) -> None:
    """Ask again and again, for as long as an answer may take to be live."""
    end = time.monotonic() + LIMIT
    while not fits():
        assert time.monotonic() < end, "not within a minute"


def test_published_told_kept_without_the_desk_and_withdrawn(stack: Stack) -> None:
    stack.ensure_running()
    editors = Editors(stack)
    assert "康康" not in answer_of(stack)
    editors.submit_new(entry())
    assert "康康" not in answer_of(stack)
    assert editors.publish("mascot").url.endswith("?done=published")
    until(lambda: "康康" in answer_of(stack))
    assert "来源：某某发布" in answer_of(stack)
    stack.stop("desk")
    assert "康康" in answer_of(stack)
    stack.kill("actions")
    stack.start("actions")
    assert "康康" in answer_of(stack)
    stack.start("desk")
    assert Editors(stack).withdraw("mascot", "这一条是试写的。").ok
    until(lambda: "康康" not in answer_of(stack))


def test_what_was_not_answered_is_on_the_to_do_list(stack: Stack) -> None:
    stack.ensure_running()
    editors = Editors(stack)
    answer_of(stack, "天府健康通能不能给我家的猫猫狗狗也办一个码嘛")
    until(lambda: "猫猫狗狗" in editors.editor.get("/knowledge/questions").text)
