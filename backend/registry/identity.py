"""One-time passwords: who may have one sent, how often, and what a wrong one costs.

Five wrong passwords lock phone and document for 15 minutes, however many verifications they are spread over. A
password lives 5 minutes and works once. Which of name, document and phone was wrong is never told.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.models import IdentityLock, OutboxMessage, Person, Verification, new_id
from backend.problems import Conflict, IdentityMismatch, Locked, NotFound, Problem, RateLimited, WrongCode
from backend.registry.attempts import count_attempt, refuse_frequent, seconds, subject
from backend.registry.folding import fold_document, fold_phone
from backend.registry.people import find_person, written
from backend.serving import Scope
from backend.sessions import open_session
from privacy.masking import mask_value
from privacy.sealing import Sealer

CODE_LIFETIME = timedelta(minutes=5)
RESEND_PAUSE = timedelta(seconds=60)
LOCK = timedelta(minutes=15)
MAX_WRONG = 5


def start_verification(scope: Scope) -> dict[str, Any] | Problem:
    """Send a one-time password to a person's registered phone.

    Returns:
        The VerificationStarted object, or IdentityMismatch (returned so that the try stays counted).

    Raises:
        Locked: after five wrong passwords for this phone or this document.
        RateLimited: too many messages or tries.
    """
    session, now, body = scope.session, scope.now, scope.body
    phone, document = fold_phone(body["phone"]), fold_document(body["document_number"])
    subjects = _subjects(phone, document)
    _refuse_locked(session, subjects, now)
    settings = scope.platform.settings
    for key in subjects:
        refuse_frequent(session, key, settings.identity_tries_per_hour, now)
    person = find_person(session, body["name"], body["document_type"], document)
    if person is None or not person.phone or person.phone != phone:
        _count(session, subjects, now, sent=False)
        return IdentityMismatch("the three do not belong together")
    refuse_frequent(session, subjects[0], settings.messages_per_hour, now, sent_only=True)
    _refuse_impatient(session, person.person_id, body["conversation_id"], now)
    _count(session, subjects, now, sent=True)
    verification = _send(scope, person, phone, document)
    return {
        "verification_id": verification.verification_id,
        "phone_masked": mask_value("PHONE", phone),
        "expires_at": written(verification.expires_at),
        "resend_after": written(now + RESEND_PAUSE),
    }


def confirm_verification(scope: Scope, verification_id: str) -> dict[str, Any] | Problem:
    """Exchange the right one-time password for a session.

    Returns:
        The VerificationConfirmed object; WrongCode or Locked are returned so that the wrong try stays counted.

    Raises:
        NotFound: no such verification.
        Locked: while locked, also for the right password.
        Conflict: the password has expired, was used, or a newer one was sent.
    """
    session, now = scope.session, scope.now
    verification = session.execute(
        select(Verification).where(Verification.verification_id == verification_id).with_for_update()
    ).scalar_one_or_none()
    if verification is None:
        raise NotFound("no such verification")
    subjects = _subjects(verification.phone, verification.document_number)
    locks = [_hold_lock(session, key, now) for key in subjects]
    _refuse_locked(session, subjects, now)
    if verification.state != "pending":
        raise Conflict("this one-time password was used, replaced or given up")
    if verification.expires_at <= now:
        raise Conflict("this one-time password has expired")
    given = _digest(scope, verification_id, scope.body["code"])
    if not hmac.compare_digest(given, verification.code_hash):
        return _count_wrong(verification, locks, now)
    verification.state = "used"
    for lock in locks:
        lock.wrong, lock.locked_until = 0, None
    token, expires_at = open_session(
        session, verification.person_id, verification.conversation_id, verification.channel, now
    )
    return {
        "person_id": verification.person_id,
        "session_token": token,
        "expires_at": written(expires_at),
        "name_masked": mask_value("NAME", session.get(Person, verification.person_id).name),
    }


def _send(scope: Scope, person: Person, phone: str, document: str) -> Verification:
    session, now, body = scope.session, scope.now, scope.body
    session.execute(
        update(Verification)
        .where(
            Verification.person_id == person.person_id,
            Verification.conversation_id == body["conversation_id"],
            Verification.state == "pending",
        )
        .values(state="replaced")
    )
    code = f"{secrets.randbelow(1_000_000):06d}"
    verification_id = new_id("ver")
    verification = Verification(
        verification_id=verification_id,
        person_id=person.person_id,
        phone=phone,
        document_number=document,
        code_hash=_digest(scope, verification_id, code),
        conversation_id=body["conversation_id"],
        channel=body["channel"],
        state="pending",
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    text = f"【四川天府健康通】您的验证码是{code}，5分钟内有效。如非本人操作，请不要告诉任何人。"
    session.add(verification)
    session.add(OutboxMessage(recipient=phone, kind="one_time_password", text=text, created_at=now))
    return verification


def _digest(scope: Scope, verification_id: str, code: str) -> str:
    return Sealer(scope.platform.settings.record_key).digest(verification_id, code)


def _subjects(phone: str, document: str) -> tuple[str, str]:
    return subject("phone", phone), subject("document", document)


def _count(session: Session, subjects: tuple[str, str], now: datetime, *, sent: bool) -> None:
    for key in subjects:
        count_attempt(session, key, now, sent=sent)


def _hold_lock(session: Session, key: str, now: datetime) -> IdentityLock:
    """Return the subject's row, made when missing and held until the end of the transaction."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(IdentityLock)
        .values(subject=key, wrong=0, last_wrong_at=now, locked_until=None)
        .on_conflict_do_nothing()
    )
    return session.execute(
        select(IdentityLock).where(IdentityLock.subject == key).with_for_update()
    ).scalar_one()


def _count_wrong(verification: Verification, locks: list[IdentityLock], now: datetime) -> Problem:
    for lock in locks:
        lock.wrong = 1 if now - lock.last_wrong_at > LOCK else lock.wrong + 1
        lock.last_wrong_at = now
    wrong = max(lock.wrong for lock in locks)
    if wrong < MAX_WRONG:
        return WrongCode("not the one-time password that was sent", attempts_left=MAX_WRONG - wrong)
    verification.state = "failed"
    for lock in locks:
        lock.wrong, lock.locked_until = 0, now + LOCK
    return Locked("five wrong one-time passwords", retry_after=int(LOCK.total_seconds()))


def _refuse_locked(session: Session, subjects: tuple[str, str], now: datetime) -> None:
    until = session.execute(
        select(func.max(IdentityLock.locked_until)).where(
            IdentityLock.subject.in_(subjects),
            IdentityLock.locked_until > now,
            IdentityLock.locked_until <= now + LOCK,  # longer only when the clock was set back
        )
    ).scalar_one()
    if until is not None:
        raise Locked("five wrong one-time passwords", retry_after=seconds(until - now))


def _refuse_impatient(session: Session, person_id: str, conversation_id: str, now: datetime) -> None:
    last = session.execute(
        select(func.max(Verification.created_at)).where(
            Verification.person_id == person_id,
            Verification.conversation_id == conversation_id,
            Verification.state == "pending",
            Verification.created_at <= now,
        )
    ).scalar_one()
    if last is not None and now < last + RESEND_PAUSE:
        raise RateLimited("a message was sent just now", retry_after=seconds(last + RESEND_PAUSE - now))
