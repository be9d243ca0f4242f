"""What a text message about an event says: `data/text_messages.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("data") / "text_messages.yml"


def text_about(kind: str, language: str, *, own: bool) -> str | None:
    """Return the text about an event of `kind`; None for a kind that is not told by text.

    Args:
        kind: of the event.
        language: `zh` or `en`.
        own: whether it is about the one who is told; else about a relative.
    """
    words = _words()
    texts = words["texts"].get(kind)
    if texts is None:
        return None
    text: str = texts[language].format(whose=words["whose"]["own" if own else "family"][language])
    return text


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return words
