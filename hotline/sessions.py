"""Signed session cookies and form tokens. Nothing here touches a request or a database.

Whether a logged-in session still holds is asked of `accounts.sessions`; the cookie only names it. A cookie is
`<payload>.<mac>`: base64url of a JSON object, and the hex HMAC-SHA256 of it. Its holder can read, not change it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field

from .accounts.people import Agent

COOKIE = "desk_session"


@dataclass(frozen=True)
class Session:
    """A browser's session; `agent` is the work number after the password, `""` before.

    Attributes:
        session_id: random; a new one at log-in, so that nobody can plant one beforehand.
        agent: whose it is.
        form_token: must come back with every post.
        expires: unix seconds.
        who: the person with their roles of this moment, once the log-in is complete; never in the cookie.
    """

    session_id: str
    agent: str
    form_token: str
    expires: int
    who: Agent | None = field(default=None, compare=False)

    @property
    def logged_in(self) -> bool:
        """Tell whether somebody is logged in."""
        return self.who is not None

    def may(self, permission: str) -> bool:
        """Tell whether somebody is logged in who may do this."""
        return self.who is not None and self.who.may(permission)

    def accepts(self, token: str) -> bool:
        """Tell whether a form's token is this session's, in constant time."""
        return hmac.compare_digest(self.form_token.encode(), token.encode("utf-8", "replace"))


def new_session(agent: str, now: float, lifetime_s: float) -> Session:
    """Return a fresh session."""
    return Session(secrets.token_urlsafe(18), agent, secrets.token_urlsafe(18), int(now + lifetime_s))


def seal(session: Session, key: bytes) -> str:
    """Return the cookie's value."""
    body = json.dumps([session.session_id, session.agent, session.form_token, session.expires])
    payload = base64.urlsafe_b64encode(body.encode()).decode()
    return f"{payload}.{_mac(payload, key)}"


def unseal(cookie: str, key: bytes, now: float) -> Session | None:
    """Return the session of a cookie's value; `None` when it is not ours or over."""
    payload, _, mac = cookie.partition(".")
    if not hmac.compare_digest(_mac(payload, key).encode(), mac.encode("utf-8", "replace")):
        return None
    session_id, agent, form_token, expires = json.loads(base64.urlsafe_b64decode(payload))
    return Session(session_id, agent, form_token, expires) if now < expires else None


def _mac(payload: str, key: bytes) -> str:
    return hmac.new(key, payload.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
