"""Regions an identity number may begin with: GB/T 2260 with its abolished codes (docs/data.md, “Region codes”)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_HISTORY: Final = Path(__file__).with_name("gb2260_history.csv")
#: Lists of different origin disagree by some years, and offices went on using a code for a while.
_LAG_YEARS: Final = 5
#: The only codes of whole provinces that stand in numbers: residence permits of Hong Kong, Macao and Taiwan residents.
_WHOLE: Final = frozenset({"810000", "820000", "830000"})


def existed(code: str, born: int) -> bool:
    """Tell whether somebody born in the year ``born`` can have been registered under this six-digit code.

    A number is given at registration, which may be many years after birth, so a region that was made later counts
    too; one that was gone before the birth does not.
    """
    if code.endswith("0000") and code not in _WHOLE:
        return False
    last = last_years().get(code, -1)
    return last is None or born <= last + _LAG_YEARS


@lru_cache(maxsize=1)
def last_years() -> Mapping[str, int | None]:
    """Return the last year of every code that ever was; None for those still in use."""
    years: dict[str, int | None] = {}
    with _HISTORY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            end = int(row["end_year"]) if row["end_year"] else None
            known = years.get(row["code"], end)
            years[row["code"]] = None if known is None or end is None else max(known, end)
    return years
