"""Locks after wrong one-time passwords, for a phone and a document, however many passwords they are spread over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.models import IdentityLock
from backend.problems import Locked, Problem, WrongCode
from backend.registry.attempts import seconds, subject

LOCK = timedelta(minutes=15)
MAX_WRONG = 5


def subjects_of(phone: str, document: str) -> tuple[str, str]:
    """Return the keys under which tries and locks are kept, the phone's first."""
    return subject("phone", phone), subject("document", document)


def hold_locks(session: Session, subjects: tuple[str, str], now: datetime) -> list[IdentityLock]:
    """Return the subjects' rows, made when missing and held until the end of the transaction."""
    return [_hold(session, key, now) for key in subjects]


def refuse_locked(session: Session, subjects: tuple[str, str], now: datetime) -> None:
    """Raise Locked while one of the subjects is locked."""
    until = session.execute(
        select(func.max(IdentityLock.locked_until)).where(
            IdentityLock.subject.in_(subjects),
            IdentityLock.locked_until > now,
            IdentityLock.locked_until <= now + LOCK,  # longer only when the clock was set back
        )
    ).scalar_one()
    if until is not None:
        raise Locked("five wrong one-time passwords", retry_after=seconds(until - now))


def count_wrong(locks: list[IdentityLock], now: datetime) -> Problem:
    """Count a wrong password; return WrongCode, or Locked when it was one too many (the password is then worthless)."""
    for lock in locks:
        lock.wrong = 1 if now - lock.last_wrong_at > LOCK else lock.wrong + 1
        lock.last_wrong_at = now
    wrong = max(lock.wrong for lock in locks)
    if wrong < MAX_WRONG:
        return WrongCode("not the one-time password that was sent", attempts_left=MAX_WRONG - wrong)
    for lock in locks:
        lock.wrong, lock.locked_until = 0, now + LOCK
    return Locked("five wrong one-time passwords", retry_after=int(LOCK.total_seconds()))


def forgive(locks: list[IdentityLock]) -> None:
    """Forget the wrong ones after a right password."""
    for lock in locks:
        lock.wrong, lock.locked_until = 0, None


def _hold(session: Session, key: str, now: datetime) -> IdentityLock:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(IdentityLock)
        .values(subject=key, wrong=0, last_wrong_at=now, locked_until=None)
        .on_conflict_do_nothing()
    )
    return session.execute(
        select(IdentityLock).where(IdentityLock.subject == key).with_for_update()
    ).scalar_one()
