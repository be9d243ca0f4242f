"""Every setting of the page and its channel, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

_HOST_SOURCE = re.compile(r"https?://[A-Za-z0-9.*-]+(:\d+)?")


@dataclass(frozen=True)
class WebSettings:
    """Settings of the web channel.

    Attributes:
        origins: origins besides our own host that may open a conversation (``https://host``), for a page behind
            a proxy that changes ``Host``. ``JKT_WEB_ORIGINS``, separated by blanks.
        frame_ancestors: origins that may show the page in a frame; empty means nobody.
            ``JKT_WEB_FRAME_ANCESTORS``, separated by blanks.
        image_sources: origins besides our own that answers may take pictures from; empty means none.
            ``JKT_WEB_IMAGE_SOURCES``, separated by blanks.
        session_life: how long a session lives without use. ``JKT_WEB_SESSION_HOURS``, default 24.
        session_limit: how long a session lives at most, used or not. ``JKT_WEB_SESSION_DAYS``, default 7.
        retention: how long the conversation is kept for reading again. ``JKT_WEB_RETENTION_DAYS``, default 30.
        new_sessions_per_minute: conversations one address may open in a minute.
            ``JKT_WEB_SESSIONS_PER_MINUTE``, default 60 (a village behind one address still gets in).
    """

    origins: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    image_sources: tuple[str, ...] = ()
    session_life: timedelta = timedelta(hours=24)
    session_limit: timedelta = timedelta(days=7)
    retention: timedelta = timedelta(days=30)
    new_sessions_per_minute: int = 60

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> WebSettings:
        """Read the settings; ValueError names the variable that is wrong."""
        return cls(
            origins=_origins(environment, "JKT_WEB_ORIGINS"),
            frame_ancestors=_origins(environment, "JKT_WEB_FRAME_ANCESTORS"),
            image_sources=_origins(environment, "JKT_WEB_IMAGE_SOURCES"),
            session_life=timedelta(hours=_positive(environment, "JKT_WEB_SESSION_HOURS", 24)),
            session_limit=timedelta(days=_positive(environment, "JKT_WEB_SESSION_DAYS", 7)),
            retention=timedelta(days=_positive(environment, "JKT_WEB_RETENTION_DAYS", 30)),
            new_sessions_per_minute=_positive(environment, "JKT_WEB_SESSIONS_PER_MINUTE", 60),
        )


def _origins(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    origins = tuple(environment.get(name, "").split())
    for origin in origins:
        if not _HOST_SOURCE.fullmatch(origin):
            raise ValueError(f"{name}: {origin!r} is not an origin such as https://example.gov.cn")
    return origins


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    raw = environment.get(name, "") or str(default)
    if not raw.isascii() or not raw.isdigit() or int(raw) == 0:
        raise ValueError(f"{name}: {raw!r} is not a whole number above 0")
    return int(raw)
