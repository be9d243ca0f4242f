"""Replacing personal data: by tokens with a vault, for good without, by stars for readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from privacy.finding import Finding
from privacy.folding import fold_width
from privacy.kinds import Kind
from privacy.names import family_name
from privacy.recognise import find

_LOOK_ALIKE: Final = re.compile(
    r"[<＜〈《﹤]\s{0,3}(ID|PASSPORT|PERMIT|PHONE|NAME|OTP|GEO|SESSION|CODE|SHIFT|JOIN)\s{0,3}[#﹟]",
    re.IGNORECASE,
)
_LONG: Final = 8


class Keeps(Protocol):
    """What a masker needs of a vault."""

    def put(self, conversation_id: str, kind: Kind, value: str) -> str:
        """Keep ``value`` and return its token."""


@dataclass(frozen=True)
class Masked:
    """A text without personal data.

    Attributes:
        text: tokens stand where the data stood.
        tokens: the tokens, in the order of the text.
        invalid: those of them whose value cannot be right (check character, length).
    """

    text: str
    tokens: tuple[str, ...] = ()
    invalid: frozenset[str] = frozenset()


class Masker:
    """Puts what it finds into a vault and tokens in its place."""

    def __init__(self, vault: Keeps) -> None:
        """Use ``vault`` for every value found."""
        self._vault = vault

    def mask(self, text: str, conversation_id: str, expects: str | None = None) -> Masked:
        """Replace what :func:`privacy.recognise.find` finds; a typed look-alike of a token is broken up."""
        safe = neutralise(text)
        findings = find(safe, expects)
        tokens = [self._vault.put(conversation_id, f.kind, f.value) for f in findings]
        waiting = iter(tokens)
        masked = _replaced(safe, findings, lambda _finding: next(waiting))
        wrong = frozenset(t for t, f in zip(tokens, findings, strict=True) if not f.valid)
        return Masked(masked, tuple(tokens), wrong)


def neutralise(text: str) -> str:
    """Break up what looks like a token, in any width: only the assistant writes tokens."""
    flat = fold_width(text)
    if "#" not in flat and "﹟" not in flat:
        return text
    pieces: list[str] = []
    done = 0
    for match in _LOOK_ALIKE.finditer(flat):
        pieces += [text[done : match.start()], "＜", text[match.start() + 1 : match.end() - 1], "-"]
        done = match.end()
    return "".join(pieces) + text[done:]


def scrub(text: str) -> str:
    """Replace personal data for good: ``<PHONE>``. Tokens stay as they are. For places without a vault."""
    return _replaced(text, find(text), lambda finding: f"<{finding.kind}>")


def mask_value(kind: Kind, value: str) -> str:
    """Return ``value`` as a person may see it on a screen (``138****5678``, ``张*``, ``51**************4X``).

    Numbers of documents show two characters at either end: birth date and region would tell too much.
    Codes, places and sessions show nothing.
    """
    if kind == "PHONE":
        return (
            value[:3] + "*" * max(4, len(value) - 7) + value[-4:]
            if len(value) > _LONG
            else _stars(value, 0, 2)
        )
    if kind == "NAME":
        return _mask_name(value)
    if kind in ("OTP", "GEO", "SESSION", "CODE", "SHIFT", "JOIN"):
        return "****"
    return _stars(value, 2, 2) if len(value) > _LONG else _stars(value, 1, 1)


def _mask_name(value: str) -> str:
    if value.isascii():
        return " ".join(word[:1] + "*" * max(1, len(word) - 1) for word in value.split())
    shown = len(family_name(value)) or 1
    return value[:shown] + "*" * max(1, len(value) - shown)


def _stars(value: str, left: int, right: int) -> str:
    if len(value) <= left + right:
        return "*" * len(value)
    return value[:left] + "*" * (len(value) - left - right) + value[len(value) - right :]


def _replaced(text: str, findings: list[Finding], word: Callable[[Finding], str]) -> str:
    pieces: list[str] = []
    done = 0
    for finding in findings:
        pieces += [text[done : finding.start], word(finding)]
        done = finding.end
    return "".join(pieces) + text[done:]
