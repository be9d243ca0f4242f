"""Whether somebody asks how a thing is done, or wants it done."""

from __future__ import annotations

import re

from actions.turn import Turn

_HOW = re.compile(
    r"怎么|如何|咋个?|啷个|多久|几天|好久|哪里|哪儿|在哪|要什么|需要什么|哪些|什么|多少|几个|可以.*吗|能.*吗|能不能|可不可以|吗[?？]?$"
    r"|\b(?:how|where|what|which|can i|may i|is it|do i|does)\b",
    re.IGNORECASE,
)
_DO = re.compile(
    r"帮我|帮忙|给我办|替我|我要|我想|想要|现在就|马上|please|i want|i need to|i'd like|help me",
    re.IGNORECASE,
)


def asks_how(turn: Turn) -> bool:
    """Whether the words ask for an explanation; a tapped choice never does."""
    if turn.text.startswith("/") or turn.first("choice") is not None:
        return False
    return bool(_HOW.search(turn.text)) and not (_DO.search(turn.text) and not _asks_how_plainly(turn.text))


def _asks_how_plainly(text: str) -> bool:
    return bool(re.search(r"怎么|如何|咋|啷个|\bhow\b", text, re.IGNORECASE))


def chosen(turn: Turn, name: str) -> str | None:
    """The value of a tapped choice ``name=value``; None when another or none was tapped."""
    tapped = turn.first("choice")
    if tapped is None:
        return None
    field, _, value = tapped.value.partition("=")
    return value if field == name else None
