"""One call to the platform before it is sent: method, route, values."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote

from . import correlation
from .errors import NotFound

QueryValue: TypeAlias = str | int | float | bool | dt.date | None

SAFE_METHODS = frozenset({"GET"})
_HEADER_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")
_KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")
_DOT_SEGMENTS = frozenset({"", ".", ".."})


@dataclass(frozen=True)
class Call:
    """What to ask of the platform.

    Attributes:
        method: HTTP method.
        route: path template, e.g. `/v1/people/{person_id}/code`; this, not the path, may be logged.
        ids: values of the template's places.
        query: query parameters; `None` values are left out.
        body: JSON object of a write.
        session: a verified person's session token.
        key: idempotency key of a write.
        request_id: correlation id, that of the context the call is made in.
    """

    method: str
    route: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    session: str | None = None
    key: str | None = None
    request_id: str = field(default_factory=correlation.current)

    @property
    def repeatable(self) -> bool:
        """Tell whether a second try can do no harm."""
        return self.method in SAFE_METHODS or self.key is not None

    def path(self) -> str:
        """Return the path with its values.

        Raises:
            NotFound: a value is empty or a dot segment, so that it would address something else.
        """
        if any(value in _DOT_SEGMENTS for value in self.ids.values()):
            raise NotFound("no such id", request_id=self.request_id)
        return self.route.format(
            **{name: quote(_encodable(value), safe="") for name, value in self.ids.items()}
        )

    def parameters(self) -> list[tuple[str, str]]:
        """Return the query as text pairs."""
        return [(name, _as_text(value)) for name, value in self.query.items() if value is not None]

    def payload(self) -> bytes:
        """Return the body's bytes, `b""` for none."""
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def is_header_token(value: str) -> bool:
    """Tell whether a session token may stand in a header."""
    return _HEADER_TOKEN.fullmatch(value) is not None


def is_key(value: str) -> bool:
    """Tell whether a text is an idempotency key as the contract wants it."""
    return _KEY.fullmatch(value) is not None


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _as_text(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    return _encodable(str(value))
