"""Pages: a cursor holds the sort key of the last item, so pages stay right while rows are added."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from backend.contract import parse_moment
from backend.problems import InvalidInput

_FOREIGN = InvalidInput(("cursor", "was not given out for this list"))
_MAX_INTEGER = 2**63


def encode_cursor(key: Sequence[Any]) -> str:
    """Return the opaque cursor of a sort key of texts, integers, floats and moments."""
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Return the sort key of a cursor.

    Args:
        cursor: as given out by `encode_cursor`.
        kinds: the types its parts must have, in order: str, int, float or datetime.

    Raises:
        InvalidInput: when it was not given out for this list.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = json.loads(raw)
        if not isinstance(key, list) or len(key) != len(kinds):
            raise _FOREIGN
        return [_part(value, kind) for value, kind in zip(key, kinds, strict=True)]
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _FOREIGN from error


def _part(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        return parse_moment(value)
    if type(value) is not kind:
        raise _FOREIGN
    if isinstance(value, str) and not value.isprintable():
        raise _FOREIGN
    if isinstance(value, int) and abs(value) >= _MAX_INTEGER:
        raise _FOREIGN
    return value


def page(
    session: Session,
    statement: Any,
    columns: Sequence[Any],
    *,
    limit: int,
    cursor: str | None,
    show: Callable[[Any], dict[str, Any]],
    descending: bool = False,
) -> dict[str, Any]:
    """Run `statement` for one page, ordered by `columns`.

    Args:
        session: where to look.
        statement: a select of one entity, unordered.
        columns: columns that order the list (never NULL); together they are unique.
        limit: items a page.
        cursor: `next_cursor` of the page before, None for the first.
        show: turns a row into its JSON object.
        descending: largest key first.

    Returns:
        `{items, next_cursor}`.

    Raises:
        InvalidInput: for a cursor of another list.
    """
    if cursor is not None:
        key = decode_cursor(cursor, [column.type.python_type for column in columns])
        statement = statement.where(_beyond(columns, key, descending))
    ordered = statement.order_by(*[column.desc() if descending else column.asc() for column in columns])
    rows = session.execute(ordered.limit(limit + 1)).scalars().all()
    following = None
    if len(rows) > limit:
        following = encode_cursor([getattr(rows[limit - 1], column.key) for column in columns])
    return {"items": [show(row) for row in rows[:limit]], "next_cursor": following}


def _beyond(columns: Sequence[Any], key: Sequence[Any], descending: bool) -> Any:
    """Return the condition that a row comes after `key`: the first differing column decides."""
    cases = []
    for position, column in enumerate(columns):
        same = [c == k for c, k in zip(columns[:position], key[:position], strict=True)]
        value = key[position]
        cases.append(and_(*same, column < value if descending else column > value))
    return or_(*cases)
