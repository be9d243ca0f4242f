"""When the chat desk is open, China time. 12345 by telephone always is."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from ..words import CHINA

_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY_MIN = 24 * 60


@dataclass(frozen=True)
class Hours:
    """Open from `first` to `last`, minutes of the day; over midnight when `last` is not later."""

    first: int = 0
    last: int = _DAY_MIN

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read `08:00-22:00`.

        Raises:
            ValueError: it is written otherwise.
        """
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ValueError(f"hours are written 08:00-22:00, not {text!r}")
        h1, m1, h2, m2 = (int(part) for part in match.groups())
        if max(h1 * 60 + m1, h2 * 60 + m2) > _DAY_MIN:
            raise ValueError(f"a day ends at 24:00, not {text!r}")
        return cls(h1 * 60 + m1, h2 * 60 + m2)

    def are_open(self, now: float) -> bool:
        """Tell whether the desk is open at `now`, unix seconds."""
        at = dt.datetime.fromtimestamp(now, CHINA)
        minute = at.hour * 60 + at.minute
        if self.first < self.last:
            return self.first <= minute < self.last
        return minute >= self.first or minute < self.last
