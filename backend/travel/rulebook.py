"""Travel rules as they are worked with, and reading them from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from jsonschema import Draft7Validator

from backend.colour.lines import Document
from backend.travel.errors import Fault, RuleFilesError

RULES = Path(__file__).with_name("rules")

#: What the place was where somebody stayed. `clear` has no outbreak, `low` is the rest of a county with risk areas;
#: `class_a` … are the classes of outside cities in spring 2022, `same_…` the surroundings of a risk area.
Stay = Literal[
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
STAYS: tuple[Stay, ...] = get_args(Stay)


@dataclass(frozen=True)
class Source:
    """Where a rule comes from; `trust`: O official or quoting one, M a re-post, W weak. `date` None: not stated."""

    name: str
    url: str
    date: date | None
    trust: str


@dataclass(frozen=True)
class TravelRule:
    """One row of a table of travel rules.

    Attributes:
        id: unique name.
        row: the row of the domain document it renders.
        direction: into Sichuan, out of it, within it.
        destination: divisions it holds for; empty for every place.
        origin: divisions it holds for people from; `origin_partly`: only for parts of them, which are not known.
        stay: kinds of places it speaks of; empty for everybody.
        look_back_days: how many days back a stay counts; None when the source does not say.
        valid_from: first day; `valid_to` the last.
        requires: measures, as `schema.yml` describes them.
        colour: stated effects on the code: colour, when, hours.
        replaces: rules that do not apply where this one does.
        assumed: fields no source gives.
    """

    id: str
    row: str
    direction: tuple[str, ...]
    destination: tuple[str, ...]
    origin: tuple[str, ...]
    origin_partly: bool
    stay: tuple[Stay, ...]
    look_back_days: int | None
    valid_from: date
    valid_to: date
    requires: tuple[Mapping[str, Any], ...]
    colour: tuple[Mapping[str, Any], ...]
    replaces: tuple[str, ...]
    source: Source
    assumed: tuple[str, ...]
    note: str | None
    file: str
    line: int

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return self.valid_from <= day <= self.valid_to

    def overlaps(self, other: TravelRule) -> bool:
        """Whether both are in force on some day."""
        return max(self.valid_from, other.valid_from) <= min(self.valid_to, other.valid_to)


@lru_cache(maxsize=4)
def load_rules(folder: Path = RULES) -> tuple[TravelRule, ...]:
    """Return the rules of all files in `folder`.

    Raises:
        RuleFilesError: when a file has a fault of form.
    """
    rules, faults = read(folder)
    if faults:
        raise RuleFilesError(faults)
    return tuple(rules)


def read(folder: Path) -> tuple[list[TravelRule], list[Fault]]:
    """Return the rules that can be read and the faults of those that cannot."""
    rules: list[TravelRule] = []
    faults: list[Fault] = []
    files = sorted(folder.glob("*.yml"))
    if not files:
        faults.append(Fault(str(folder), 1, "", "there is no rule file here"))
    for path in files:
        document = Document(path)
        found = [Fault(f.file, f.line, "", f.reason) for f in document.faults] or list(_form(document))
        if not found:
            found = [
                fault for index in range(len(document.content["rules"])) for fault in _days(document, index)
            ]
        if not found:
            rules += [_rule(document, index) for index in range(len(document.content["rules"]))]
        faults += found
    return rules, sorted(faults)


@cache
def _validator() -> Draft7Validator:
    schema = yaml.safe_load(Path(__file__).with_name("schema.yml").read_text(encoding="utf-8"))
    return Draft7Validator(schema)


def _form(document: Document) -> Iterator[Fault]:
    for error in _validator().iter_errors(document.content):
        steps = tuple(error.absolute_path)
        rule = ""
        if len(steps) > 1 and steps[0] == "rules":
            content = document.content["rules"][steps[1]]
            rule = str(content.get("id", "")) if isinstance(content, dict) else ""
        where = ".".join(str(step) for step in steps[2:])
        reason = f"{where}: {error.message}" if where else error.message
        yield Fault(document.name, document.line(*steps), rule, reason)


def _days(document: Document, index: int) -> Iterator[Fault]:
    """Days that are none, a rule that ends before it begins, a source nobody wrote down."""
    content = document.content["rules"][index]

    def fault(name: str, reason: str) -> Fault:
        return Fault(document.name, document.line("rules", index, name), content["id"], reason)

    for name in ("from", "to"):
        if _day(content[name]) is None:
            yield fault(name, f"{name}: {content[name]} is not a day of the calendar")
            return
    if content["to"] < content["from"]:
        yield fault("to", "the rule ends before it begins")
    source = document.content["sources"].get(content["source"])
    if source is None:
        yield fault("source", f"there is no source {content['source']} at the head of the file")
    elif source["date"] is not None and _day(source["date"]) is None:
        yield fault("source", f"the source's date {source['date']} is no day")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rule(document: Document, index: int) -> TravelRule:
    content = document.content["rules"][index]
    source = document.content["sources"][content["source"]]
    return TravelRule(
        id=content["id"],
        row=content["row"],
        direction=tuple(content["direction"]),
        destination=tuple(content.get("destination", ())),
        origin=tuple(content.get("origin", ())),
        origin_partly=bool(content.get("origin_partly", False)),
        stay=tuple(content.get("stay", ())),
        look_back_days=content.get("look_back_days"),
        valid_from=date.fromisoformat(content["from"]),
        valid_to=date.fromisoformat(content["to"]),
        requires=tuple(content["requires"]),
        colour=tuple(content.get("colour", ())),
        replaces=tuple(content.get("replaces", ())),
        source=Source(source["name"], source["url"], _day(source["date"] or ""), source["trust"]),
        assumed=tuple(content.get("assumed", ())),
        note=content.get("note"),
        file=document.name,
        line=document.line("rules", index),
    )
