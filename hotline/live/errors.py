# ruff: noqa: N818 – a name says what happened
"""What the agents' stream refuses.

::

    DeskError
    ├── BadTicket      403, a ticket that is old, used, or of another session
    └── BadFrame       400, a frame that no page of ours sends
"""

from __future__ import annotations

from ..errors import DeskError


class BadTicket(DeskError):
    """The ticket does not open a stream for this session."""

    status = 403
    code = "forbidden"


class BadFrame(DeskError):
    """A frame outside what docs/desk.md describes."""

    status = 400
    code = "bad_request"
