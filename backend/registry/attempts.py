"""Tries counted for one phone or one document, so that nobody can guess people or flood a phone."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.models import IdentityAttempt
from backend.problems import RateLimited

WINDOW = timedelta(hours=1)


def subject(kind: str, value: str) -> str:
    """Return the key under which tries for a phone or a document are counted; it does not tell the value."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def count_attempt(session: Session, key: str, now: datetime, *, sent: bool) -> None:
    """Count a try; `sent` when it caused a message."""
    session.add(IdentityAttempt(subject=key, at=now, sent=int(sent)))


def refuse_frequent(
    session: Session, key: str, allowed: int, now: datetime, *, sent_only: bool = False
) -> None:
    """Raise RateLimited when `allowed` tries (or messages) were counted within the last hour."""
    recent = select(func.count(), func.min(IdentityAttempt.at)).where(
        IdentityAttempt.subject == key, IdentityAttempt.at > now - WINDOW, IdentityAttempt.at <= now
    )
    if sent_only:
        recent = recent.where(IdentityAttempt.sent == 1)
    count, first = session.execute(recent).one()
    if count >= allowed:
        raise RateLimited("too many tries within an hour", retry_after=seconds(first + WINDOW - now))


def seconds(span: timedelta) -> int:
    """Return a span in whole seconds, at least one, for `retry_after`."""
    return max(1, math.ceil(span.total_seconds()))
