"""Words of the agents' page for topics, groups, facts and forms (`labels.yml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml


def topics() -> dict[str, str]:
    """Return the word for each intent of the assistant."""
    return _labels()["topics"]


def groups() -> dict[str, str]:
    """Return the word for each skill to which a chat can be handed on."""
    return _labels()["groups"]


def facts() -> dict[str, str]:
    """Return the label for each understood fact of a hand-over."""
    return _labels()["facts"]


def forms() -> dict[str, str]:
    """Return what each form of the assistant is about."""
    return _labels()["forms"]


@lru_cache(maxsize=1)
def _labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    )
    return found
