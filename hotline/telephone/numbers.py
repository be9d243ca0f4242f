"""Callers' numbers at rest: sealed for what they belong to, known again by a keyed hash, shown with stars."""

from __future__ import annotations

from typing import Final

from privacy.masking import mask_value
from privacy.sealing import Sealer

WITHHELD: Final = "未显示号码"


class Numbers:
    """Seals and opens numbers under the desk's key."""

    def __init__(self, key: bytes) -> None:
        """Use `key`, 32 bytes."""
        self._sealer = Sealer(key)

    def seal(self, number: str, owner: str) -> bytes | None:
        """Return a number sealed for what it belongs to; `None` when it is withheld."""
        return self._sealer.seal(number.encode(), f"caller {owner}") if number else None

    def open(self, sealed: bytes | None, owner: str) -> str:
        """Return what was sealed for `owner`; "" for a number that was withheld."""
        return "" if sealed is None else self._sealer.open(sealed, f"caller {owner}").decode()

    def known_by(self, number: str) -> str:
        """Return the hash by which a caller is known again; "" when the number is withheld."""
        return self._sealer.digest("caller", number) if number else ""

    def name_of(self, content: str) -> str:
        """Return the name of an event with this content."""
        return self._sealer.digest("event", content)


def starred(number: str) -> str:
    """Return a number as agents see it: 139****1234."""
    return mask_value("PHONE", number) if number else WITHHELD
