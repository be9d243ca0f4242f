"""Numbers of identity documents: which are well formed, and what is wrong with those that are not.

Sources: GB 11643-1999 (18 digits, ISO 7064 MOD 11-2 check character), GB/T 2260 (regions), the rules on
residence permits of Hong Kong (81), Macau (82) and Taiwan residents (83) of 2018, and on the foreign
permanent resident card of 2023 (18 digits, first digit 9). The 15-digit number of the first card has no
check character.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

IdentityFault = Literal["length", "characters", "region", "birth_date", "check_character"]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_REGIONS: Final = frozenset(
    f"{code}"
    for span in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(span[0], span[1] + 1)
)
_SHAPE: Final = re.compile(r"\d{17}[\dX]|\d{15}")
_OLDEST: Final = 1880


def check_character(first_seventeen: str) -> str:
    """Return the last character that belongs to the first seventeen digits (GB 11643, MOD 11-2)."""
    return _CHECK[sum(int(d) * w for d, w in zip(first_seventeen, _WEIGHTS, strict=True)) % 11]


def identity_fault(number: str, today: date | None = None) -> IdentityFault | None:
    """Return what is wrong with an identity card number, or None when nothing is.

    Args:
        number: canonical: half-width, no blanks, X in upper case.
        today: a birth date after this day is wrong; not looked at when None.
    """
    if len(number) not in (15, 18):
        return "length"
    if not _SHAPE.fullmatch(number):
        return "characters"
    if number[:2] not in _REGIONS and not is_foreign_card(number):
        return "region"
    born = _birth_date(number)
    if born is None or (today is not None and born > today):
        return "birth_date"
    if len(number) == 18 and check_character(number[:17]) != number[17]:  # noqa: PLR2004
        return "check_character"
    return None


def is_foreign_card(number: str) -> bool:
    """Tell whether this is shaped like a foreign resident's number of 2023: 9, region, country, birth."""
    return len(number) == 18 and number[0] == "9" and number[1:3] in _REGIONS  # noqa: PLR2004


def is_residence_permit(number: str) -> bool:
    """Tell whether this is a residence permit of a Hong Kong (81), Macau (82) or Taiwan (83) resident."""
    return number[:2] in ("81", "82", "83")


def is_minor(number: str, today: date, age: int) -> bool:
    """Tell whether the holder of a well-formed identity card number is younger than ``age`` full years on ``today``."""
    born = _birth_date(number)
    if born is None:
        return False
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (0 if had_birthday else 1) < age


def _birth_date(number: str) -> date | None:
    if len(number) == 15:  # noqa: PLR2004
        year, month, day = 1900 + int(number[6:8]), int(number[8:10]), int(number[10:12])
    else:
        year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if year < _OLDEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
