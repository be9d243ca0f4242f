"""One-time passwords by text message: how often one is sent, how long it lives, and what a wrong one costs.

Five wrong passwords lock phone and document for 15 minutes, however many passwords they are spread over. A password
lives 5 minutes and works once; a newer one replaces it.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.models import OutboxMessage, PhoneCheck, Verification
from backend.problems import Conflict, Locked, NotFound, Problem, RateLimited
from backend.registry.attempts import count_attempt, refuse_frequent, seconds
from backend.registry.locks import count_wrong, forgive, hold_locks, refuse_locked, subjects_of
from backend.serving import Scope
from privacy.sealing import Sealer

CODE_LIFETIME: Final = timedelta(minutes=5)
RESEND_PAUSE: Final = timedelta(seconds=60)
#: What a password was sent for: to know a person, or to prove a phone.
Sent = Verification | PhoneCheck


def refuse_to_ask(scope: Scope, phone: str, document: str) -> tuple[str, str]:
    """Return what tries are counted by, when somebody may try now.

    Raises:
        Locked: after five wrong passwords for this phone or this document.
        RateLimited: too many tries.
    """
    subjects = subjects_of(phone, document)
    refuse_locked(scope.session, subjects, scope.now)
    for key in subjects:
        refuse_frequent(scope.session, key, scope.platform.settings.identity_tries_per_hour, scope.now)
    return subjects


def refuse_to_send(scope: Scope, subjects: tuple[str, str], kind: type[Sent], whose: Any) -> None:
    """Count a message that is sent now, and let it replace the one before.

    Args:
        scope: of the request.
        subjects: of `refuse_to_ask`.
        kind: what the password is for.
        whose: condition on the passwords sent to the same person.

    Raises:
        RateLimited: too many messages, or one was sent just now.
    """
    session, now = scope.session, scope.now
    refuse_frequent(session, subjects[0], scope.platform.settings.messages_per_hour, now, sent_only=True)
    pending = (whose, kind.conversation_id == scope.body["conversation_id"], kind.state == "pending")
    last = session.execute(
        select(func.max(kind.created_at)).where(*pending, kind.created_at <= now)
    ).scalar_one()
    if last is not None and now < last + RESEND_PAUSE:
        raise RateLimited("a message was sent just now", retry_after=seconds(last + RESEND_PAUSE - now))
    count_tries(session, subjects, now, sent=True)
    session.execute(update(kind).where(*pending).values(state="replaced"))


def send(scope: Scope, sent: Sent, password_id: str) -> None:
    """Give `sent` a new password, its times and its place, and let the text message go out."""
    code, now = f"{secrets.randbelow(1_000_000):06d}", scope.now
    sent.code_hash = digest(scope, password_id, code)
    sent.conversation_id, sent.channel = scope.body["conversation_id"], scope.body["channel"]
    sent.state, sent.created_at, sent.expires_at = "pending", now, now + CODE_LIFETIME
    text = f"【四川天府健康通】您的验证码是{code}，5分钟内有效。如非本人操作，请不要告诉任何人。"
    message = OutboxMessage(recipient=sent.phone, kind="one_time_password", text=text, created_at=now)
    scope.session.add_all([sent, message])


def wrong(scope: Scope, sent: Sent | None, password_id: str) -> Problem | None:
    """Hold the password of the request against the one that was sent; None when it is right, which uses it up.

    Returns:
        WrongCode or Locked, to be returned so that the wrong try stays counted.

    Raises:
        NotFound: nothing was sent.
        Locked: while locked, also for the right password.
        Conflict: the password has expired, was used, or a newer one was sent.
    """
    if sent is None:
        raise NotFound("nothing was sent under this id")
    subjects = subjects_of(sent.phone, sent.document_number)
    locks = hold_locks(scope.session, subjects, scope.now)
    refuse_locked(scope.session, subjects, scope.now)
    if sent.state != "pending":
        raise Conflict("this one-time password was used, replaced or given up")
    if sent.expires_at <= scope.now:
        raise Conflict("this one-time password has expired")
    if not hmac.compare_digest(digest(scope, password_id, scope.body["code"]), sent.code_hash):
        problem = count_wrong(locks, scope.now)
        if isinstance(problem, Locked):
            sent.state = "failed"
        return problem
    sent.state = "used"
    forgive(locks)
    return None


def digest(scope: Scope, owner: str, value: str) -> str:
    """Return what the platform keeps in place of a password or a proof."""
    return Sealer(scope.platform.settings.record_key).digest(owner, value)


def count_tries(session: Session, subjects: tuple[str, str], now: datetime, *, sent: bool) -> None:
    """Count a try for the phone and for the document."""
    for key in subjects:
        count_attempt(session, key, now, sent=sent)
