"""The bot's signed door (``bot/internal.py``): the action server has no store of conversations."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import requests

_TIME_LIMIT = 10.0


@dataclass(frozen=True)
class BotDoor:
    """The bot's signed door for the history and the unfinished forms of a conversation.

    Attributes:
        url: the bot's address.
        secret: the installation's ``bot_internal``.
    """

    url: str
    secret: bytes

    def history(self, conversation_id: str) -> list[dict[str, Any]] | None:
        """What was said, as far as it is kept; None when the bot does not answer."""
        said = self._ask("history", conversation_id)
        return None if said is None else list(said["said"])

    def drafts(self, conversation_id: str) -> dict[str, Any]:
        """The unfinished forms of a conversation, as its slot holds them; none when the bot does not answer."""
        held = self._ask("drafts", conversation_id)
        return {} if held is None else dict(held["drafts"])

    def _ask(self, what: str, conversation_id: str) -> dict[str, Any] | None:
        body = json.dumps({"conversation_id": conversation_id}).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(self.secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Signature": f"{stamp}.{signature}", "Content-Type": "application/json"}
        try:
            answer = requests.post(
                f"{self.url}/internal/{what}", data=body, headers=headers, timeout=_TIME_LIMIT
            )
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError, TypeError):
            return None
