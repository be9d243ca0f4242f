"""What each figure means (`definitions.yml`), and its value from counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from .counts import Counts

Kind = Literal["share", "mean", "count"]
Better = Literal["more", "less", ""]
GROUPS: Final = {
    "chats": "会话",
    "telephone": "电话",
    "assistant": "智能助手",
    "orders": "工单",
    "knowledge": "知识",
}
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Definition:
    """One figure.

    Attributes:
        key, label: its names in code and for readers.
        group: one of `GROUPS`; the name of its source too.
        kind: a share of cases, a mean of seconds, or a count.
        of, among: names of counts that are added up above and below the line; a count has no `among`.
        better: which way is good; `""` when neither is.
        target: what is asked; `None` where no norm names a number.
        norm: where the target comes from.
        meaning: for readers.
    """

    key: str
    label: str
    group: str
    kind: Kind
    of: tuple[str, ...]
    meaning: str
    among: tuple[str, ...] = ()
    better: Better = ""
    target: float | None = None
    norm: str = ""


@dataclass(frozen=True)
class Value:
    """A figure of a period; `number` is `None` when there was no case to measure. `cases` is what is below the line."""

    number: float | None
    cases: int


def value_of(definition: Definition, counts: Counts) -> Value:
    """Return a figure's value; without a case there is none, never 0 % and never a division by zero."""
    above = sum(counts.whole(name) for name in definition.of)
    if definition.kind == "count":
        return Value(float(above), above)
    cases = sum(counts.whole(name) for name in definition.among)
    return Value(above / cases if cases else None, cases)


def is_met(definition: Definition, value: Value) -> bool | None:
    """Tell whether the target is met; `None` without a target or without a case."""
    if definition.target is None or value.number is None:
        return None
    if definition.better == "less":
        return value.number <= definition.target
    return value.number >= definition.target


def read(raw: list[Mapping[str, Any]]) -> tuple[Definition, ...]:
    """Return the definitions of a parsed file.

    Raises:
        ValueError: one is incomplete, or names what does not exist.
    """
    found = []
    for one in raw:
        names = {**one, "of": tuple(one["of"]), "among": tuple(one.get("among", ()))}
        definition = Definition(**names)
        if definition.group not in GROUPS or (definition.kind == "count") != (not definition.among):
            raise ValueError(f"definitions.yml: {definition.key} does not fit together")
        found.append(definition)
    return tuple(found)


@lru_cache(maxsize=1)
def definitions() -> tuple[Definition, ...]:
    """Return all figures, in the order of the file."""
    return read(yaml.safe_load((_HERE / "definitions.yml").read_text("utf-8")))


@lru_cache(maxsize=1)
def by_key() -> Mapping[str, Definition]:
    """Return all figures by key."""
    return {one.key: one for one in definitions()}


@lru_cache(maxsize=1)
def topic_words() -> Mapping[str, str]:
    """Return what topics are called (`topics.yml`)."""
    words: Mapping[str, str] = yaml.safe_load((_HERE / "topics.yml").read_text("utf-8"))
    return words
