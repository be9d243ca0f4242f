"""How long things are kept: rules as data (``retention.yml``), carried out by each process on its own stores.

Nothing here remembers when it ran last: what is older than its time goes, so that a process that was down for a month
catches up at its first run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("retention.yml")


@dataclass(frozen=True)
class Rule:
    """How long one kind of thing is kept.

    Attributes:
        name: its key in the file.
        process: bot, backend or hotline.
        what: in words.
        keep: how long.
        then: ``deleted``, or ``counted``: figures without a person in them stay.
        basis: the article or standard it rests on.
    """

    name: str
    process: str
    what: str
    keep: timedelta
    then: str
    basis: str


@lru_cache(maxsize=1)
def load_rules() -> Mapping[str, Rule]:
    """Return every rule by name."""
    raw = yaml.safe_load(_FILE.read_text("utf-8"))
    return {
        name: Rule(name, r["process"], r["what"], timedelta(**r["keep"]), r["then"], r["basis"])
        for name, r in raw.items()
    }


@dataclass(frozen=True)
class Store:
    """What a process does for one rule.

    Attributes:
        rule: name of the rule.
        clock: the time its rows are dated by.
        oldest: when the oldest thing began; None when there is nothing.
        purge: deletes what is older than a moment; returns how many things that were.
    """

    rule: str
    clock: Callable[[], datetime]
    oldest: Callable[[], datetime | None]
    purge: Callable[[datetime], int]


def run(stores: Iterable[Store]) -> dict[str, int]:
    """Delete what is older than it may be kept; return how many things went, by rule."""
    gone = {}
    for store in stores:
        rule = load_rules()[store.rule]
        gone[store.rule] = store.purge(store.clock() - rule.keep)
    return gone


def plan(stores: Iterable[Store]) -> list[str]:
    """Return a line for each rule: what is kept how long, and when the oldest of it goes."""
    lines = []
    for store in stores:
        rule = load_rules()[store.rule]
        oldest = store.oldest()
        goes = "-" if oldest is None else (oldest + rule.keep).isoformat(timespec="minutes")
        lines.append(
            f"{rule.name}\t{_said(rule.keep)}\t{rule.then}\tnext: {goes}\t{rule.what}（{rule.basis}）"
        )
    return lines


def _said(keep: timedelta) -> str:
    if keep.days:
        return f"{keep.days} d"
    minutes = int(keep.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
