"""What the pages of shifts work with, built once in a process."""

from __future__ import annotations

from dataclasses import dataclass

from ..desk import Desk
from .book import ShiftBook, shift_book
from .roster import Roster
from .wishes import Wishes


@dataclass(frozen=True)
class ShiftRoom:
    """Templates and rules, the plan, and what agents ask for."""

    book: ShiftBook
    roster: Roster
    wishes: Wishes


def build_shifts(desk: Desk) -> ShiftRoom:
    """Return the shifts of a desk."""
    book = shift_book()
    roster = Roster(desk.engine, book.templates)
    return ShiftRoom(book, roster, Wishes(roster))
