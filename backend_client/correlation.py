"""The correlation id that ties one citizen's message to every call it causes.

The caller sets `request_id` when it takes up a message; every call to the platform then carries it as
`X-Request-Id`. Without one, each call gets an id of its own.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-Id"

request_id: ContextVar[str] = ContextVar("request_id", default="")

_WELL_FORMED = re.compile(r"[0-9A-Za-z_-]{1,64}")


def current() -> str:
    """Return the id of the present context, or a fresh one if there is none that may stand in a header."""
    known = request_id.get()
    return known if _WELL_FORMED.fullmatch(known) else uuid.uuid4().hex
