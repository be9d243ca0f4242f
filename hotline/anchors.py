"""The audit's head, written out beside the store from time to time.

A chain shows what was changed inside it. Whoever can write the whole store could cut its end off, or make all of it
anew; then the anchors no longer fit. They belong on another machine or a medium that only takes additions.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from .audit import Audit

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a check found: how many entries and anchors fit, and the first that does not, in words."""

    entries: int
    anchors: int
    broken_at: int | None = None
    why: str = ""


def write(path: Path, audit: Audit, now: dt.datetime) -> bool:
    """Append the present head to a file; False when it stands there already or there is none.

    Raises:
        OSError: the file cannot be written.
    """
    seq, head = audit.head()
    if seq == 0 or (path.exists() and _last(path) == (seq, head)):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": now.isoformat(timespec="seconds"), "seq": seq, "hash": head})
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def verify(audit: Audit, path: Path | None) -> Finding:
    """Walk the chain and hold every anchor against it.

    Raises:
        OSError: the file of anchors cannot be read.
    """
    seq, _ = audit.head()
    broken = audit.first_break()
    if broken is not None:
        return Finding(seq, 0, broken, "does not follow from the one before it, or is missing")
    fit = 0
    for number, (at, expected) in enumerate(_read(path), start=1):
        found = audit.hash_at(at)
        if expected is None:
            return Finding(seq, fit, at, f"line {number} of the anchors cannot be read")
        if found is None and at <= audit.shortened_to():
            continue  # older than is kept
        if found != expected:
            return Finding(
                seq, fit, at, f"is not what line {number} of the anchors says: the audit was made anew or cut"
            )
        fit += 1
    return Finding(seq, fit)


async def keep(app: Any) -> None:
    """Write anchors for as long as the process lives."""
    desk = app.ctx.desk
    path: Path | None = desk.settings.anchors
    while path is not None:
        try:
            await desk.on_thread(lambda: write(path, desk.audit, desk.now()))
        except (OSError, SQLAlchemyError) as error:
            log.warning("audit_anchor_waits", extra={"error": type(error).__name__})
        await asyncio.sleep(desk.settings.anchor_minutes * 60)


def _read(path: Path | None) -> list[tuple[int, str | None]]:
    if path is None or not path.exists():
        return []
    return [_parsed(line) for line in path.read_text("utf-8", "replace").splitlines() if line.strip()]


def _parsed(line: str) -> tuple[int, str | None]:
    try:
        raw = json.loads(line)
        return int(raw["seq"]), str(raw["hash"])
    except (ValueError, KeyError, TypeError):
        return 0, None


def _last(path: Path) -> tuple[int, str | None] | None:
    lines = _read(path)
    return lines[-1] if lines else None
