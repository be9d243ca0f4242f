"""What follows from an errcode: the table of ``errcodes.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from bot.channels.wechat.errors import Outcome

_FILE: Final = Path(__file__).with_name("errcodes.yml")


@cache
def table() -> Mapping[int, Outcome]:
    """Return the outcome of each known errcode.

    Raises:
        ValueError: the file names an outcome that does not exist.
    """
    raw = yaml.safe_load(_FILE.read_text("utf-8"))
    return {int(code): Outcome(entry["outcome"]) for code, entry in raw.items()}


def outcome(errcode: int) -> Outcome:
    """Return what follows from ``errcode``; :attr:`Outcome.UNKNOWN` when the table does not hold it."""
    return table().get(errcode, Outcome.UNKNOWN)
