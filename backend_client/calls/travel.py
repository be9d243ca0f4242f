"""Calls about journeys: open data, no person involved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..call import Call
from ..models import TravelAnswer, TravelStay
from .base import Caller


@dataclass(frozen=True)
class Stayed:
    """A place somebody stayed in: what it was, its division code or `abroad`, the day it was left."""

    stay: TravelStay
    origin: str | None = None
    left: dt.date | None = None

    def wire(self) -> str:
        """Return it as the contract writes it: `high@310000~2022-08-30`."""
        place = f"@{self.origin}" if self.origin else ""
        return f"{self.stay}{place}" + (f"~{self.left.isoformat()}" if self.left else "")


class TravelCalls(Caller):
    """`/v1/travel-rules`."""

    def travel(
        self,
        origin: str | None = None,
        destination: str | None = None,
        *,
        day: dt.date | None = None,
        stay: TravelStay | None = None,
        left: dt.date | None = None,
        stays: Sequence[Stayed] = (),
    ) -> TravelAnswer:
        """Return what applies to a journey.

        Args:
            origin: division code of where it begins, or `abroad`.
            destination: division code of where it ends.
            day: the day of arrival; today when left out.
            stay: what the place was where the person stayed.
            left: the day the person left that place.
            stays: several stays to be judged together, in the place of `stay` and `left`; eight at most.
        """
        told = ",".join(stayed.wire() for stayed in stays) or None
        query = {
            "origin": origin,
            "destination": destination,
            "day": day,
            "stay": stay,
            "left": left,
            "stays": told,
        }
        return self._ask(TravelAnswer, Call("GET", "/v1/travel-rules", query=query))
