"""Numbers of identity documents: which are well formed, and what is wrong with those that are not.

Sources: GB 11643-1999 (18 digits, ISO 7064 MOD 11-2 check character), GB/T 2260 (regions), the rules on
residence permits of Hong Kong (81), Macau (82) and Taiwan residents (83) of 2018, and on the foreign
permanent resident card of 2023 (18 digits, first digit 9; National Immigration Administration, 2023-09-15). The
15-digit number of the first card has no check character. The older permanent resident card has three letters and
twelve digits; how its last digit is computed is not published, so it is not checked. Passports: ICAO Doc 9303-4
gives the number nine places in the machine-readable zone.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

from privacy.regions import existed

IdentityFault = Literal["length", "characters", "region", "birth_date", "check_character"]
DocumentFault = IdentityFault | Literal["format"]
DocumentKind = Literal[
    "id_card", "passport", "hk_macao_permit", "taiwan_permit", "permanent_residence", "residence_permit"
]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_REGIONS: Final = frozenset(
    f"{code}"
    for span in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(span[0], span[1] + 1)
)
_SHAPE: Final = re.compile(r"\d{17}[\dX]|\d{15}")
_OLDEST: Final = 1880
_CARD: Final = re.compile(r"\d{17}[\dX]")
_OLD_FOREIGN_CARD: Final = re.compile(r"[A-Z]{3}\d{12}")
_SHAPES: Final[dict[str, re.Pattern[str]]] = {
    "hk_macao_permit": re.compile(r"[HM]\d{8}(?:\d{2})?"),
    "taiwan_permit": re.compile(r"\d{8}|\d{10}[A-Z]?"),
    "passport": re.compile(r"(?=(?:[A-Z]*\d){2})[A-Z0-9]{5,9}"),
}
#: Kinds that are read by their Latin name.
LATIN_KINDS: Final = frozenset({"passport", "permanent_residence"})
#: A name as kept: longer than the 39 places of ICAO Doc 9303-4, which abbreviates.
LONGEST_NAME: Final = 80
_LATIN_NAME: Final = re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+)*\.?")
_HAN_CHARACTER: Final = "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"
_HAN: Final = re.compile(_HAN_CHARACTER)
_HAN_NAME: Final = re.compile(f"{_HAN_CHARACTER}+(?:[·•・]{_HAN_CHARACTER}+)*")


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


def document_fault(kind: str, number: str, today: date | None = None) -> DocumentFault | None:
    """Return what is wrong with the number of a document of this kind, or None when nothing is.

    Args:
        kind: a ``DocumentKind``.
        number: canonical: half-width, upper case, no blanks.
        today: a birth date after this day is wrong; not looked at when None.
    """
    if kind in _SHAPES:
        return None if _SHAPES[kind].fullmatch(number) else "format"
    if kind == "permanent_residence" and _OLD_FOREIGN_CARD.fullmatch(number):
        return None if birth_date(kind, number, today) else "birth_date"
    return _card_fault(kind, number, today)


def _card_fault(kind: str, number: str, today: date | None) -> DocumentFault | None:
    if len(number) != 18:  # noqa: PLR2004
        return "length"
    fault = identity_fault(number, today)
    if fault is not None:
        return fault
    if (is_foreign_card(number), is_residence_permit(number)) != (
        kind == "permanent_residence",
        kind == "residence_permit",
    ):
        return "region"
    if kind != "permanent_residence" and not existed(number[:6], int(number[6:10])):
        return "region"
    return None


def kind_of_card(number: str) -> DocumentKind | None:
    """Return the kind an eighteen-character number can only be; None for other numbers."""
    if not _CARD.fullmatch(number):
        return None
    if is_foreign_card(number):
        return "permanent_residence"
    return "residence_permit" if is_residence_permit(number) else "id_card"


def birth_date(kind: str, number: str, today: date | None = None) -> date | None:
    """Return the birth date a number tells; None when it tells none, or one that cannot be.

    Of the two centuries a date with two digits for the year may mean, the later one that is not after ``today``.
    """
    if kind_of_card(number) is not None and kind not in _SHAPES:
        return _birth_date(number)
    if kind != "permanent_residence" or not _OLD_FOREIGN_CARD.fullmatch(number):
        return None
    year, month, day = int(number[7:9]), int(number[9:11]), int(number[11:13])
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if today is None or born <= today:
            return born
    return None


def age(born: date, today: date) -> int:
    """Return full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def name_fault(kind: str, name: str) -> Literal["letters", "length"] | None:
    """Return what is wrong with a name for a document of this kind, or None when nothing is.

    Passports and foreign residents' cards are read by the Latin name, whatever other name stands beside it; single
    names, hyphens and apostrophes are as good as any.
    """
    if not 2 <= len(name) <= LONGEST_NAME:  # noqa: PLR2004
        return "length"
    if kind in LATIN_KINDS:
        return None if _LATIN_NAME.fullmatch(name) and not _HAN.search(name) else "letters"
    return None if _HAN_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name) else "letters"


def canonical_name(kind: str, name: str) -> str:
    """Return a name as documents of this kind write it: Latin names in capitals, in the document's own order."""
    return " ".join(name.split()).upper() if _LATIN_NAME.fullmatch(name) else name
