"""Codes that join two conversations: short, read over a shoulder without harm, typed on any keyboard."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Final

from privacy.finding import Finding
from privacy.folding import fold_width

#: No 0 and O, no 1, I and L: read out or written down, each can only be itself.
ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH: Final = 6
_ONE: Final = f"[{ALPHABET}{ALPHABET.lower()}]"
_WHOLE: Final = rf"(?<![A-Za-z0-9#-])({_ONE}{{6}})(?![A-Za-z0-9-])"
_ALONE: Final = re.compile(_WHOLE)
_SAID: Final = re.compile(
    r"(?:关联码|關聯碼|连接码|連接碼|绑定码|(?:join(?:ing)?|link(?:ing)?|pairing) code)"
    rf"[^A-Za-z0-9\n<#]{{0,6}}(?:is )?({_ONE}{{6}}|{_ONE}{{3}}[ ·.-]{_ONE}{{3}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def make_code() -> str:
    """Return a new code; it has a digit and a letter, so that it never looks like a word or a number."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if _is_mixed(code):
            return code


def read_code(text: str) -> str | None:
    """Return the code in what was typed, as it was given out; None when there is none."""
    return next((finding.value for finding in find_codes(fold_width(text), asked=True)), None)


def find_codes(flat: str, *, asked: bool) -> Iterator[Finding]:
    """Yield the codes in a text of plain width: those introduced as such; with ``asked`` also one that stands alone."""
    for pattern in (_SAID, _ALONE) if asked else (_SAID,):
        for match in pattern.finditer(flat):
            code = re.sub(r"[^A-Za-z0-9]", "", match.group(1)).upper()
            if _is_mixed(code):
                yield Finding(*match.span(1), "JOIN", code)


def _is_mixed(code: str) -> bool:
    return any(c.isdigit() for c in code) and not code.isdigit()
