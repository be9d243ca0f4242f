"""Where a person stands in their vaccination series, and which dose is next, by dated rules in `data/`."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

State = Literal["none", "partial", "basic", "boosted"]


@dataclass(frozen=True)
class Given:
    """A dose that was given."""

    dose: int
    technology: str
    on: date


@dataclass(frozen=True)
class NextDose:
    """A dose a rule provides for, and the earliest day for it."""

    dose: int
    earliest: date
    rule: str
    source: str
    source_date: date


def series_state(given: Sequence[Given], rules: Mapping[str, Any]) -> State:
    """Return where a person stands. The first dose's technology decides how many doses make the basic series."""
    if not given:
        return "none"
    basic = _basic_doses(given, rules)
    if basic is None or len(given) < basic:
        return "partial"
    return "basic" if len(given) == basic else "boosted"


def next_dose(
    given: Sequence[Given], birth_date: date | None, today: date, rules: Mapping[str, Any]
) -> NextDose | None:
    """Return the next dose the rules in force on `today` provide for.

    None when there is none, when the first dose has not been given, or when the age a rule asks for is not known.
    """
    if not given:
        return None
    doses = sorted(given, key=lambda dose: dose.dose)
    basic = _basic_doses(doses, rules)
    if basic is None:
        return None
    if len(doses) < basic:
        series = rules["series"][doses[0].technology]
        earliest = doses[-1].on + timedelta(days=series["interval_days"])
        return _next(len(doses) + 1, earliest, series)
    if len(doses) > basic:
        return None
    for booster in rules["boosters"]:
        if _applies(booster, doses[0].technology, birth_date, today):
            return _next(basic + 1, _add_months(doses[-1].on, booster["after_months"]), booster)
    return None


def _basic_doses(given: Sequence[Given], rules: Mapping[str, Any]) -> int | None:
    first = min(given, key=lambda dose: dose.dose)
    series = rules["series"].get(first.technology)
    return None if series is None else series["basic_doses"]


def _applies(booster: Mapping[str, Any], technology: str, birth_date: date | None, today: date) -> bool:
    in_force = booster["valid_from"] <= today and (
        booster["valid_to"] is None or today <= booster["valid_to"]
    )
    if not in_force or technology not in booster["technologies"] or birth_date is None:
        return False
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    age = today.year - birth_date.year - (0 if had_birthday else 1)
    least: int = booster["min_age"]
    return age >= least


def _next(dose: int, earliest: date, rule: Mapping[str, Any]) -> NextDose:
    return NextDose(dose, earliest, rule["rule"], rule["source"], rule["source_date"])


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@lru_cache(maxsize=1)
def load_vaccination_rules() -> Mapping[str, Any]:
    """Return the rules of `data/vaccination.yml`."""
    rules: Mapping[str, Any] = yaml.safe_load(
        Path(__file__).with_name("data").joinpath("vaccination.yml").read_text(encoding="utf-8")
    )
    return rules
