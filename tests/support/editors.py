"""The demonstration's editor and reviewer at the desk of a running product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from privacy.secrets import SecretStore
from tests.hotline.conftest import Agent
from tests.support.stack import Stack

#: Presses of a button while a busy machine still reckons.
PATIENCE = 6
EDITOR, REVIEWER = "E001", "R001"


def entry(**changed: str) -> dict[str, Any]:
    """What an editor types for an entry that nothing else answers."""
    question = "天府健康通的吉祥物叫什么名字"
    return {
        "id": "mascot",
        "topic": "usage_venues",
        "question": question,
        "variants": "健康通吉祥物是啥\n吉祥物叫什么\n天府健康通有吉祥物没得\n健康码的吉祥物名字\nwhat is the mascot",
        "answer.plain": "吉祥物叫“康康”，您在首页能看到它。",
        "answer.detail": "首页右上角就是它。",
        "answer.elderly": "它叫康康。",
        "answer.english": "The mascot is called Kangkang.",
        "intents": "ask_policy",
        "region": "510000",
        "valid_from": "2022-01-01",
        "source.name": "某某发布",
        "source.url": "https://example.org/mascot",
        "source.trust": "O",
        "owner": "省级知识编辑组",
        "press": "submit",
        **changed,
    }


class Editors:
    """Writes and reviews through the pages, as people do."""

    def __init__(self, product: Stack) -> None:
        """Log both in."""
        self._password = SecretStore(product.folder / "secrets").text("desk_password")
        self._url = product.service("desk").url
        self.editor, self.reviewer = self._log_in(EDITOR), self._log_in(REVIEWER)

    def _log_in(self, number: str) -> Agent:
        agent = Agent(self._url)
        answer = agent.log_in(number, self._password)
        assert answer.ok, answer.text[:500]
        return agent

    def submit_new(self, typed: Mapping[str, Any]) -> None:
        """Write a new entry and hand it to the reviewers."""
        page = self.editor.press(self.editor.get("/knowledge/new"), "/knowledge/new", dict(typed))
        assert page.url.endswith("?done=submitted"), page.text

    def submit_change(self, entry_id: str, **typed: str) -> None:
        """Write the next version of an entry and hand it to the reviewers."""
        path = f"/knowledge/entries/{entry_id}/edit"
        page = self.editor.press(self.editor.get(path), path, {**typed, "press": "submit"})
        assert page.url.endswith("?done=submitted"), page.text

    def publish(self, entry_id: str) -> requests.Response:
        """Publish what is in review, also where test questions speak against it: it is not for people to stay."""
        path, pressed = f"/knowledge/entries/{entry_id}/moves", {"to": "publish"}
        answer = self._move(self.reviewer, entry_id, "publish")
        for _ in range(PATIENCE):
            if answer.ok:
                break
            if answer.status_code == requests.codes.conflict:
                pressed["override"] = "只为检验，马上下线。"
            answer = self.reviewer.press(answer, path, pressed)
        return answer

    def withdraw(self, entry_id: str, reason: str) -> requests.Response:
        """Take an entry away at once."""
        return self._move(self.reviewer, entry_id, "withdraw", comment=reason)

    def _move(self, agent: Agent, entry_id: str, to: str, **typed: str) -> requests.Response:
        path = f"/knowledge/entries/{entry_id}"
        return agent.press(agent.get(path), f"{path}/moves", {"to": to, **typed})
