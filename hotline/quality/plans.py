"""Sampling plans as data (`plans.yml`), one for each kind of case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml

from .sampling import MUSTS, Plan, Source

_FILE = Path(__file__).with_name("plans.yml")


def read(raw: Mapping[str, Mapping[str, Any]]) -> dict[Source, Plan]:
    """Return the plans of a parsed file.

    Raises:
        ValueError: a kind of case or a reason that does not exist, or a number below 0.
    """
    plans: dict[Source, Plan] = {}
    for source in get_args(Source):
        one = raw[source]
        plan = Plan(
            source=source,
            per_agent=one["per_agent"],
            always=frozenset(one["always"]),
            low_rating=one["low_rating"],
            wait_hours=one["wait_hours"],
            weeks_back=one["weeks_back"],
        )
        if plan.always - MUSTS:
            raise ValueError(f"plans.yml: {sorted(plan.always - MUSTS)} are no reasons")
        if min(plan.per_agent, plan.low_rating, plan.wait_hours, plan.weeks_back) < 0:
            raise ValueError(f"plans.yml: a number of {source} is below 0")
        plans[source] = plan
    if set(raw) - set(plans):
        raise ValueError(f"plans.yml: {sorted(set(raw) - set(plans))} are no kinds of cases")
    return plans


@lru_cache(maxsize=1)
def plans() -> dict[Source, Plan]:
    """Return the plans of this installation, read once."""
    return read(yaml.safe_load(_FILE.read_text("utf-8")))
