"""A person of the desk over HTTP, as an agent's page would be: logs in, is there, takes chats, speaks."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import requests

from tests.support.stack import Stack

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Refused(Exception):  # noqa: N818 - the desk's answer, not a failure of the test
    """The desk did not take a move; `problem` is its document."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("code")))
        self.problem = problem


class DeskAgent:
    """An agent with a page open.

    Args:
        url: the desk.
        number: work number.
        password: of the account.
    """

    def __init__(self, url: str, number: str, password: str) -> None:
        self.url = url
        self.number = number
        self._http = requests.Session()
        token = self._token("/login")
        typed = {"work_number": number, "password": password, "form_token": token}
        answer = self._http.post(f"{url}/login", data=typed, timeout=20, allow_redirects=False)
        assert answer.status_code == 303, answer.status_code
        self._http.headers["X-Form-Token"] = self._token("/profile")

    @classmethod
    def of(cls, stack: Stack, number: str = "A001") -> DeskAgent:
        """An agent of a running product's demonstration."""
        password = (stack.folder / "secrets" / "desk_password").read_text().strip()
        return cls(stack.service("desk").url, number, password)

    @property
    def cookies(self) -> dict[str, str]:
        """The browser's cookies."""
        return dict(self._http.cookies)

    @property
    def form_token(self) -> str:
        """What each post carries."""
        return str(self._http.headers["X-Form-Token"])

    def here(self, state: str = "online") -> None:
        """Say that the page is open."""
        self._post("/desk/chats/here", {"state": state})

    def left(self) -> None:
        """Close the page for today."""
        self._post("/desk/chats/left", {})

    def snapshot(self) -> dict[str, Any]:
        """Everything under way."""
        return self._get("/desk/chats")

    def dossier(self, chat_id: str) -> dict[str, Any]:
        """All about a chat."""
        return self._get(f"/desk/chats/{chat_id}")

    def feed(self, after: int, *, wait: bool = False) -> list[dict[str, Any]]:
        """Events of all chats after a number."""
        found: list[dict[str, Any]] = self._get(f"/desk/chats/feed?after={after}&wait={int(wait)}")["events"]
        return found

    def watched(self, conversation_id: str) -> dict[str, Any]:
        """A talk with the assistant, as the desk may read it."""
        return self._get(f"/desk/assistant/{conversation_id}")

    def take_from_assistant(self, conversation_id: str) -> dict[str, Any]:
        """Take a talk from the assistant."""
        return self._post(f"/desk/assistant/{conversation_id}/take", {})

    def chat_of(self, conversation_id: str) -> dict[str, Any]:
        """The chat of a conversation that waits or is under way."""
        found = self.snapshot()
        chats = [*found["queue"], *found["under_way"]]
        mine = [chat for chat in chats if chat["conversation_id"] == conversation_id]
        assert mine, f"no chat of {conversation_id}"
        return dict(mine[-1])

    def move(self, chat: dict[str, Any], move: str, **more: Any) -> dict[str, Any]:
        """Make a move on a chat as it was seen."""
        return self._post(
            f"/desk/chats/{chat['chat_id']}/moves", {"move": move, "version": chat["version"], **more}
        )

    def ends_all(self) -> None:
        """End every chat that waits or is this agent's."""
        found = self.snapshot()
        for chat in (*found["under_way"], *found["queue"]):
            if chat["owner"] == "queued":
                chat = self.move(chat, "take")  # noqa: PLW2901 - the same chat, as it is now
            if chat["agent"] == self.number and chat["state"] == "active":
                chat = self.move(chat, "wrap_up")  # noqa: PLW2901
            if chat["agent"] == self.number and chat["state"] == "wrap_up":
                self.move(chat, "finish")

    def say(self, chat: dict[str, Any], text: str, client_id: str | None = None) -> dict[str, Any]:
        """Say something to the citizen."""
        body = {"text": text, "version": chat["version"], "id": client_id or uuid.uuid4().hex}
        return self._post(f"/desk/chats/{chat['chat_id']}/messages", body)

    def cases(self, chat: dict[str, Any]) -> dict[str, Any]:
        """What the column shows of work orders and appeals."""
        return self._get(f"/desk/live/chats/{chat['chat_id']}/cases")

    def background(self, chat: dict[str, Any]) -> dict[str, Any]:
        """What the column shows of the chat itself."""
        return self._get(f"/desk/live/chats/{chat['chat_id']}")

    def look_at_code(self, chat: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Look how the citizen's code follows, with a purpose and a reason."""
        stated = {"whose": "self", "purpose": "chat_explain", "note": "说明还差几次核酸"}
        return self._post(f"/desk/live/chats/{chat['chat_id']}/looks", {**stated, **changes})

    def words(self, chat: dict[str, Any]) -> list[str]:
        """What was said in a chat, by anybody."""
        events = self.dossier(chat["chat_id"])["events"]
        return [event["body"]["text"] for event in events if "text" in event["body"]]

    def _get(self, path: str) -> dict[str, Any]:
        return self._read(self._http.get(self.url + path, timeout=30))

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._read(self._http.post(self.url + path, json=body, timeout=30))

    def _token(self, path: str) -> str:
        match = _TOKEN.search(self._http.get(self.url + path, timeout=20).text)
        assert match is not None, f"no form on {path}"
        return match.group(1)

    @staticmethod
    def _read(answer: requests.Response) -> dict[str, Any]:
        body: dict[str, Any] = answer.json()
        if answer.status_code >= 400:
            raise Refused(body)
        return body


def soon(look: Callable[[], Any], limit: float = 20.0) -> Any:
    """Look until there is something to see; what goes between processes takes a moment."""
    end = time.monotonic() + limit
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return found
