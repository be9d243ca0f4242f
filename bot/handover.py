"""An identity handed over by a front end: its token is kept in the vault, and only named to the assistant.

The token is the platform's (``h1.…``, five minutes, once, for one conversation). Here it is recognised, not
trusted: the platform judges it when it is redeemed, after the person's consent.
"""

from __future__ import annotations

import json
import re
from typing import Final

from privacy.masking import Keeps

_TOKEN: Final = re.compile(r"\s*(h1\.[A-Za-z0-9_-]{20,600}\.[0-9a-f]{64})\s*", re.ASCII)


def handed_over(text: str) -> str | None:
    """Return the token that a message consists of; None for any other message."""
    match = _TOKEN.fullmatch(text)
    return None if match is None else match.group(1)


def payload(vault: Keeps, conversation_id: str, token: str) -> str:
    """Keep ``token`` and return what the assistant is told."""
    kept = vault.put(conversation_id, "SESSION", token)
    return f"/inform{json.dumps({'choice': f'handover={kept}'})}"
