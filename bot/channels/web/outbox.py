"""The one door out: everything the page shows has been appended here first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bot.channels.web.hub import Hub
from bot.channels.web.rendering import clean
from bot.channels.web.store import Allowed, Draft, MessageStore, Sender, Stored
from bot.message import Button, OutboundMessage

_ADDRESS: Final = re.compile(r"(tel:[0-9-]+|https?://\S+|/media/med_[a-z2-7]{26})")


class Outbox:
    """Appends to conversations and tells the pages that show them."""

    def __init__(self, store: MessageStore, hub: Hub) -> None:
        """Keep messages in ``store``; wake pages up through ``hub``."""
        self._store = store
        self._hub = hub

    async def push(
        self,
        conversation_id: str,
        message: OutboundMessage,
        sender: Sender = "assistant",
        name: str | None = None,
    ) -> Stored | None:
        """Say ``message`` now or, when nobody looks, as soon as the page is open again.

        Buttons must carry signed payloads. A message with a ``name`` is said once in its conversation. Returns None
        when nothing was said.
        """
        drafts = [replace(draft, client_id=name) for draft in answers([message], sender)]
        stored = await self.append(conversation_id, drafts)
        return stored[0] if stored else None

    async def append(
        self, conversation_id: str, drafts: Sequence[Draft], allowed: Allowed | None = None
    ) -> list[Stored]:
        """Append ``drafts`` together and show them; see :meth:`MessageStore.append`."""
        stored = await self._store.append(conversation_id, drafts, allowed)
        for message in stored:
            self.show(conversation_id, message.frame())
        return stored

    def show(self, conversation_id: str, frame: dict[str, Any]) -> None:
        """Send something that is not kept (typing, a refusal) to the pages that are open."""
        self._hub.publish(conversation_id, frame)


def answers(messages: Sequence[OutboundMessage], sender: Sender = "assistant") -> list[Draft]:
    """Return ``messages`` as drafts, without those that say nothing."""
    bodies = (_body(message) for message in messages)
    return [Draft(sender, body) for body in bodies if body]


def _body(message: OutboundMessage) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if message.text and message.text.strip():
        body["text"] = clean(message.text.strip())
    if message.buttons:
        body["buttons"] = [_button(button) for button in message.buttons]
    if message.image:
        body["image"] = message.image
    if message.custom:
        body["custom"] = message.custom
    return body


def _button(button: Button) -> dict[str, str]:
    opens = _ADDRESS.fullmatch(button.payload) is not None
    return {"title": clean(button.title), ("url" if opens else "payload"): button.payload}
