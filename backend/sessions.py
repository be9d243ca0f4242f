"""Sessions of verified persons: 30 minutes, in one conversation and channel, known by a hash of the token."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.models import PersonSession
from backend.problems import SessionExpired, SessionRequired

LIFETIME = timedelta(minutes=30)


def open_session(
    session: Session,
    person_id: str,
    conversation_id: str,
    channel: str,
    now: datetime,
    *,
    until: datetime | None = None,
) -> tuple[str, datetime]:
    """Begin a session for a person just verified; return its token and the moment it ends, ``until`` at the latest."""
    token = secrets.token_urlsafe(32)
    expires_at = now + LIFETIME if until is None else min(until, now + LIFETIME)
    session.add(
        PersonSession(
            token_hash=_hash(token),
            person_id=person_id,
            conversation_id=conversation_id,
            channel=channel,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return token, expires_at


def person_of(session: Session, token: str | None, now: datetime) -> PersonSession:
    """Return the session a token stands for.

    Raises:
        SessionRequired: without a token, or with one that was never given out.
        SessionExpired: when its 30 minutes are over.
    """
    found = session_of(session, token)
    if not found.created_at <= now < found.expires_at:  # earlier than created: the clock was set back
        raise SessionExpired("verify the person again")
    return found


def end_sessions(session: Session, ending: PersonSession, now: datetime) -> None:
    """End every session of a person in one conversation, that of `ending` among them; ending twice is ending once."""
    session.execute(
        update(PersonSession)
        .where(
            PersonSession.person_id == ending.person_id,
            PersonSession.conversation_id == ending.conversation_id,
            PersonSession.expires_at > now,
        )
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )


def session_of(session: Session, token: str | None) -> PersonSession:
    """Return the session a token stands for, over or not.

    Raises:
        SessionRequired: without a token, or with one that was never given out.
    """
    found = session.get(PersonSession, _hash(token)) if token else None
    if found is None:
        raise SessionRequired("verify the person first")
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
