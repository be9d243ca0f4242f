"""Whose code has to be derived anew: `health_codes.changes_at` is the queue, kept in the transaction that makes it due.

A moment that comes by itself stands there since the last derivation. A changed list or rule puts the present moment
there for everybody it can concern, with one statement. Whoever is derived gets the next moment, so a run that is killed
anywhere goes on with those who are still due, and nobody is done twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, union, update
from sqlalchemy.orm import Session

from backend.colour import Rule, RuleBook
from backend.colour.rulebook import NOTHING
from backend.models import ColourEvent, ColourRuleSeen, HealthCode, TestResult

_KEYS_A_STATEMENT = 500
_WORDING = frozenset({"file", "line", "note", "source", "reason", "row", "assumed"})


def mark_areas(session: Session, keys: Iterable[str], now: datetime) -> int:
    """Make everybody due who stayed in one of these places; return how many codes that were.

    Args:
        session: the transaction that changes the list.
        keys: names of listed places (`area_key`).
        now: from when they are due.
    """
    wanted, marked = sorted(keys), 0
    held = ColourEvent.__table__
    for begin in range(0, len(wanted), _KEYS_A_STATEMENT):
        part = wanted[begin : begin + _KEYS_A_STATEMENT]
        marked += _mark(session, select(held.c.person_id).where(held.c.area_key.in_(part)), now)
    return marked


def adopt_rules(session: Session, book: RuleBook, now: datetime) -> int:
    """Make everybody due whose events a new, changed or dropped rule looks at; return how many codes that were.

    What the last run saw of the rules is kept in `colour_rules_seen`; wordings do not count.
    """
    table = ColourRuleSeen.__table__
    seen = {row.rule_id: (row.fingerprint, row.event) for row in session.execute(select(table))}
    now_there = {rule.id: (fingerprint(rule), rule.when.event) for rule in book.rules}
    changed = {name for name in seen.keys() | now_there.keys() if seen.get(name) != now_there.get(name)}
    if not changed:
        return 0
    kinds = {event for found in (seen, now_there) for name in changed for _, event in _of(found, name)}
    session.execute(delete(table))
    session.execute(
        table.insert(),
        [{"rule_id": name, "fingerprint": mark, "event": kind} for name, (mark, kind) in now_there.items()],
    )
    return mark_kinds(session, kinds - {NOTHING}, now)


def mark_kinds(session: Session, kinds: Iterable[str], now: datetime) -> int:
    """Make everybody due to whom something of these kinds happened. Of tests, negatives alone colour nobody."""
    wanted = sorted(kinds)
    if not wanted:
        return 0
    held, tests = ColourEvent.__table__, TestResult.__table__
    people = select(held.c.person_id).where(held.c.kind.in_(wanted))
    if "test" in wanted:
        others = tests.c.result != "negative"
        people = union(people, select(tests.c.person_id).where(tests.c.kind == "nucleic", others))
    return _mark(session, people, now)


def fingerprint(rule: Rule) -> str:
    """Return a name for what a rule does; the same rule has the same one in every process."""
    content = {field.name: getattr(rule, field.name) for field in fields(rule) if field.name not in _WORDING}
    text = json.dumps(_canonical(content), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _mark(session: Session, people: Any, now: datetime) -> int:
    codes = HealthCode.__table__
    later = or_(codes.c.changes_at.is_(None), codes.c.changes_at > now)
    marked: int = session.execute(
        update(codes).where(codes.c.person_id.in_(people), later).values(changes_at=now)
    ).rowcount
    return marked


def _of(found: dict[str, tuple[str, str]], name: str) -> Iterable[tuple[str, str]]:
    return (found[name],) if name in found else ()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_canonical(inner) for inner in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _canonical(getattr(value, field.name)) for field in fields(value)}
    return value
