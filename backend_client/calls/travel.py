"""Calls about journeys: open data, no person involved."""

from __future__ import annotations

import datetime as dt

from ..call import Call
from ..models import TravelAnswer, TravelStay
from .base import Caller


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
    ) -> TravelAnswer:
        """Return what applies to a journey.

        Args:
            origin: division code of where it begins, or `abroad`.
            destination: division code of where it ends.
            day: the day of arrival; today when left out.
            stay: what the place was where the person stayed.
            left: the day the person left that place.
        """
        query = {"origin": origin, "destination": destination, "day": day, "stay": stay, "left": left}
        return self._ask(TravelAnswer, Call("GET", "/v1/travel-rules", query=query))
