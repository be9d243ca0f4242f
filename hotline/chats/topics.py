"""Which skill fits what a chat is about (`topics.yml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _skills() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return found


def skill_of(intent: str) -> str:
    """Return the skill for an intent; the intent itself when none is named."""
    return _skills().get(intent, intent)


def topics() -> tuple[str, ...]:
    """Return every skill an intent may ask for, in the order of the file."""
    return tuple(dict.fromkeys(_skills().values()))
