"""Signed button payloads: the only strings from outside that may be commands.

A button's payload goes out as ``~<payload>~<16 hex digits>``. The digits are a keyed hash over the
conversation and the payload, so a button works only in the conversation it was shown in, and nobody can
make one up.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any, Final

_SIGNED: Final = re.compile(r"~(.{1,2000})~([0-9a-f]{16})", re.DOTALL)
_MAC_LENGTH: Final = 16


class PayloadSigner:
    """Signs payloads on their way out, knows them again on their way in."""

    def __init__(self, key: bytes) -> None:
        """Use ``key``, the secret ``payload``."""
        self._key = key

    def sign(self, conversation_id: str, payload: str) -> str:
        """Return ``payload`` in the form that :meth:`verify` accepts in this conversation only."""
        return f"~{payload}~{self._mac(conversation_id, payload)}"

    def verify(self, conversation_id: str, text: str) -> str | None:
        """Return the payload, or None when ``text`` is none of ours or was meant for another conversation."""
        match = _SIGNED.fullmatch(text.strip())
        if match is None:
            return None
        payload, mac = match.groups()
        return payload if hmac.compare_digest(mac, self._mac(conversation_id, payload)) else None

    def sign_buttons(self, conversation_id: str, buttons: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return Rasa's buttons with signed payloads; one without a payload sends its title.

        A button of type ``web_url`` opens a page (or a phone, ``tel:``) and comes back to nobody: left as
        it is.
        """
        return [
            button
            if button.get("type") == "web_url"
            else {
                **button,
                "payload": self.sign(conversation_id, button.get("payload") or button.get("title", "")),
            }
            for button in buttons
        ]

    def _mac(self, conversation_id: str, payload: str) -> str:
        packed = b"".join(
            len(raw).to_bytes(4, "big") + raw
            for raw in (part.encode("utf-8", "surrogatepass") for part in (conversation_id, payload))
        )
        return hmac.new(self._key, packed, hashlib.sha256).hexdigest()[:_MAC_LENGTH]


def looks_signed(text: str) -> bool:
    """Tell whether ``text`` has the form of a signed payload, verified or not."""
    return _SIGNED.fullmatch(text.strip()) is not None
