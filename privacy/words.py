"""The word lists of recognition: files in ``words/``, blanks between words, ``#`` before notes."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of the list called ``name``."""
    path = Path(__file__).with_name("words") / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
