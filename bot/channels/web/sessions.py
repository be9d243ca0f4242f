"""Session tokens: the page's proof that a conversation is its own.

A token is ``w1.<conversation id>.<opened>.<expires>.<HMAC-SHA256>`` with times in Unix seconds. Nothing is kept on
the server: whoever holds the token is the person of this conversation on this channel, until it expires.

An invitation (``w0.…``) comes with the page. It opens one conversation and is no session: it reads and says nothing
until it has been exchanged, and then counts as a conversation opened. Exchanged twice, because the first answer was
lost, it opens the same conversation again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final

from bot.channels.web.errors import BadSession, SessionExpired

_TOKEN: Final = re.compile(r"(w[01])\.(web-[0-9a-f]{32})\.(\d{1,12})\.(\d{1,12})\.([0-9a-f]{64})", re.ASCII)
_SESSION: Final = "w1"
_INVITATION: Final = "w0"
_INVITATION_LIFE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Session:
    """A conversation that the holder of ``token`` may read and write until ``expires_at``."""

    conversation_id: str
    opened_at: datetime
    expires_at: datetime
    token: str = field(repr=False)


class Sessions:
    """Signs and checks session tokens."""

    def __init__(
        self, secret: bytes, clock: Callable[[], datetime], life: timedelta, limit: timedelta
    ) -> None:
        """Sign with ``secret``; a token lives ``life`` after its last renewal, ``limit`` after its opening."""
        self._secret = secret
        self._clock = clock
        self._life = life
        self._limit = limit

    def open(self) -> Session:
        """Return a new conversation's session."""
        return self._sign(_new_conversation(), self._clock())

    def invite(self) -> str:
        """Return an invitation to a conversation of its own, good for an hour. It says nothing about anybody."""
        return self._made(_INVITATION, _new_conversation(), self._clock(), self._clock() + _INVITATION_LIFE)

    def accept(self, invitation: str) -> Session:
        """Return the session that ``invitation`` opens.

        Raises:
            BadSession: not an invitation of ours.
            SessionExpired: ours, too old.
        """
        conversation_id, opened_at, _ = self._read(_INVITATION, invitation)
        return self._sign(conversation_id, opened_at)

    def check(self, token: str) -> Session:
        """Return the session of ``token``.

        Raises:
            BadSession: not a token of ours.
            SessionExpired: ours, too old.
        """
        return Session(*self._read(_SESSION, token), token)

    def renew(self, session: Session) -> Session:
        """Return ``session``, with a later end when more than half of its life is over."""
        if session.expires_at - self._clock() > self._life / 2:
            return session
        return self._sign(session.conversation_id, session.opened_at)

    def _sign(self, conversation_id: str, opened_at: datetime) -> Session:
        expires_at = min(self._clock() + self._life, opened_at + self._limit)
        token = self._made(_SESSION, conversation_id, opened_at, expires_at)
        return Session(conversation_id, _whole(opened_at), _whole(expires_at), token)

    def _made(self, kind: str, conversation_id: str, opened_at: datetime, expires_at: datetime) -> str:
        opened, expires = str(int(opened_at.timestamp())), str(int(expires_at.timestamp()))
        signature = self._signature(kind, conversation_id, opened, expires)
        return f"{kind}.{conversation_id}.{opened}.{expires}.{signature}"

    def _read(self, kind: str, token: str) -> tuple[str, datetime, datetime]:
        """Return conversation, opening and end of a token of this kind that is ours and not over."""
        match = _TOKEN.fullmatch(token)
        if match is None or match[1] != kind:
            raise BadSession("no valid session token")
        _, conversation_id, opened, expires, signature = match.groups()
        if not hmac.compare_digest(signature, self._signature(kind, conversation_id, opened, expires)):
            raise BadSession("no valid session token")
        if self._clock() >= _time(expires):
            raise SessionExpired("the session is over")
        return conversation_id, _time(opened), _time(expires)

    def _signature(self, kind: str, conversation_id: str, opened: str, expires: str) -> str:
        parts = (conversation_id, opened, expires)
        message = "\n".join(parts if kind == _SESSION else (kind, *parts)).encode("ascii")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def _new_conversation() -> str:
    return f"web-{secrets.token_hex(16)}"


def _whole(at: datetime) -> datetime:
    return _time(str(int(at.timestamp())))


def _time(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), tz=timezone.utc)
