"""Departments that can be joined to a chat: codes and names of the catalogue of orders, as accounts have them, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from backend_client import PlatformClient

from .chats.model import Department
from .desk import Desk
from .errors import BadRequest

#: The desk itself, which is there already.
_DESK: Final = "desk"
_PROVINCE: Final = "510000"
#: Digits of a division, by level from the county up.
_LEVELS: Final = (6, 4, 2)
_DIGITS: Final = 6


async def near(desk: Desk, district: str, there: Iterable[str] = ()) -> list[Department]:
    """Return the offices that may be asked about something in a district (an adcode, `""`: not known).

    The nearest come first, then those of the levels above, then the departments (codes) that are `there`, wherever.

    Raises:
        PlatformError: the platform is away.
    """
    places = list(_up_from(district))
    codes = sorted(there)

    def ask(p: PlatformClient) -> list[Department]:
        found = [office for place in places for office in _offices(p, place) if ":" in office.code]
        known = {office.code for office in found}
        return found + [one for code in codes if code not in known for one in _of_code(p, code)]

    offices = await desk.platform.run(ask)
    return list({office.code: office for office in offices}.values())


async def named(desk: Desk, code: str) -> Department:
    """Return the department of a code.

    Raises:
        BadRequest: the catalogue has no such department, or it is the desk itself.
        PlatformError: the platform is away.
    """
    found = [] if code == _DESK else await desk.platform.run(lambda p: _of_code(p, code))
    if not found:
        raise BadRequest("department", "a code of the catalogue, such as cdc:510100")
    return found[0]


def _of_code(p: PlatformClient, code: str) -> list[Department]:
    division = code.partition(":")[2]
    if division and not (division.isdecimal() and len(division) == _DIGITS):
        return []
    return [office for office in _offices(p, division) if office.code == code]


def _offices(p: PlatformClient, division: str) -> list[Department]:
    catalogue = p.order_catalogue(division=division or None)
    return [Department(one.code, one.name) for one in catalogue.departments]


def _up_from(district: str) -> Iterator[str]:
    """Yield a district and the divisions above it; an unknown one lies in the province."""
    seen = set[str]()
    for digits in _LEVELS:
        place = district[:digits].ljust(_DIGITS, "0") if district else _PROVINCE
        if place not in seen:
            seen.add(place)
            yield place
