"""The kinds of personal data that are replaced by tokens, and what a token looks like."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final, Literal, get_args

Kind = Literal["ID", "PASSPORT", "PERMIT", "PHONE", "NAME", "OTP", "GEO", "SESSION", "CODE", "SHIFT", "JOIN"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

TOKEN: Final = re.compile(r"<(ID|PASSPORT|PERMIT|PHONE|NAME|OTP|GEO|SESSION|CODE|SHIFT|JOIN)#[a-z2-7]{8}>")
"""A token in text, e.g. ``<ID#k7m2q9xa>``; group 1 is the kind."""

LIFETIMES: Final[dict[Kind, timedelta]] = {
    "ID": timedelta(days=30),
    "PASSPORT": timedelta(days=30),
    "PERMIT": timedelta(days=30),
    "PHONE": timedelta(days=30),
    "NAME": timedelta(days=30),
    "OTP": timedelta(hours=1),
    "GEO": timedelta(hours=1),
    "SESSION": timedelta(minutes=30),
    "CODE": timedelta(hours=1),
    "SHIFT": timedelta(hours=8),
    "JOIN": timedelta(hours=1),
}
"""How long the vault keeps a value of each kind (GB/T 35273-2020, 6.1: the shortest time that serves)."""


def kind_of(token: str) -> Kind | None:
    """Return the kind named in ``token``, or None when it is not a token as a whole."""
    match = TOKEN.fullmatch(token)
    return None if match is None else next(kind for kind in KINDS if kind == match.group(1))
