"""Which region lies in which, told from adcodes alone."""

from __future__ import annotations

_PROVINCE_TAIL = "0000"
_PREFECTURE_TAIL = "00"
_COUNTY_DIGITS = 6  # townships have nine, functional zones an F before six


def prefix(adcode: str) -> str:
    """The digits every place inside `adcode` begins with: 510000 → 51, 510100 → 5101, 510107 → 510107."""
    if len(adcode) > _COUNTY_DIGITS:
        return adcode
    if adcode.endswith(_PROVINCE_TAIL):
        return adcode[:2]
    if adcode.endswith(_PREFECTURE_TAIL):
        return adcode[:4]
    return adcode


def covers(region: str, place: str) -> bool:
    """Whether a rule of `region` holds at `place`."""
    return place.startswith(prefix(region)) or place.removeprefix("F").startswith(prefix(region))


def is_province(region: str) -> bool:
    """Whether the adcode is that of a whole province."""
    return len(prefix(region)) == len("51")
