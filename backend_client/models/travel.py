"""Journeys: what the dated travel rules ask of them."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Day, Flag, Moment, Text, Whole

TravelStay = Literal[
    "high",
    "medium",
    "low",
    "clear",
    "same_street",
    "same_county",
    "same_city",
    "class_a",
    "class_b_cases",
    "class_b",
    "abroad",
    "yellow_code",
    "red_code",
]
MeasureKind = Literal[
    "test_before",
    "test_after",
    "test_on_days",
    "test_every",
    "test_release",
    "isolation",
    "closed_loop",
    "monitoring",
    "entry_code",
    "register",
    "documents",
    "free",
    "keep_away",
    "designated_site",
    "wait_for_transfer",
]


class TravelMeasure(Answer):
    """One thing that is asked; which fields are there depends on `what` (`backend/travel/schema.yml`)."""

    what: MeasureKind
    hours: Whole | None = None
    count: Whole | None = None
    days: Whole | None = None
    stretches: tuple[Whole, ...]
    on_days: tuple[Whole, ...]
    interval_hours: Whole | None = None
    kind: Literal["central", "home", "home_or_central", "home_else_central", "monitoring"] | None = None
    count_from: Literal["departure", "arrival"] | None = None
    papers: tuple[Literal["health_code", "trip_card"], ...]
    places: Literal["entertainment"] | None = None
    until_test: Whole | None = None
    untested_days: Whole | None = None
    advised: Flag
    double: Flag
    swab: Literal["throat"] | None = None
    first_frees: Flag
    otherwise: Flag


class TravelColour(Answer):
    """What the source says happens to the code."""

    colour: Literal["red", "yellow", "green"]
    when: Literal["always", "untested", "no_result"]
    hours: Whole | None = None


class TravelRule(Answer):
    """A dated rule with its source. `origin_partly`: it holds for parts of `origin`, which are not known."""

    rule_id: Text
    stay: tuple[TravelStay, ...]
    origin: tuple[Text, ...]
    origin_partly: Flag
    destination: tuple[Text, ...]
    look_back_days: Whole | None = None
    requires: tuple[TravelMeasure, ...]
    colour: tuple[TravelColour, ...]
    valid_from: Day
    valid_to: Day
    source: Text
    url: Text
    source_date: Day | None = None
    trust: Literal["O", "M", "W"]
    assumed: tuple[Text, ...]


class TravelVerdict(Answer):
    """What the rules say of one of several stays; `decides` for the strictest, one at most."""

    stay: TravelStay
    origin: Text | None = None
    left: Day | None = None
    rule_ids: tuple[Text, ...]
    too_old: Flag
    silent: Flag
    decides: Flag


class TravelAnswer(Answer):
    """What applies to a journey on a day.

    Attributes:
        direction: into Sichuan, out of it, within it; None when neither end lies in Sichuan.
        items: rules that hold, those about the stay first.
        asks: stays to choose from when the answer depends on it.
        stays: what the rules say of each stay, when several were asked about; else empty.
        silent: no rule in force speaks of the stay that was given.
        too_old: the stay lies further back than its rule looks.
    """

    day: Day
    direction: Literal["in", "out", "within"] | None = None
    items: tuple[TravelRule, ...]
    asks: tuple[TravelStay, ...]
    stays: tuple[TravelVerdict, ...]
    silent: Flag
    too_old: Flag
    look_back_days: Whole | None = None
    as_of: Moment
