"""What each event is called to people, when it may be told, and what it opens (``data/notices.yml``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.message import Button, OutboundMessage
from privacy.notices import Subscription


@dataclass(frozen=True)
class Announcement:
    """How one kind of event is told.

    Attributes:
        kind: which consent it needs.
        opens: the intent of its button.
        lifetime: how long it is worth telling.
        at_night: whether it is told at night too.
        texts: by language, and ``elder``.
    """

    kind: str
    opens: str
    lifetime: timedelta
    at_night: bool
    texts: dict[str, str]


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

    def message(self, event: str, to: Subscription, number: str | None) -> OutboundMessage:
        """Return the notice of an event, with the one tap (not signed yet) that opens the conversation about it."""
        announcement = self.events[event]
        texts = announcement.texts
        text = texts["elder"] if to.elder and to.language == "zh" and "elder" in texts else texts[to.language]
        whose = self._whose["family" if to.relation else "own"][to.language]
        values = {"person_relation": to.relation or "本人"}
        if number is not None and announcement.opens == "query_ticket":
            values["ticket_number"] = number
        payload = f"/{announcement.opens}{json.dumps(values, ensure_ascii=False)}"
        return OutboundMessage(text.format(whose=whose), (Button(self._open[to.language], payload),))


def _announcement(entry: dict[str, Any]) -> Announcement:
    return Announcement(
        kind=entry["kind"],
        opens=entry["opens"],
        lifetime=timedelta(hours=entry["hours"]),
        at_night=entry.get("at_night", False),
        texts={voice: entry[voice] for voice in ("zh", "elder", "en") if voice in entry},
    )
