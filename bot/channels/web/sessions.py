"""Session tokens: the page's proof that a conversation is its own.

A token is ``w1.<conversation id>.<opened>.<expires>.<HMAC-SHA256>`` with times in Unix seconds. Nothing is kept on
the server: whoever holds the token is the person of this conversation on this channel, until it expires.
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

_TOKEN: Final = re.compile(r"w1\.(web-[0-9a-f]{32})\.(\d{1,12})\.(\d{1,12})\.([0-9a-f]{64})", re.ASCII)


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
        return self._sign(f"web-{secrets.token_hex(16)}", self._clock())

    def check(self, token: str) -> Session:
        """Return the session of ``token``.

        Raises:
            BadSession: not a token of ours.
            SessionExpired: ours, too old.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise BadSession("no valid session token")
        conversation_id, opened, expires, signature = match.groups()
        if not hmac.compare_digest(signature, self._signature(conversation_id, opened, expires)):
            raise BadSession("no valid session token")
        session = Session(conversation_id, _time(opened), _time(expires), token)
        if self._clock() >= session.expires_at:
            raise SessionExpired("the session is over")
        return session

    def renew(self, session: Session) -> Session:
        """Return ``session``, with a later end when more than half of its life is over."""
        if session.expires_at - self._clock() > self._life / 2:
            return session
        return self._sign(session.conversation_id, session.opened_at)

    def _sign(self, conversation_id: str, opened_at: datetime) -> Session:
        expires_at = min(self._clock() + self._life, opened_at + self._limit)
        opened, expires = str(int(opened_at.timestamp())), str(int(expires_at.timestamp()))
        signature = self._signature(conversation_id, opened, expires)
        token = f"w1.{conversation_id}.{opened}.{expires}.{signature}"
        return Session(conversation_id, _time(opened), _time(expires), token)

    def _signature(self, conversation_id: str, opened: str, expires: str) -> str:
        message = f"{conversation_id}\n{opened}\n{expires}".encode("ascii")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def _time(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), tz=timezone.utc)
