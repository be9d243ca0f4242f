"""A worked example for every row of the tables: who gets which colour, and when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import pytest

from backend.colour.events import (
    ArrivalFromAbroad,
    CaseFinding,
    CloseContact,
    Declaration,
    DepartmentNotice,
    Emergency,
    EntryScan,
    Event,
    Overlap,
    SecondaryContact,
    SharedTransport,
)

from .colour_support import BOOK, code, known, listed, released, sample, stay, t


@dataclass(frozen=True)
class Example:
    """What happens, and which colour the person has at which moments. `rule` holds at the first of them."""

    row: str
    rule: str
    events: tuple[Event, ...]
    shows: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.row}: {self.rule}"


def overlap(text: str, region: str = "510000", basis: str = "tracing", **more: float) -> Overlap:
    return Overlap(id="overlap", region=region, basis=basis, **known(text), **more)


def yellow_measure(text: str, region: str = "510000") -> Emergency:
    return Emergency(id="measure", measure="yellow", region=region, **known(text))


def notice(text: str, region: str = "510000") -> DepartmentNotice:
    return DepartmentNotice(id="notice", region=region, **known(text))


def case(text: str, status: str) -> CaseFinding:
    return CaseFinding(id="case", status=status, **known(text))


def shared(text: str, vehicle: str) -> SharedTransport:
    return SharedTransport(id="ride", vehicle=vehicle, **known(text))


def abroad(text: str, destination: str = "sichuan") -> ArrivalFromAbroad:
    return ArrivalFromAbroad(id="entry", destination=destination, **known(text))


def scan(text: str, origin: str = "unknown", region: str = "510000") -> EntryScan:
    return EntryScan(id="scan", origin=origin, region=region, **known(text))


OUTSIDE = {"location": "outside"}
NEAR = {"location": "outside", "relation": "near"}

# The full table of 2021 to mid-2022
A1 = (
    Example(
        "a1 row 1, positive: green 28 days after leaving hospital",
        "test-positive-2021",
        (sample("2021-08-01 09:00", "positive"), released("2021-08-20 10:00", "discharged")),
        (
            ("2021-08-01 17:00", "red"),
            ("2021-08-01 16:59", "green"),
            ("2021-09-17 09:59", "red"),
            ("2021-09-17 10:00", "green"),
        ),
    ),
    Example(
        "a1 row 2, confirmed case",
        "confirmed-case-2021",
        (case("2021-08-01 09:00", "confirmed"), released("2021-08-20 10:00", "discharged")),
        (("2021-08-01 09:00", "red"), ("2021-09-17 09:59", "red"), ("2021-09-17 10:00", "green")),
    ),
    Example(
        "a1 row 3, asymptomatic",
        "asymptomatic-2021",
        (case("2021-08-01 09:00", "asymptomatic"), released("2021-08-20 10:00", "discharged")),
        (("2021-08-01 09:00", "red"), ("2021-09-17 09:59", "red"), ("2021-09-17 10:00", "green")),
    ),
    Example(
        "a1 row 4, suspected: green once excluded",
        "suspected-case-2021",
        (case("2021-08-01 09:00", "suspected"), released("2021-08-03 15:00", "suspicion_excluded")),
        (("2021-08-01 09:00", "red"), ("2021-08-03 14:59", "red"), ("2021-08-03 15:00", "green")),
    ),
    Example(
        "a1 row 5, close contact: 21 days",
        "close-contact-2021",
        (CloseContact(id="contact", at=t("2021-07-30 12:00"), known_at=t("2021-08-01 09:00")),),
        (("2021-08-01 09:00", "red"), ("2021-08-22 08:59", "red"), ("2021-08-22 09:00", "green")),
    ),
    Example(
        "a1 row 6, contact of a contact: 7 days",
        "secondary-contact-2021",
        (SecondaryContact(id="contact", **known("2021-08-01 09:00")),),
        (("2021-08-01 09:00", "red"), ("2021-08-08 08:59", "red"), ("2021-08-08 09:00", "green")),
    ),
    Example(
        "a1 row 7, from abroad to Sichuan: 21 days after entry",
        "from-abroad-sichuan-2021",
        (ArrivalFromAbroad(id="entry", at=t("2021-08-01 09:00"), known_at=t("2021-08-01 20:00")),),
        (("2021-08-01 20:00", "red"), ("2021-08-22 08:59", "red"), ("2021-08-22 09:00", "green")),
    ),
    Example(
        "a1 row 8, from abroad to another province: after 14 days, green on leaving Sichuan",
        "from-abroad-onward-2021",
        (abroad("2021-08-01 09:00", "other_province"), released("2021-08-16 08:00", "left_province")),
        (
            ("2021-08-01 09:00", "red"),
            ("2021-08-15 09:00", "red"),
            ("2021-08-16 07:59", "red"),
            ("2021-08-16 08:00", "green"),
        ),
    ),
    Example(
        "a1 row 9, same flight: 21 days",
        "same-flight-2021",
        (shared("2021-08-01 09:00", "flight"),),
        (("2021-08-01 09:00", "red"), ("2021-08-22 08:59", "red"), ("2021-08-22 09:00", "green")),
    ),
    Example(
        "a1 row 10, same coach: 21 days",
        "same-coach-2021",
        (shared("2021-08-01 09:00", "coach"),),
        (("2021-08-01 09:00", "red"), ("2021-08-22 08:59", "red"), ("2021-08-22 09:00", "green")),
    ),
    Example(
        "a1 row 11, same carriage: 21 days",
        "same-carriage-2021",
        (shared("2021-08-01 09:00", "train_carriage"),),
        (("2021-08-01 09:00", "red"), ("2021-08-22 08:59", "red"), ("2021-08-22 09:00", "green")),
    ),
    Example(
        "a1 row 12, risk area outside: 14 days from arrival in Sichuan",
        "risk-stay-outside-2021",
        (
            listed("2021-07-20 00:00", "medium"),
            stay("2021-07-25 09:00", "2021-08-01 09:00", "2021-08-02 18:00", **OUTSIDE),
        ),
        (("2021-08-02 18:00", "red"), ("2021-08-16 17:59", "red"), ("2021-08-16 18:00", "green")),
    ),
    Example(
        "a1 row 12, risk area in Sichuan: 14 days from the day it is designated",
        "risk-stay-sichuan-2021",
        (stay("2021-07-25 09:00", "2021-08-01 09:00"), listed("2021-08-05 00:00", "high")),
        (
            ("2021-08-05 00:00", "red"),
            ("2021-08-04 23:59", "green"),
            ("2021-08-18 23:59", "red"),
            ("2021-08-19 00:00", "green"),
        ),
    ),
    Example(
        "a1 row 12, left more than 14 days before the area was designated",
        "nothing-known",
        (stay("2021-07-10 09:00", "2021-07-20 09:00"), listed("2021-08-05 00:00", "high")),
        (("2021-08-05 00:00", "green"),),
    ),
    Example(
        "a1 row 13, emergency red: 14 days",
        "emergency-red-2021",
        (Emergency(id="measure", measure="red", **known("2021-08-01 09:00")),),
        (("2021-08-01 09:00", "red"), ("2021-08-15 08:59", "red"), ("2021-08-15 09:00", "green")),
    ),
    Example(
        "a1 row 14, near a risk area outside: a negative taken after turning yellow",
        "near-risk-area-2021-01",
        (
            listed("2021-07-20 00:00", "high"),
            stay("2021-07-25 09:00", "2021-08-01 09:00", "2021-08-02 18:00", **NEAR),
            sample("2021-08-02 10:00"),
            sample("2021-08-03 10:00", hours=6),
        ),
        (("2021-08-02 18:00", "yellow"), ("2021-08-03 15:59", "yellow"), ("2021-08-03 16:00", "green")),
    ),
    Example(
        "a1 row 15, overlap: one negative",
        "time-space-overlap-2021-01",
        (overlap("2021-08-01 09:00"), sample("2021-08-01 18:00", hours=10)),
        (("2021-08-01 09:00", "yellow"), ("2021-08-02 03:59", "yellow"), ("2021-08-02 04:00", "green")),
    ),
    Example(
        "a1 row 15, overlap: or after 14 days",
        "time-space-overlap-2021-01",
        (overlap("2021-08-01 09:00", basis="grid"),),
        (("2021-08-01 09:00", "yellow"), ("2021-08-15 08:59", "yellow"), ("2021-08-15 09:00", "green")),
    ),
    Example(
        "a1 row 15, the same venue within two hours of a case",
        "venue-overlap-2021-01",
        (overlap("2021-08-01 09:00", basis="venue", hours_apart=2), sample("2021-08-01 18:00")),
        (("2021-08-01 09:00", "yellow"), ("2021-08-02 02:00", "green")),
    ),
    Example(
        "a1 row 15, the same venue more than two hours apart",
        "nothing-known",
        (overlap("2021-08-01 09:00", basis="venue", hours_apart=2.5),),
        (("2021-08-01 09:00", "green"),),
    ),
    Example(
        "a1 row 16, abnormal health declared: green when corrected",
        "self-declared-2021",
        (
            Declaration(id="first", health="abnormal", **known("2021-08-01 09:00")),
            Declaration(id="second", health="normal", **known("2021-08-02 12:00")),
        ),
        (("2021-08-01 09:00", "yellow"), ("2021-08-02 11:59", "yellow"), ("2021-08-02 12:00", "green")),
    ),
    Example(
        "a1 row 16, abnormal health declared: or after 14 days",
        "self-declared-2021",
        (Declaration(id="first", health="abnormal", **known("2021-08-01 09:00")),),
        (("2021-08-15 08:59", "yellow"), ("2021-08-15 09:00", "green")),
    ),
    Example(
        "a1 row 17, emergency yellow: a negative, and no end by days",
        "emergency-yellow-2021-01",
        (yellow_measure("2021-08-01 09:00"), sample("2021-08-20 09:00")),
        (("2021-08-01 09:00", "yellow"), ("2021-08-20 16:59", "yellow"), ("2021-08-20 17:00", "green")),
    ),
    Example("a1 row 18, none of the above", "nothing-known", (), (("2021-08-01 09:00", "green"),)),
)

# How yellow and red become green
A3 = (
    Example(
        "a3 row 1, 2021-07: people a department confirms; one negative",
        "department-notice-2021-07",
        (notice("2021-08-01 09:00"), sample("2021-08-01 18:00")),
        (("2021-08-01 09:00", "yellow"), ("2021-08-02 02:00", "green")),
    ),
    Example(
        "a3 row 1, 2021: a negative of 48 hours already held, accepted by the headquarters",
        "time-space-overlap-2021-01",
        (overlap("2021-08-01 09:00"), released("2021-08-01 15:00", "held_negative_accepted")),
        (("2021-08-01 14:59", "yellow"), ("2021-08-01 15:00", "green")),
    ),
    Example(
        "a3 row 2, 2021-11: 3天2检 with the brief green after the first negative",
        "time-space-overlap-2021-11",
        (
            overlap("2021-11-10 09:00"),
            sample("2021-11-10 12:00", hours=6),
            sample("2021-11-11 13:00", hours=6),
        ),
        (
            ("2021-11-10 09:00", "yellow"),
            ("2021-11-10 17:59", "yellow"),
            ("2021-11-10 18:00", "green"),
            ("2021-11-11 11:59", "green"),
            ("2021-11-11 12:00", "yellow"),
            ("2021-11-11 18:59", "yellow"),
            ("2021-11-11 19:00", "green"),
            ("2021-12-11 19:00", "green"),
        ),
    ),
    Example(
        "a3 row 2, 2021-11: two tests less than 24 hours apart are one",
        "emergency-yellow-2021-11",
        (
            yellow_measure("2021-11-10 09:00"),
            sample("2021-11-10 12:00", hours=6),
            sample("2021-11-11 11:59", hours=6),
        ),
        (("2021-11-10 09:00", "yellow"), ("2021-11-12 09:00", "yellow")),
    ),
    Example(
        "a3 row 2, 2021-11: near a risk area",
        "near-risk-area-2021-11",
        (
            listed("2021-11-01 00:00", "high"),
            stay("2021-11-02 09:00", "2021-11-09 09:00", "2021-11-10 09:00", **NEAR),
        ),
        (("2021-11-10 09:00", "yellow"), ("2021-11-24 08:59", "yellow"), ("2021-11-24 09:00", "green")),
    ),
    Example(
        "a3 row 2, 2021-11: the police's grid, over 10 minutes and over 30 hours",
        "grid-overlap-2021-11",
        (overlap("2021-11-10 09:00", basis="grid", minutes_together=11, hours_in_grid=31),),
        (("2021-11-10 09:00", "yellow"), ("2021-12-10 09:00", "yellow")),
    ),
    Example(
        "a3 row 2, 2021-11: ten minutes in the grid are not over ten",
        "nothing-known",
        (overlap("2021-11-10 09:00", basis="grid", minutes_together=10, hours_in_grid=31),),
        (("2021-11-10 09:00", "green"),),
    ),
    Example(
        "a3 row 2, 2021-11: venue",
        "venue-overlap-2021-11",
        (overlap("2021-11-10 09:00", basis="venue", hours_apart=1),),
        (("2021-11-10 09:00", "yellow"),),
    ),
    Example(
        "a3 row 2, 2021-11: people a department confirms",
        "department-notice-2021-11",
        (notice("2021-11-10 09:00"), sample("2021-11-10 12:00"), sample("2021-11-11 12:00")),
        (("2021-11-10 09:00", "yellow"), ("2021-11-11 20:00", "green")),
    ),
    Example(
        "a3 row 2, province outside Chengdu in the time of the ninth edition",
        "time-space-overlap-ninth",
        (overlap("2022-09-01 09:00", region="510700"), sample("2022-09-01 12:00", hours=6)),
        (("2022-09-01 09:00", "yellow"), ("2022-09-01 18:00", "green"), ("2022-09-02 12:00", "yellow")),
    ),
    *(
        Example(
            "a3 row 3, Chengdu 2022-07: 3天2检, yellow until the second negative",
            rule,
            (event, sample("2022-09-01 12:00", hours=6), sample("2022-09-02 12:00", hours=6)),
            (
                ("2022-09-01 09:00", "yellow"),
                ("2022-09-01 18:00", "yellow"),
                ("2022-09-02 17:59", "yellow"),
                ("2022-09-02 18:00", "green"),
            ),
        )
        for rule, event in (
            ("time-space-overlap-chengdu-2022-07", overlap("2022-09-01 09:00", "510104")),
            ("venue-overlap-chengdu-2022-07", overlap("2022-09-01 09:00", "510104", "venue", hours_apart=1)),
            ("emergency-yellow-chengdu-2022-07", yellow_measure("2022-09-01 09:00", "F510101")),
            ("medium-risk-person-chengdu-2022-07", notice("2022-09-01 09:00", "510100")),
        )
    ),
    *(
        Example(
            "a3 row 4, Dazhou 2022-09: 3天3检, green for a while after the first",
            rule,
            (
                event,
                sample("2022-09-10 12:00", hours=6),
                sample("2022-09-11 12:00", hours=6),
                sample("2022-09-12 12:00", hours=6),
            ),
            (
                ("2022-09-10 09:00", "yellow"),
                ("2022-09-10 18:00", "green"),
                ("2022-09-11 12:00", "yellow"),
                ("2022-09-11 18:00", "yellow"),
                ("2022-09-12 17:59", "yellow"),
                ("2022-09-12 18:00", "green"),
            ),
        )
        for rule, event in (
            ("time-space-overlap-dazhou-2022-09", overlap("2022-09-10 09:00", "511702")),
            ("venue-overlap-dazhou-2022-09", overlap("2022-09-10 09:00", "511700", "venue", hours_apart=1)),
            ("emergency-yellow-dazhou-2022-09", yellow_measure("2022-09-10 09:00", "511703")),
            ("department-notice-dazhou-2022-09", notice("2022-09-10 09:00", "511781")),
        )
    ),
    *(
        Example(
            "risk areas 2022-09-29, Bazhong: 3天3检",
            rule,
            (
                event,
                sample("2022-10-01 12:00", hours=6),
                sample("2022-10-02 12:00", hours=6),
                sample("2022-10-03 12:00", hours=6),
            ),
            (
                ("2022-10-01 09:00", "yellow"),
                ("2022-10-01 18:00", "yellow"),
                ("2022-10-03 17:59", "yellow"),
                ("2022-10-03 18:00", "green"),
            ),
        )
        for rule, event in (
            ("time-space-overlap-bazhong-2022-09", overlap("2022-10-01 09:00", "511902")),
            ("venue-overlap-bazhong-2022-09", overlap("2022-10-01 09:00", "511900", "venue", hours_apart=1)),
            ("emergency-yellow-bazhong-2022-09", yellow_measure("2022-10-01 09:00", "511903")),
            ("department-notice-bazhong-2022-09", notice("2022-10-01 09:00", "511921")),
        )
    ),
    *(
        Example(
            "a3 row 5, red ends by itself when isolation is over",
            rule,
            (event, released("2022-09-20 10:00", "isolation_ended")),
            (("2022-09-02 09:00", "red"), ("2022-09-20 09:59", "red"), ("2022-09-20 10:00", "green")),
        )
        for rule, event in (
            ("test-positive-ninth", sample("2022-09-01 20:00", "positive")),
            ("confirmed-case-ninth", case("2022-09-01 09:00", "asymptomatic")),
            ("suspected-case-ninth", case("2022-09-01 09:00", "suspected")),
            ("from-abroad-ninth", abroad("2022-09-01 09:00")),
            ("emergency-red-ninth", Emergency(id="m", measure="red", **known("2022-09-01 09:00"))),
        )
    ),
    Example(
        "a3, 2022-07: close contact, 7 days central and 3 days at home",
        "close-contact-ninth",
        (CloseContact(id="contact", at=t("2022-08-31 12:00"), known_at=t("2022-09-02 20:00")),),
        (("2022-09-02 20:00", "red"), ("2022-09-12 19:59", "red"), ("2022-09-12 20:00", "green")),
    ),
    Example(
        "a3, 2022-07: contact of a contact, 7 days at home",
        "secondary-contact-ninth",
        (SecondaryContact(id="contact", **known("2022-09-01 09:00")),),
        (("2022-09-01 09:00", "red"), ("2022-09-08 08:59", "red"), ("2022-09-08 09:00", "green")),
    ),
)

# 入川码
ENTRY = (
    Example(
        "c, 入川码: a pop-up for 24 hours, negative in time",
        "entry-popup-2022-04",
        (scan("2022-05-01 10:00"), sample("2022-05-01 15:00")),
        (("2022-05-01 10:00", "green"), ("2022-05-02 10:00", "green"), ("2022-05-04 10:00", "green")),
    ),
    Example(
        "c, 入川码: no test in 24 hours",
        "entry-untested-2022-04",
        (scan("2022-05-01 10:00"), sample("2022-05-02 15:00", hours=5)),
        (
            ("2022-05-02 09:59", "green"),
            ("2022-05-02 10:00", "yellow"),
            ("2022-05-02 19:59", "yellow"),
            ("2022-05-02 20:00", "green"),
        ),
    ),
    Example(
        "c, 入川码: no result in 36 hours",
        "entry-no-result-2022-04",
        (scan("2022-05-01 10:00"), sample("2022-05-01 15:00", hours=33)),
        (
            ("2022-05-02 10:00", "green"),
            ("2022-05-02 21:59", "green"),
            ("2022-05-02 22:00", "yellow"),
            ("2022-05-02 23:59", "yellow"),
            ("2022-05-03 00:00", "green"),
        ),
    ),
    Example(
        "c, 2022-06-27: 入川 from an area without an outbreak, pop-up",
        "entry-popup-2022-06",
        (scan("2022-08-31 21:00", "no_outbreak"), sample("2022-09-01 09:00"), sample("2022-09-02 09:00")),
        (("2022-08-31 21:00", "green"), ("2022-09-03 21:00", "green")),
    ),
    Example(
        "c, 2022-06-27: not two tests in 72 hours",
        "entry-overdue-2022-06",
        (
            scan("2022-08-31 21:00", "no_outbreak"),
            sample("2022-09-01 09:00"),
            sample("2022-09-05 07:30", hours=5),
        ),
        (
            ("2022-09-03 20:59", "green"),
            ("2022-09-03 21:00", "yellow"),
            ("2022-09-05 12:29", "yellow"),
            ("2022-09-05 12:30", "green"),
        ),
    ),
)

# Risk areas by the ninth edition and 二十条; `unknown` colours leave the code as the other rules have it
AREAS = (
    Example(
        "ninth, high-risk area in the last 7 days: 7 days, counted from leaving",
        "risk-stay-high-ninth",
        (listed("2022-09-01 00:00", "high"), stay("2022-08-25 09:00", "2022-09-02 09:00")),
        (
            ("2022-09-01 00:00", "red"),
            ("2022-08-31 23:59", "green"),
            ("2022-09-09 08:59", "red"),
            ("2022-09-09 09:00", "green"),
        ),
    ),
    Example(
        "ninth, left the area 7 days before it became high-risk",
        "nothing-known",
        (listed("2022-09-01 00:00", "high"), stay("2022-08-20 09:00", "2022-08-25 00:00")),
        (("2022-09-01 00:00", "green"),),
    ),
    Example(
        "ninth, medium-risk area: the colour is not stated",
        "risk-stay-medium-ninth",
        (listed("2022-09-01 00:00", "medium"), stay("2022-08-25 09:00", "2022-09-02 09:00")),
        (("2022-09-02 09:00", "green"),),
    ),
    Example(
        "ninth, low-risk area: the colour is not stated",
        "risk-stay-low-ninth",
        (listed("2022-09-01 00:00", "low"), stay("2022-08-25 09:00", "2022-09-02 09:00")),
        (("2022-09-02 09:00", "green"),),
    ),
    Example(
        "ninth, near a risk area: nothing is stated",
        "near-risk-area-ninth",
        (
            listed("2022-09-01 00:00", "high"),
            stay("2022-08-25 09:00", "2022-09-02 09:00", "2022-09-02 12:00", **NEAR),
        ),
        (("2022-09-02 12:00", "green"),),
    ),
    Example(
        "ninth, same flight: nothing is stated",
        "shared-transport-ninth",
        (shared("2022-09-01 09:00", "flight"),),
        (("2022-09-01 09:00", "green"),),
    ),
    Example(
        "二十条, high-risk area: 7 days from leaving",
        "risk-stay-high-twenty",
        (listed("2022-11-20 00:00", "high"), stay("2022-11-15 09:00", "2022-11-21 09:00")),
        (("2022-11-20 00:00", "red"), ("2022-11-28 08:59", "red"), ("2022-11-28 09:00", "green")),
    ),
    Example(
        "二十条, close contact: 5 days central and 3 days at home",
        "close-contact-twenty",
        (CloseContact(id="contact", **known("2022-11-20 09:00")),),
        (("2022-11-20 09:00", "red"), ("2022-11-28 08:59", "red"), ("2022-11-28 09:00", "green")),
    ),
    Example(
        "二十条, contacts of contacts are found no longer",
        "secondary-contact-twenty",
        (SecondaryContact(id="contact", **known("2022-11-20 09:00")),),
        (("2022-11-20 09:00", "green"),),
    ),
    Example(
        "2022-11-23 Deyang, low-risk area: 48 hours' negative, colour not stated",
        "risk-stay-low-deyang-2022-11",
        (
            listed("2022-11-20 00:00", "low"),
            stay("2022-11-20 09:00", "2022-11-24 09:00", "2022-11-24 12:00", region="510603", **OUTSIDE),
        ),
        (("2022-11-24 12:00", "green"),),
    ),
    Example(
        "2022-11-23 Deyang, other provinces: 3天3检, colour not stated",
        "entry-deyang-2022-11",
        (scan("2022-11-24 12:00", "no_outbreak", "510603"),),
        (("2022-11-24 12:00", "green"),),
    ),
)

EXAMPLES = (*A1, *A3, *ENTRY, *AREAS)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_row_gives_its_colour_and_takes_it_back(example: Example) -> None:
    events = list(example.events)
    seen = {moment: code(events, moment).colour for moment, _ in example.shows}
    assert seen == dict(example.shows)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_row_is_named_in_the_derivation(example: Example) -> None:
    held = [code(list(example.events), moment) for moment, _ in example.shows]
    deciding = {d.deciding.rule.id for d in held if d.deciding}
    assert example.rule in deciding | {h.rule.id for d in held for h in d.holding}


def test_every_rule_has_a_worked_example() -> None:
    assert {rule.id for rule in BOOK.rules} - {example.rule for example in EXAMPLES} == set()


def test_every_row_of_the_first_table_is_a_rule() -> None:
    rows = set(chain.from_iterable([rule.row] for rule in BOOK.rules if rule.row))
    assert {f"a1-{number}" for number in range(1, 19)} <= rows
    assert {f"a3-{number}" for number in range(1, 6)} <= rows
