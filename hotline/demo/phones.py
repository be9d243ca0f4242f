"""The demonstration's telephone: invented calls that the exchange tells of, and agents who call back."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..telephone.events import Event
from ..telephone.missed import Move
from ..telephone.pads import NOTES_S
from ..telephone.room import TelephoneRoom
from ..words import CHINA

#: Seconds until a call is answered, until a caller hangs up, of a talk; until who was lost rings again, is called back.
_ANSWERED, _HUNG_UP, _TALK = (3.0, 22.0), (8.0, 70.0), (60.0, 420.0)
_AGAIN_S: Final = 600.0
_BACK: Final = (600.0, 5_400.0)
#: Callers whom nobody answered so lately are still to be called back.
_STILL_OPEN_S: Final = 7_200.0


def plan_phones(day: dt.date, file: Mapping[str, Any]) -> Iterator[list[Event]]:
    """Yield the events of each call of a day in China; the same date gives the same calls. Pure."""
    phones, dice = file["phones"], random.Random(day.toordinal() + 1)
    midnight = dt.datetime.combine(day, dt.time(), CHINA).timestamp()
    for number, hour in enumerate(dice.choices(range(24), file["hours"], k=int(phones["calls"]))):
        rang, caller = midnight + (hour + dice.random()) * 3600, f"1390000{dice.randrange(10_000):04d}"
        outcome = dice.choices(list(phones["outcomes"]), list(phones["outcomes"].values()))[0]
        name = f"demo-{day.isoformat()}-{number:04d}"
        begin = Event("ringing", name, rang, caller, str(phones["line"]))
        if outcome == "answered":
            yield [begin, *_talk(name, rang, dice, file)]
            continue
        over = rang + dice.uniform(*_HUNG_UP)
        gone = [Event("abandoned", name, over)] if outcome == "abandoned" else []
        yield [begin, *gone, Event("ended", name, over)]
        if dice.random() * 100 < phones["again"]:
            later = Event("ringing", f"{name}-again", rang + _AGAIN_S, caller, begin.line)
            yield [later, *_talk(later.call_id, later.at, dice, file)]


def _talk(name: str, rang: float, dice: random.Random, file: Mapping[str, Any]) -> list[Event]:
    agent = dice.choices(list(file["agents"]), list(file["agents"].values()))[0]
    answered = rang + dice.uniform(*_ANSWERED)
    return [
        Event("answered", name, answered, agent=agent),
        Event("ended", name, answered + dice.uniform(*_TALK)),
    ]


def ring(telephone: TelephoneRoom, file: Mapping[str, Any], now: float) -> int:
    """Tell of yesterday's and today's calls that were over some time before `now`; return how many were new."""
    today = dt.datetime.fromtimestamp(now, CHINA).date()
    new, lost = 0, set()
    for day in (today - dt.timedelta(days=1), today):
        for events in plan_phones(day, file):
            if max(event.at for event in events) + NOTES_S >= now:
                continue  # nothing of it opens for an agent any more
            is_new = telephone.take(events, now).new > 0
            new += is_new
            if is_new and not any(event.kind == "answered" for event in events):
                lost.add(min(event.at for event in events))
    _call_back(telephone, file, lost, now)
    return new


def _call_back(telephone: TelephoneRoom, file: Mapping[str, Any], lost: set[float], now: float) -> None:
    """Let agents call back whom nobody answered some hours ago; now and then nobody picks up."""
    dice, agents = random.Random(len(lost)), list(file["agents"])
    for listed in telephone.callbacks.listed(now):
        case = listed.case
        if case.state != "open" or case.first_at not in lost or now - case.first_at < _STILL_OPEN_S:
            continue
        agent, at = dice.choice(agents), case.first_at + dice.uniform(*_BACK)
        claimed = telephone.callbacks.move(case.number, case.version, "claim", agent, now=at)
        move: Move = "reached" if dice.random() < 0.85 else "no_answer"  # noqa: PLR2004 – most pick up
        telephone.callbacks.move(case.number, claimed.version, move, agent, now=at + 60)
