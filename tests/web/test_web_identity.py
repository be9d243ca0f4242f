"""``/chat/identity``: what a front end hands over is said once, and shown to nobody."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.web.conftest import Assistant

TOKEN = f"h1.{'a' * 40}.{'0' * 64}"


@pytest.fixture
def session(assistant: Assistant) -> dict[str, str]:
    return requests.post(f"{assistant.url}/chat/session", timeout=10).json()


def call(assistant: Assistant, session: dict[str, str], path: str, body: Any = None, **headers: str) -> Any:
    headers = {"Authorization": f"Bearer {session['token']}", **headers}
    if body is None:
        return requests.get(f"{assistant.url}{path}", headers=headers, timeout=30)
    return requests.post(f"{assistant.url}{path}", json=body, headers=headers, timeout=30)


def hand_over(assistant: Assistant, session: dict[str, str], token: Any = TOKEN, **headers: str) -> Any:
    return call(assistant, session, "/chat/identity", {"type": "identity", "token": token}, **headers)


def test_a_token_is_said_once_and_not_shown(assistant: Assistant, session: dict[str, str]) -> None:
    before = len(assistant.received())
    assert hand_over(assistant, session).status_code == 202
    shown = call(assistant, session, "/chat/poll?after=0&wait=10").json()["messages"]
    assert [message["text"] for message in shown if message["from"] == "person"] == ["[已核验的身份]"]
    assert hand_over(assistant, session).json()["type"] == "done"
    said = assistant.received()[before:]
    assert [(message["kind"], message["text"]) for message in said] == [("text", TOKEN)]


@pytest.mark.parametrize("token", ["", "我的健康码", TOKEN[:-1], "~/restart~0123456789abcdef", None, 7])
def test_what_is_no_token_is_refused(assistant: Assistant, session: dict[str, str], token: Any) -> None:
    answer = hand_over(assistant, session, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_frame")


def test_a_message_cannot_call_itself_an_identity(assistant: Assistant, session: dict[str, str]) -> None:
    body = {"type": "message", "id": "a" * 32, "kind": "identity", "text": TOKEN}
    assert call(assistant, session, "/chat/messages", body).status_code == 400


def test_only_our_page_and_its_session_hand_over(assistant: Assistant, session: dict[str, str]) -> None:
    assert hand_over(assistant, session, Origin="https://evil.example").status_code == 403
    nobody = {"token": "w1.forged"}
    assert hand_over(assistant, nobody).status_code == 401
