"""Rasa's way to answer on channels that show a turn as a whole: gather its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.message import Button, OutboundMessage

Sign = Callable[[str, str], str]


class TurnOutput(OutputChannel):
    """Collects the answers of one turn.

    They are shown when Rasa has saved the turn: nothing is said that is not on record, and a turn that is cut off
    by a crash is played again as a whole. With ``allowed`` they are shown only when it says so at that moment: the
    conversation may have gone to a person meanwhile.
    """

    def __init__(self, sign: Sign | None = None) -> None:
        """Sign buttons with ``sign(conversation_id, payload)``; None when they arrive signed."""
        self._sign = sign
        self.messages: list[OutboundMessage] = []
        self.allowed: Callable[[Any], bool] | None = None

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one of Rasa's responses as one message: its words, choices, picture and JSON belong together."""
        buttons = message.get("quick_replies") or message.get("buttons") or ()
        self._take(
            recipient_id,
            text=message.get("text"),
            buttons=buttons,
            image=message.get("image") or message.get("attachment"),
            custom=message.get("custom"),
            about=message.get("about"),
        )

    async def send_text_message(self, recipient_id: str, text: str, **_: Any) -> None:
        """Take words."""
        self._take(recipient_id, text=text)

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **_: Any
    ) -> None:
        """Take words and choices."""
        self._take(recipient_id, text=text, buttons=buttons)

    async def send_image_url(self, recipient_id: str, image: str, **_: Any) -> None:
        """Take the address of a picture."""
        self._take(recipient_id, image=image)

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **_: Any) -> None:
        """Take JSON for the page itself; see ``docs/page.md``."""
        self._take(recipient_id, custom=json_message)

    def _take(
        self,
        recipient_id: str,
        *,
        text: str | None = None,
        buttons: Any = (),
        image: str | None = None,
        custom: dict[str, Any] | None = None,
        about: str | None = None,
    ) -> None:
        choices = tuple(Button(b["title"], self._target(recipient_id, b)) for b in buttons)
        self.messages.append(OutboundMessage(text, choices, image, custom or None, about))

    def _target(self, recipient_id: str, button: dict[str, Any]) -> str:
        """Return what a button does: the address it opens, or its payload, signed."""
        if button.get("type") == "web_url":
            return str(button.get("url") or button.get("payload") or "")
        payload = str(button.get("payload") or button["title"])
        if self._sign is None or payload.startswith("~"):
            return payload
        return self._sign(recipient_id, payload)
