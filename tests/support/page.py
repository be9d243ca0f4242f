"""A person at the page, without a browser: sends each message until it is answered, as the page does."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.support.stack import Stack

_PATIENCE = 60.0


@dataclass
class PagePerson:
    """One conversation on the page.

    Attributes:
        stack: the running product.
        messages: everything in the conversation, in order.
    """

    stack: Stack
    messages: list[dict[str, Any]] = field(default_factory=list)
    _session: dict[str, Any] = field(default_factory=dict)

    @property
    def conversation_id(self) -> str:
        """The conversation's id, as the platform knows it."""
        return str(self._session["conversation_id"])

    def send(self, text: str = "", *, tap: str | None = None) -> str:
        """Say something or tap a choice; returns the words of the answer.

        A message that is not answered (the process was killed) is sent again under the same id.
        """
        message = {"type": "message", "id": uuid.uuid4().hex, "kind": "text", "text": text}
        if tap is not None:
            message.update(kind="payload", text=self.choices()[tap], title=tap)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                self._post("/chat/messages", json=message)
                if self._answered(message["id"]):
                    return self.text()
            except requests.HTTPError as error:
                if error.response.status_code != requests.codes.too_many_requests:
                    raise
                time.sleep(float(error.response.headers.get("Retry-After", 1)))
            except requests.RequestException:
                self.stack.ensure_running()
        raise TimeoutError(f"no answer to {text or tap!r}")

    def tell(self, text: str) -> str:
        """Say something that a person answers, or nobody: returns its id when the bot has it for good."""
        client_id = uuid.uuid4().hex
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                message = {"type": "message", "id": client_id, "kind": "text", "text": text}
                self._post("/chat/messages", json=message)
                self.look()
                if any(m.get("client_id") == client_id for m in self.messages):
                    return client_id
                time.sleep(0.2)
            except requests.RequestException:
                self.stack.ensure_running()
        raise TimeoutError(f"not taken: {text!r}")

    def look(self) -> list[dict[str, Any]]:
        """Fetch what is new; returns all messages."""
        after = self.messages[-1]["seq"] if self.messages else 0
        self.messages += self._get("/chat/poll", params={"after": after, "wait": 0})["messages"]
        return self.messages

    def heard(self, sender: str) -> list[str]:
        """All that ``sender`` (agent, notice, assistant) has said until now, in order."""
        return [str(m.get("text") or "") for m in self.look() if m["from"] == sender]

    def insist(self, done: Callable[[str], bool], *, tap: str = "", text: str = "") -> str:
        """Do it again until the answer is right, as a person would who is told to try again; returns the answer.

        What a test has killed is started first. Gives up after a minute.
        """
        end = time.monotonic() + _PATIENCE
        said = self.text()
        while not done(said) and time.monotonic() < end:
            self.stack.ensure_running()
            time.sleep(1)
            said = self.send(tap=tap) if tap in self.choices() else self.send(text or tap)
        return said

    def arrive(self, ticket: str) -> bool:
        """Come from a chat in WeChat, with the ticket of the sign-in; whether the page took it."""
        return bool(self._post("/chat/arrival", cookies={"jkt_arrival": ticket})["arrived"])

    def hand_over(self, token: str) -> None:
        """Bring an identity along, as a front end does."""
        if not self._session:
            self._post("/chat/forget")
        self._post("/chat/identity", json={"type": "identity", "token": token})

    def refresh(self) -> PagePerson:
        """Look whether there is something new."""
        after = self.messages[-1]["seq"] if self.messages else 0
        self.messages += self._get("/chat/poll", params={"after": after, "wait": 1})["messages"]
        return self

    def everything(self) -> str:
        """All words on the page."""
        return "\n".join(str(m.get("text") or "") for m in self.messages)

    def text(self) -> str:
        """The words of the last answer."""
        return "\n".join(str(m.get("text") or "") for m in self._last())

    def choices(self) -> dict[str, str]:
        """Choices of the last answer: title → signed payload."""
        return {
            b["title"]: b["payload"] for m in self._last() for b in m.get("buttons") or [] if "payload" in b
        }

    def _last(self) -> list[dict[str, Any]]:
        mine = max((i for i, m in enumerate(self.messages) if m["from"] == "person"), default=-1)
        return self.messages[mine + 1 :]

    def _answered(self, client_id: str) -> bool:
        """Fetch what is new for a while; whether the message and its answer are there."""
        for _ in range(20):
            after = self.messages[-1]["seq"] if self.messages else 0
            got = self._get("/chat/poll", params={"after": after, "wait": 1})
            self.messages += got["messages"]
            taken = any(m.get("client_id") == client_id for m in self.messages)
            if taken and not got["typing"] and self._last():
                return True
            self.stack.ensure_running()
        return False

    def _post(self, path: str, **more: Any) -> dict[str, Any]:
        if not self._session:
            opened = requests.post(f"{self._url()}/chat/session", timeout=10)
            opened.raise_for_status()
            self._session = opened.json()
        answer = requests.post(f"{self._url()}{path}", headers=self._headers(), timeout=60, **more)
        answer.raise_for_status()
        return dict(answer.json())

    def _get(self, path: str, **more: Any) -> dict[str, Any]:
        answer = requests.get(f"{self._url()}{path}", headers=self._headers(), timeout=60, **more)
        answer.raise_for_status()
        return dict(answer.json())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._session['token']}"}

    def _url(self) -> str:
        return self.stack.service("bot").url
