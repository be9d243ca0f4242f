"""Who is told of events: read from one setting, `name=url[,name=url]`."""

from __future__ import annotations

import re
from collections.abc import Callable

from backend.outbox.sending import Subscriber

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_URL = re.compile(r"https?://[^\s,]+")


def read_subscribers(text: str, secret: Callable[[str], bytes]) -> tuple[Subscriber, ...]:
    """Return the subscribers a setting names; `secret` gives the bytes of the secret `events_<name>`.

    Raises:
        ValueError: when an entry is not `name=url`.
    """
    found = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, url = entry.partition("=")
        if not (_NAME.fullmatch(name) and _URL.fullmatch(url)):
            raise ValueError(f"JKT_EVENT_SUBSCRIBERS: {entry!r} is not name=url")
        found.append(Subscriber(name, url, secret(f"events_{name}")))
    return tuple(found)
