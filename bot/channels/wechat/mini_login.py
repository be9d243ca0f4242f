"""The mini-program's way to us: who it is, and whom it hands over to its own customer service.

``login`` makes of a ``wx.login`` code a token of ours for the conversation of that person; ``hand_over`` takes the
platform's token for it and gives a reference for the button that opens the chat, worth nothing in anybody else's chat.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bot.channels.web.errors import TooFast
from bot.channels.web.limits import Buckets
from bot.channels.wechat.errors import CallFailed, Outcome, Refused
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.people import People, Person
from bot.handover import handed_over
from bot.identity.tickets import Tickets

#: Seconds a token of ours lives.
LIFE: Final = 1800
#: What ``session-from`` carries.
REFERENCE: Final = "reference"
LOGINS_AT_ONCE: Final = 60
LOGINS_PER_SECOND: Final = 1.0
_TOKEN: Final = re.compile(r"m1\.(wx_[0-9a-f]{40})\.(\d{1,12})\.([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Said:
    """An answer over HTTP: JSON and its status."""

    body: dict[str, Any] = field(repr=False)
    status: int = 200


def _refused(status: int, code: str) -> Said:
    return Said({"error": code}, status)


class MiniLogin:
    """All mini-programs of this installation."""

    def __init__(
        self,
        lines: Lines,
        tickets: Tickets,
        people: People,
        key: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Sign with ``key`` (a purpose of its own); ``clock`` gives unix seconds."""
        self._lines = lines
        self._tickets = tickets
        self._people = people
        self._key = hashlib.sha256(b"mini-program session " + key).digest()
        self._clock = clock
        self._logins = Buckets(LOGINS_AT_ONCE, LOGINS_PER_SECOND, clock)

    async def login(self, account: str, body: Any, address: str) -> Said:
        """Return a token for the person behind a code of ``wx.login``, and the id of their conversation.

        Errors: ``unknown_account`` (404), ``bad_request`` (400), ``rate_limited`` (429), ``code_refused`` (401: call
        wx.login again), ``unavailable`` (503: later).
        """
        line = self._line(account)
        if line is None:
            return _refused(404, "unknown_account")
        code = body.get("code") if isinstance(body, dict) else None
        if not isinstance(code, str):
            return _refused(400, "bad_request")
        try:
            self._logins.take(address)
            openid = await line.codes.of_mini_program(code)
        except TooFast:
            return _refused(429, "rate_limited")
        except CallFailed as failure:
            spent = isinstance(failure, Refused) and failure.outcome is Outcome.RESTART_OAUTH
            return _refused(401, "code_refused") if spent else _refused(503, "unavailable")
        conversation_id = self._people.conversation(Person(account, openid))
        until = int(self._clock()) + LIFE
        token = f"m1.{conversation_id}.{until}.{self._signature(account, conversation_id, until)}"
        return Said({"token": token, "conversation_id": conversation_id, "expires_in": LIFE})

    async def hand_over(self, account: str, body: Any, authorization: str) -> Said:
        """Keep the platform's token for the chat of whoever is logged in; returns what ``session-from`` says.

        A later one takes the place of an earlier one. Errors: ``unknown_account`` (404), ``bad_session`` (401),
        ``bad_request`` (400).
        """
        if self._line(account) is None:
            return _refused(404, "unknown_account")
        conversation_id = self._conversation(account, authorization)
        if conversation_id is None:
            return _refused(401, "bad_session")
        given = body.get("token") if isinstance(body, dict) else None
        token = handed_over(given) if isinstance(given, str) else None
        if token is None:
            return _refused(400, "bad_request")
        reference = await asyncio.to_thread(self._tickets.give, REFERENCE, {"token": token}, conversation_id)
        return Said({"session_from": f"ref={reference}"}, 201)

    def _line(self, account: str) -> Line | None:
        line = self._lines.get(account)
        return line if line is not None and line.account.channel == "mini_program" else None

    def _conversation(self, account: str, authorization: str) -> str | None:
        """The conversation a token of ours is for; None for one that is none, too old, or another account's."""
        scheme, _, token = authorization.partition(" ")
        match = _TOKEN.fullmatch(token.strip())
        if scheme.lower() != "bearer" or match is None:
            return None
        conversation_id, until, signature = match.group(1), int(match.group(2)), match.group(3)
        if not hmac.compare_digest(signature, self._signature(account, conversation_id, until)):
            return None
        return conversation_id if self._clock() < until else None

    def _signature(self, account: str, conversation_id: str, until: int) -> str:
        return hmac.new(
            self._key, f"{account}\n{conversation_id}\n{until}".encode(), hashlib.sha256
        ).hexdigest()
