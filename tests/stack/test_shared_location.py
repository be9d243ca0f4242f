"""A shared position: the nearest sites at once, used and never kept."""

from __future__ import annotations

import uuid

import pytest
import requests

from tests.stack.test_personal_data_stays_in_the_vault import stored_bytes
from tests.support.stack import Stack

pytestmark = pytest.mark.stack


def test_the_nearest_sites_of_a_shared_position(stack: Stack) -> None:
    sender = uuid.uuid4().hex
    stack.say(sender, "哪里可以做核酸")
    answer = requests.post(
        f"{stack.service('bot').url}/webhooks/rest/webhook",
        json={"sender": sender, "location": {"lat": 30.657312, "lon": 104.065741}},
        timeout=60,
    )
    said = "\n".join(str(m.get("text")) for m in answer.json())
    assert "离您的位置最近的检测点" in said
    assert "公里" in said or "米" in said
    kept = [name for name, raw in stored_bytes(stack.folder, skip=("backend",)) if b"30.657312" in raw]
    assert not kept
    again = "\n".join(str(m.get("text")) for m in stack.say(sender, "有没有24小时的"))
    assert "24小时" in again
