"""What can happen to a person, as far as it bears on the colour.

An event has two times: `at`, when it happened, and `known_at`, when the platform learned of it. Nothing counts before
it is known, so a derivation for a past moment sees what was known then. Two events with one id are two versions of the
same thing; the one learned last counts.

The words a rule may use of an event stand in `VOCABULARY` (attributes with named values) and `MEASURES` (numbers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from backend.colour.errors import InvalidEvent

PROVINCE = "510000"

#: Named attributes of each kind of event, with every value they may take.
VOCABULARY: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "test": {"result": ("positive", "negative", "pending", "invalid")},
        "case_finding": {"status": ("confirmed", "asymptomatic", "suspected")},
        "close_contact": {},
        "secondary_contact": {},
        "shared_transport": {"vehicle": ("flight", "coach", "train_carriage")},
        "arrival_from_abroad": {"destination": ("sichuan", "other_province")},
        "risk_stay": {
            "relation": ("inside", "near"),
            "location": ("sichuan", "outside"),
            "level": ("high", "medium", "low"),
        },
        "overlap": {"basis": ("tracing", "grid", "venue")},
        "emergency": {"measure": ("red", "yellow")},
        "department_notice": {},
        "declaration": {"health": ("abnormal", "normal")},
        "entry_scan": {"origin": ("outbreak", "no_outbreak", "unknown")},
    }
)

#: Numbers a rule may compare. Unknown is None and never excludes: who sent the event has judged it already.
MEASURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"overlap": ("hours_apart", "minutes_together", "hours_in_grid")}
)

RELEASES = (
    "discharged",
    "suspicion_excluded",
    "left_province",
    "isolation_ended",
    "held_negative_accepted",
    "measure_lifted",
)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to one person.

    Attributes:
        id: name of the event; versions of one event share it.
        at: when it happened, aware.
        known_at: when the platform learned of it, aware.
        region: adcode of the place that answers for it; regional rules look at it.
        place: where, in plain Chinese for the person's eyes ("春熙路附近"); None when it is not to be told.

    Raises:
        InvalidEvent: for naive times and unknown words.
    """

    kind: ClassVar[str]

    id: str
    at: datetime
    known_at: datetime
    region: str = PROVINCE
    place: str | None = None

    def __post_init__(self) -> None:
        """Refuse naive times and words outside the vocabulary."""
        if self.at.tzinfo is None or self.known_at.tzinfo is None:
            raise InvalidEvent(f"{self.kind} {self.id}: times must carry an offset")
        for name, values in VOCABULARY.get(self.kind, {}).items():
            # the level of a stay is the level of its area
            if name != "level" and getattr(self, name) not in values:
                raise InvalidEvent(f"{self.kind} {self.id}: {name} must be one of {', '.join(values)}")


@dataclass(frozen=True, kw_only=True)
class Test(Event):
    """A nucleic acid test; `at` is the sampling. The result counts from `reported_at`, before it is pending."""

    __test__: ClassVar[bool] = False  # not a test case, whatever pytest thinks of the name
    kind: ClassVar[str] = "test"

    result: str
    reported_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CaseFinding(Event):
    """A finding of the health authority: confirmed, asymptomatic or suspected."""

    kind: ClassVar[str] = "case_finding"

    status: str


@dataclass(frozen=True, kw_only=True)
class CloseContact(Event):
    """A notice that the person is a close contact (密接); `at` is the last contact."""

    kind: ClassVar[str] = "close_contact"


@dataclass(frozen=True, kw_only=True)
class SecondaryContact(Event):
    """A notice that the person is a contact of a close contact (次密接)."""

    kind: ClassVar[str] = "secondary_contact"


@dataclass(frozen=True, kw_only=True)
class SharedTransport(Event):
    """The same flight, coach or train carriage as an infected person."""

    kind: ClassVar[str] = "shared_transport"

    vehicle: str


@dataclass(frozen=True, kw_only=True)
class ArrivalFromAbroad(Event):
    """Entry into China, and where the journey ends."""

    kind: ClassVar[str] = "arrival_from_abroad"

    destination: str = "sichuan"


@dataclass(frozen=True, kw_only=True)
class RiskStay(Event):
    """A stay in or near a listed area; `at` is when it began, `left_at` when it ended (None: still there).

    `arrived_at` is the arrival in Sichuan after a stay outside the province. The levels of the area are
    RiskAreaChange events with the same `area_id`.
    """

    kind: ClassVar[str] = "risk_stay"

    area_id: str
    relation: str = "inside"
    location: str = "sichuan"
    left_at: datetime | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RiskAreaChange(Event):
    """An area got another level at `at`; `none` when it is listed no longer."""

    kind: ClassVar[str] = "risk_area_change"

    area_id: str
    level: str

    def __post_init__(self) -> None:
        """Refuse unknown levels."""
        super().__post_init__()
        if self.level not in ("high", "medium", "low", "none"):
            raise InvalidEvent(f"{self.kind} {self.id}: level must be high, medium, low or none")


@dataclass(frozen=True, kw_only=True)
class Overlap(Event):
    """The same place at the same time as an infected person (时空交集, 时空伴随).

    `basis` says how it was found; the numbers are given where that way measures them.
    """

    kind: ClassVar[str] = "overlap"

    basis: str = "tracing"
    hours_apart: float | None = None
    minutes_together: float | None = None
    hours_in_grid: float | None = None


@dataclass(frozen=True, kw_only=True)
class Emergency(Event):
    """An emergency measure: 应急红码 or 应急黄码."""

    kind: ClassVar[str] = "emergency"

    measure: str


@dataclass(frozen=True, kw_only=True)
class DepartmentNotice(Event):
    """A department, or the provincial headquarters, rules that the person has to be checked (medium risk)."""

    kind: ClassVar[str] = "department_notice"


@dataclass(frozen=True, kw_only=True)
class Declaration(Event):
    """The person's own declaration of health."""

    kind: ClassVar[str] = "declaration"

    health: str


@dataclass(frozen=True, kw_only=True)
class EntryScan(Event):
    """入川码 scanned on entering Sichuan: one event for one entry, however many checkpoints scan it."""

    kind: ClassVar[str] = "entry_scan"

    origin: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class Release(Event):
    """Something that may end a colour: leaving hospital, isolation over, a measure lifted.

    With `event_id` it concerns that event alone, without it everything that happened before.
    """

    kind: ClassVar[str] = "release"

    release: str
    event_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse unknown kinds of release."""
        super().__post_init__()
        if self.release not in RELEASES:
            raise InvalidEvent(f"{self.kind} {self.id}: release must be one of {', '.join(RELEASES)}")


@dataclass(frozen=True, kw_only=True)
class Withdrawal(Event):
    """The event `event_id` was wrong (an appeal upheld, a mistaken record): it has no effect from `known_at`."""

    kind: ClassVar[str] = "withdrawal"

    event_id: str
