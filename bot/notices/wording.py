"""What each event is called to people, when it may be told, and what it opens (``data/notices.yml``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import yaml

from bot.message import Button, OutboundMessage
from privacy.notices import Subscription

CHINA: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Announcement:
    """How one kind of event is told.

    Attributes:
        kind: which consent it needs.
        opens: the intent of its button.
        choice: what the intent is tapped for, as the buttons of the topic say it; empty for the topic as such.
        lifetime: how long it is worth telling.
        at_night: whether it is told at night too.
        texts: by language, and ``elder``.
        over: the same for when what it warns of has come true; empty for what warns of nothing.
    """

    kind: str
    opens: str
    choice: str
    lifetime: timedelta
    at_night: bool
    texts: dict[str, str]
    over: dict[str, str]


@dataclass(frozen=True)
class Matter:
    """What a notice is about, besides the person: what its words and its tap need.

    Attributes:
        number: of the appeal, the application or the work order.
        ends: the moment it warns of, as the platform wrote it (ISO 8601 with offset).
        ends_at: the same in unix seconds of this machine, whose clock need not be the platform's.
        occurred: when it happened, as the platform wrote it.
        ahead: seconds by which the platform's clock was ahead of this machine's when the event came.
    """

    number: str | None = None
    ends: str | None = None
    ends_at: float | None = None
    occurred: str | None = None
    ahead: float = 0.0

    def platform_now(self, now: float) -> datetime:
        """Return the platform's time when this machine's is ``now``, unix seconds."""
        return datetime.fromtimestamp(now + self.ahead, CHINA)

    def at(self, now: float) -> datetime:
        """Return when it happened, by the platform's clock; without that, the platform's time at ``now``."""
        if self.occurred is None:
            return self.platform_now(now)
        return datetime.fromisoformat(self.occurred).astimezone(CHINA)

    def is_over(self, now: float) -> bool:
        """Tell whether what it warns of has come true by ``now``, unix seconds."""
        return self.ends_at is not None and self.ends_at <= now


class Wording:
    """The announcements by event, and the quiet hours."""

    def __init__(self, raw: dict[str, Any]) -> None:
        """Read what the file holds."""
        self._quiet = (time.fromisoformat(raw["quiet"]["from"]), time.fromisoformat(raw["quiet"]["until"]))
        self._open: dict[str, str] = raw["open"]
        self._whose: dict[str, dict[str, str]] = raw["whose"]
        self.events = {event: _announcement(entry) for event, entry in raw["events"].items()}

    @classmethod
    def load(cls, path: Path) -> Wording:
        """Read the file; raises OSError, yaml.YAMLError or KeyError when it cannot be read."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def held_back(self, event: str, now: datetime) -> timedelta:
        """Return how long to wait with an event that arrives at ``now``, the platform's time."""
        start, end = self._quiet
        at = now.timetz().replace(tzinfo=None)
        is_quiet = start <= at or at < end if start > end else start <= at < end
        if self.events[event].at_night or not is_quiet:
            return timedelta(0)
        morning = datetime.combine(now.date(), end, now.tzinfo)
        return morning - now if morning > now else morning + timedelta(days=1) - now

    def message(self, event: str, to: Subscription, matter: Matter, now: float) -> OutboundMessage:
        """Return the notice of an event, told at ``now`` (unix seconds).

        Its one tap (not signed yet) opens the conversation about it.
        """
        announcement = self.events[event]
        texts = announcement.over if matter.is_over(now) and announcement.over else announcement.texts
        text = texts["elder"] if to.elder and to.language == "zh" and "elder" in texts else texts[to.language]
        whose = self._whose["family" if to.relation else "own"][to.language]
        values = {"person_relation": to.relation or "本人"}
        if matter.number is not None and announcement.opens == "query_ticket":
            values["ticket_number"] = matter.number
        if announcement.choice:
            values["choice"] = announcement.choice
        payload = f"/{announcement.opens}{json.dumps(values, ensure_ascii=False)}"
        said = text.format(whose=whose, day=_day(matter.ends, to.language))
        return OutboundMessage(said, (Button(self._open[to.language], payload),))


def _day(moment: str | None, language: str) -> str:
    if moment is None:
        return ""
    day = datetime.fromisoformat(moment)
    return f"{day.day} {day:%B}" if language == "en" else f"{day.month}月{day.day}日"


def _voices(entry: dict[str, Any]) -> dict[str, str]:
    return {voice: entry[voice] for voice in ("zh", "elder", "en") if voice in entry}


def _announcement(entry: dict[str, Any]) -> Announcement:
    return Announcement(
        kind=entry["kind"],
        opens=entry["opens"],
        choice=entry.get("choice", ""),
        lifetime=timedelta(hours=entry["hours"]),
        at_night=entry.get("at_night", False),
        texts=_voices(entry),
        over=_voices(entry.get("over", {})),
    )
