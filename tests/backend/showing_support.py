"""What tests of codes to be shown share: a code for a citizen, a venue, a shift, and a cut at every write."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from backend.models import Division, HealthCode

VENUE = {
    "name": "桂花巷面馆",
    "type": "restaurant",
    "division_code": "510107",
    "address": "桂花巷12号",
    "contact_phone": "13900000001",
}


class CutError(Exception):
    """The process ends in the middle of a write."""


@contextmanager
def cut_at(write: int) -> Iterator[list[str]]:
    """Let the `write`-th changing statement of this process fail; the list says which one it was."""
    seen: list[str] = []
    hit: list[str] = []

    def before(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() not in ("INSERT", "UPDATE", "DELETE"):
            return
        if "nonces" in statement:
            return
        seen.append(statement)
        if len(seen) == write:
            hit.append(statement)
            raise CutError

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield hit
    finally:
        event.remove(Engine, "before_cursor_execute", before)


def survives_every_cut(ask: Callable[[str], Any], held: Callable[[], int]) -> int:
    """Ask under one key, cut at each write in turn; nothing may be half done, and at last it is done once.

    Returns:
        How many writes were cut.
    """
    key, before = uuid.uuid4().hex, held()
    for write in range(1, 60):
        with cut_at(write) as hit:
            answer = ask(key)
        if not hit:
            assert answer.status_code < 300, answer.text
            assert held() == before + 1
            assert ask(key).json() == answer.json()
            assert held() == before + 1
            return write - 1
        assert answer.status_code == 500, (hit, answer.text)
        assert held() == before, hit
    raise AssertionError("never done")


def give_code(platform: Any, person_id: str, colour: str = "green", days: int = 9) -> None:
    """Set a person's colour; `days` until the check-in runs out."""
    now = platform.clock.now()
    with platform.database.write() as session:
        session.merge(
            HealthCode(
                person_id=person_id,
                colour=colour,
                since=now - timedelta(days=1),
                valid_until=now + timedelta(days=days),
                updated_at=now,
            )
        )


def add_division(platform: Any) -> None:
    """The one division of these tests."""
    with platform.database.write() as session:
        session.merge(
            Division(
                code="510107", name="武侯区", level="county", path="四川省成都市武侯区", parent_code=None
            )
        )
