# ruff: noqa: N818 – a name says what happened
"""What calls refuse.

::

DeskError
├── NoSuchCall     there is none by that number, or it is a colleague's
├── CallOver       it has ended
├── StaleNotes     another window of the same call is further
└── TooManyLooks   an agent has looked at as many codes as one day allows
"""

from __future__ import annotations

from ..errors import DeskError


class NoSuchCall(DeskError):
    """There is no such call of this agent."""

    status = 404
    code = "not_found"


class CallOver(DeskError):
    """The call has ended; nothing is written any more."""

    status = 409
    code = "call_over"


class StaleNotes(DeskError):
    """These notes are older than those that are kept; `current` is their number."""

    status = 409
    code = "stale_notes"

    def __init__(self, current: int) -> None:
        """Name the number of the notes that are kept."""
        super().__init__("older than what is kept", current=current)


class TooManyLooks(DeskError):
    """No more codes for this agent today."""

    status = 429
    code = "too_many_looks"
