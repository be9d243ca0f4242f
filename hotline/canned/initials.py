"""Pinyin initials of a title, so that `/qsd` finds 请稍等."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=4096)
def initials_of(title: str) -> str:
    """Return the first letter of each character's reading; letters and digits stay: `核酸24小时` gives `hs24xs`."""
    letters = "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii())
