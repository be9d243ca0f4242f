"""Plays messages against the actions alone: topics and forms with real stores, and a platform of the test's own.

Slots and the open form follow from the events, as in Rasa; what the understanding would find is given by the test.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.base import FORMS, TOPICS
from actions.consent_texts import ConsentTexts
from actions.speech import CHINA
from privacy.consent import ConsentLedger
from privacy.joins import Joins
from privacy.media import MediaStore
from privacy.notices import Subscriptions
from privacy.vault import Vault
from wording.words import Words

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2022, 9, 5, 9, tzinfo=CHINA)


@dataclass
class Talk:
    """One conversation with the actions.

    Attributes:
        platform: what ``kit.platform.run`` calls.
        folder: where the stores lie.
        monkeypatch: puts the kit in place.
    """

    platform: Any
    folder: Path
    monkeypatch: Any
    sender: str = "talk-1"
    in_wechat: bool = False
    channel: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    loop: str | None = None
    said: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        url, key = f"sqlite:///{self.folder}/vault.sqlite3", b"v" * 32

        def clock() -> datetime:
            return datetime.now(timezone.utc)

        async def now() -> datetime:
            return NOW

        async def run(work: Any) -> Any:
            return work(self.platform)

        self.kit = SimpleNamespace(
            words=Words.load(ROOT / "data" / "responses"),
            consent_texts=ConsentTexts.load(ROOT / "data" / "privacy" / "consent.yml"),
            consent=ConsentLedger(url, clock),
            vault=Vault(url, key, clock),
            subscriptions=Subscriptions(url, key),
            joins=Joins(url, key, clock),
            media=MediaStore(url, key, clock),
            platform=SimpleNamespace(run=run),
            time=SimpleNamespace(now=now),
            in_wechat=self.in_wechat,
            **self.more,
        )
        self.monkeypatch.setattr(base, "kit", lambda: self.kit)

    def token(self, kind: Any, value: str) -> str:
        """What the privacy step would put in place of a value."""
        return self.kit.vault.put(self.sender, kind, value)

    async def say(self, text: str, intent: str = "inform", **entities: str) -> str:
        """Send one message; returns all words of the answer."""
        found = [{"entity": k, "value": v, "start": 0} for k, v in entities.items()]
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.95},
            "entities": found,
            "message_id": "m",
        }
        loop = {"name": self.loop} if self.loop else {}
        came = [{"event": "user", "input_channel": self.channel}] if self.channel else []
        tracker = Tracker(self.sender, dict(self.slots), message, came, False, None, loop, None)
        dispatcher = CollectingDispatcher()
        action = FORMS[self.loop]() if self.loop else TOPICS[intent]
        for event in await action.run(dispatcher, tracker, {}):
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                self.loop = event["name"]
        if self.slots.get("requested_slot") is None:
            self.loop = None
        self.said = dispatcher.messages
        return "\n".join(m.get("text") or "" for m in dispatcher.messages)

    @property
    def buttons(self) -> dict[str, str]:
        """Payloads of the last answer's choices by title."""
        return {b["title"]: b.get("payload") or b["url"] for m in self.said for b in m.get("buttons") or []}

    async def tap(self, title: str) -> str:
        """Press a choice of the last answer."""
        payload = self.buttons[title]
        intent, _, raw = payload[1:].partition("{")
        return await self.say(payload, intent, **(json.loads("{" + raw) if raw else {}))
