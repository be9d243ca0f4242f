"""Telephone calls of a day as counts. Pure.

A call belongs to the day on which it rang, a caller who is called back to the day on which they rang first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..words import CHINA
from .counts import Counts

#: The telephone is taken up within this, seconds (GB/T 33358-2016).
ANSWER_WITHIN_S: Final = 15
#: Whom nobody answered is called back within this, seconds. No norm names a number: it is this desk's own.
BACK_WITHIN_S: Final = 2 * 3600


@dataclass(frozen=True)
class PhoneFact:
    """What the figures read of a call; times are unix seconds, see `telephone.folding.PhoneCall`."""

    rang_at: float
    answered_at: float | None
    over_at: float | None
    outcome: str


@dataclass(frozen=True)
class BackFact:
    """What the figures read of a caller nobody answered, see `telephone.missed.Case`."""

    state: str
    first_at: float
    tried_at: float | None
    closed_at: float | None


def count(calls: Iterable[PhoneFact], cases: Iterable[BackFact], now: float) -> Counts:
    """Return the counts of calls and of callers to be called back, as they stand at `now`.

    `phone_calls` = `phone_answered` + `phone_missed` + `phone_undecided`; `phone_due` is the calls that were answered
    in time, and those that waited longer.
    """
    counts = Counts()
    for call in calls:
        _rang(counts, call)
    for case in cases:
        _called_back(counts, case, now)
    return counts


def _rang(counts: Counts, call: PhoneFact) -> None:
    hour = f"{dt.datetime.fromtimestamp(call.rang_at, CHINA):%H}"
    counts.note("phone_calls", hour=hour)
    if call.answered_at is not None:
        wait = max(0, round(call.answered_at - call.rang_at))
        counts.note("phone_answered", hour=hour)
        counts.note("phone_wait_s", wait)
        counts.note("phone_due")
        counts.note("phone_in_time", int(wait <= ANSWER_WITHIN_S))
    elif call.over_at is not None:
        counts.note("phone_missed", hour=hour, outcome=call.outcome)
        counts.note("phone_abandoned", int(call.outcome == "abandoned"))
        counts.note("phone_due", int(call.over_at - call.rang_at > ANSWER_WITHIN_S))
    else:
        counts.note("phone_undecided")


def _called_back(counts: Counts, case: BackFact, now: float) -> None:
    """Count a caller once it is decided; who came through without being called owes nobody a call."""
    counts.note("phone_callers_missed")
    if case.state == "came" and case.tried_at is None:
        counts.note("phone_came")
        return
    handled = min((at for at in (case.tried_at, case.closed_at) if at is not None), default=None)
    in_time = handled is not None and handled - case.first_at <= BACK_WITHIN_S
    counts.note("phone_back_due", int(handled is not None or now - case.first_at > BACK_WITHIN_S))
    counts.note("phone_back_in_time", int(in_time))
