"""The action server's answer is held to Rasa's own schema, read once."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import validate
from jsonschema.exceptions import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.action_results import check

GOOD: dict[str, Any] = {
    "events": [{"event": "slot", "timestamp": None, "name": "whose", "value": "母亲"}],
    "responses": [{"text": "您好", "buttons": [{"title": "同意", "payload": "/affirm"}]}],
}
BAD: list[Any] = [{"events": [{"event": 3}]}, {"events": "slot"}, {"responses": [3]}, [], "x"]
ACTION = RemoteAction("action_x", None)


def test_a_proper_answer_passes() -> None:
    assert check(ACTION, GOOD)


@pytest.mark.parametrize("answer", BAD)
def test_what_rasa_refuses_is_refused(answer: Any) -> None:
    with pytest.raises(ValidationError):
        validate(answer, RemoteAction.action_response_format_spec())
    with pytest.raises(ValidationError):
        check(ACTION, answer)
