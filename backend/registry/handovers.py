"""Identity handed over: a front end that knows a person lets the assistant's conversation know them too.

A token names one person and one conversation on one channel, lives five minutes and works once. It is
``h1.<payload>.<HMAC-SHA256>`` and opens nothing by itself: it is exchanged for a session of that conversation. Its age
is told by the machine's clock, as that of signed requests: the demonstration's own would make used tokens young again.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from backend.clock import CHINA
from backend.models import Nonce, Person
from backend.problems import Conflict, ForbiddenPerson
from backend.registry.people import written
from backend.serving import Scope
from backend.sessions import open_session
from privacy.masking import mask_value
from privacy.sealing import Sealer

#: The front ends' client: it hands over whom it has verified itself.
ISSUER: Final = "province"
#: Hands on whom it knows in one of its conversations to another one of theirs, for no longer than it knows them there.
CARRIER: Final = "assistant"
LIFETIME: Final = timedelta(minutes=5)
#: Seconds that clocks of two processes may be apart.
_SKEW: Final = 5
#: Below this age a guardian decides (个人信息保护法第三十一条); the conversation asks for that with the document.
GUARDED_AGE: Final = 14
_TOKEN: Final = re.compile(r"h1\.([A-Za-z0-9_-]{20,600})\.([0-9a-f]{64})", re.ASCII)
#: Under whose name used tokens stand among the nonces; no client id is written like this.
_USED: Final = "~handover"


@dataclass(frozen=True)
class Handover:
    """Who is handed over to which conversation.

    Attributes:
        person_id, channel, conversation_id: who, and where to.
        issued_at: unix seconds of the machine's clock.
        nonce: makes it unique.
        until: when the session it opens ends at the latest, unix seconds of the platform's clock; None: no limit of its
            own.
    """

    person_id: str
    channel: str
    conversation_id: str
    issued_at: int
    nonce: str
    until: int | None = None


class Tokens:
    """Makes tokens and reads them."""

    def __init__(self, key: bytes) -> None:
        """Sign with the platform's record key (a purpose of its own)."""
        self._sealer = Sealer(key)

    def sign(self, handover: Handover) -> str:
        """Return the token."""
        raw = json.dumps(list(handover.__dict__.values()), ensure_ascii=False).encode()
        payload = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return f"h1.{payload}.{self._signature(payload)}"

    def read(self, token: str) -> Handover | None:
        """Return what a token says; None for one that was not signed here."""
        match = _TOKEN.fullmatch(token)
        if match is None or not hmac.compare_digest(match.group(2), self._signature(match.group(1))):
            return None
        payload = match.group(1)
        try:
            return Handover(*json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
        except (ValueError, TypeError, binascii.Error):
            return None

    def _signature(self, payload: str) -> str:
        return self._sealer.digest("identity-handover", payload)


def issue(scope: Scope) -> dict[str, Any]:
    """Return a token for the verified person, for the conversation in the body.

    Raises:
        ForbiddenPerson: the caller may not hand over, or the person is a child.
    """
    if scope.client_id not in (ISSUER, CARRIER):
        raise ForbiddenPerson("only a front end hands a person over")
    carried = scope.client_id == CARRIER
    person = scope.session.get(Person, scope.person.person_id)
    token = token_for(
        Tokens(scope.platform.settings.record_key),
        person,
        channel=scope.body["channel"],
        conversation_id=scope.body["conversation_id"],
        now=scope.now,
        until=int(scope.person.expires_at.timestamp()) if carried else None,
    )
    return {"token": token, "expires_at": written(scope.now + LIFETIME)}


def token_for(
    tokens: Tokens,
    person: Any,
    *,
    channel: str,
    conversation_id: str,
    now: datetime,
    until: int | None = None,
) -> str:
    """Return a fresh token; ``now`` is the platform's time, which tells a person's age.

    Raises:
        ForbiddenPerson: a child's guardian must consent first, which the conversation asks for.
    """
    today = now.astimezone(CHINA).date()
    born = person.birth_date
    if (
        born is None
        or (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) < GUARDED_AGE
    ):
        raise ForbiddenPerson("a guardian must consent first")
    return tokens.sign(
        Handover(person.person_id, channel, conversation_id, int(time.time()), secrets.token_hex(16), until)
    )


def redeem(scope: Scope) -> dict[str, Any]:
    """Exchange a token for a session of its conversation.

    Raises:
        ForbiddenPerson: not signed here, or made for another conversation or channel. Which, is not told.
        Conflict: used before, too old, its person is gone, or the session it was carried from is over.
    """
    session, now, body = scope.session, scope.now, scope.body
    handover = Tokens(scope.platform.settings.record_key).read(body["token"])
    if handover is None or (handover.channel, handover.conversation_id) != (
        body["channel"],
        body["conversation_id"],
    ):
        raise ForbiddenPerson("not made for this conversation")
    if not -_SKEW <= time.time() - handover.issued_at < LIFETIME.total_seconds():
        raise Conflict("this token has expired")
    person = session.get(Person, handover.person_id)
    if person is None:
        raise Conflict("this person is not on the books any more")
    until = None if handover.until is None else datetime.fromtimestamp(handover.until, CHINA)
    if until is not None and until <= now:
        raise Conflict("the session this was carried from is over")
    _use(scope, handover.nonce)
    token, expires_at = open_session(
        session, person.person_id, handover.conversation_id, handover.channel, now, until=until
    )
    return {
        "person_id": person.person_id,
        "session_token": token,
        "expires_at": written(expires_at),
        "name_masked": mask_value("NAME", person.name),
    }


def _use(scope: Scope, nonce: str) -> None:
    """Note a token as used, in the transaction that opens the session."""
    try:
        with scope.session.begin_nested():
            scope.session.execute(
                insert(Nonce).values(client_id=_USED, nonce=nonce, seen_at=int(time.time()))
            )
    except IntegrityError as error:
        raise Conflict("this token was used before") from error
