# ruff: noqa: N818 – a name says what happened
"""What the telephone's part of the desk refuses.

::

    DeskError
    ├── NoSuchMissed      there is no lost call by that number
    ├── MissedChanged     somebody else was quicker, or the caller has come through meanwhile
    └── NotClaimed        the number is shown to whoever calls back, and to nobody else
"""

from __future__ import annotations

from ..errors import DeskError


class NoSuchMissed(DeskError):
    """There is no such case."""

    status = 404
    code = "not_found"


class MissedChanged(DeskError):
    """The case is not as it was when the page was drawn."""

    status = 409
    code = "conflict"


class NotClaimed(DeskError):
    """The case is not this agent's."""

    status = 409
    code = "conflict"
