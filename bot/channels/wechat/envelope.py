"""What stands around a message: who signed it, and the sealed body in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.channels.wechat import signature
from bot.channels.wechat.crypto import KeyRing, Seal
from bot.channels.wechat.errors import BadPush, BadSignature
from bot.channels.wechat.reading import Tree, read
from bot.channels.wechat.xml_text import cdata

Mode = Literal["plain", "compatible", "safe"]
#: A push older or younger than this, in seconds, is an old one played again: far longer than WeChat tries, and
#: shorter than its key is remembered (``inbox``).
TOLERANCE: Final = 24 * 3600


@dataclass(frozen=True)
class Opened:
    """A push that came from WeChat.

    Attributes:
        fields: of the message.
        seal: the key to answer under; None: in clear.
        as_json: whether the body was JSON; the answer's envelope is of the same kind.
        nonce: of the request, used again in the answer.
    """

    fields: Tree = field(repr=False)
    seal: Seal | None = None
    as_json: bool = False
    nonce: str = ""


@dataclass(frozen=True)
class Doorkeeper:
    """Knows what one account's WeChat sends.

    Attributes:
        token: of the account, for signatures.
        mode: ``plain``: bodies in clear; ``compatible``, ``safe``: bodies must be sealed.
        keys: the account's keys; empty in plain mode.
    """

    token: str = field(repr=False)
    mode: Mode
    keys: KeyRing = field(repr=False)

    def check_url(self, query: Mapping[str, str], now: float) -> None:
        """Check the plain signature that every request carries.

        Raises:
            BadSignature: it does not fit, or is older than :data:`TOLERANCE`.
        """
        timestamp = query.get("timestamp", "")
        signature.check(query.get("signature", ""), self.token, timestamp, query.get("nonce", ""))
        _check_age(timestamp, now)

    def open(self, query: Mapping[str, str], body: bytes, now: float) -> Opened:
        """Return the message in a request.

        The sealed body counts wherever there is one: what stands beside it in clear (compatible mode) could have been
        changed by anybody. An account that seals accepts nothing in clear.

        Raises:
            BadSignature, BadCiphertext, BadBody: it is not a push of this account's WeChat.
        """
        self.check_url(query, now)
        tree = read(body)
        as_json = body.lstrip()[:1] == b"{"
        sealed = tree.get("Encrypt")
        if self.mode == "plain" and sealed is None:
            return Opened(tree, None, as_json, query.get("nonce", ""))
        if not isinstance(sealed, str):
            raise BadPush("this account's messages are sealed")
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        signature.check(query.get("msg_signature", ""), self.token, timestamp, nonce, sealed)
        message, seal = self.keys.open(sealed)
        return Opened(read(message), seal, as_json, nonce)

    def wrap(self, reply: str, opened: Opened, now: float) -> str:
        """Return the envelope of a passive reply, sealed as the push was; in clear when the push was.

        ``success`` and the empty answer are never wrapped.
        """
        if opened.seal is None:
            return reply
        sealed = opened.seal.seal(reply.encode())
        timestamp, nonce = str(int(now)), opened.nonce or secrets.token_hex(8)
        return render(sealed, self.token, timestamp, nonce, as_json=opened.as_json)


def render(sealed: str, token: str, timestamp: str, nonce: str, *, as_json: bool) -> str:
    """Return the signed envelope around a sealed reply: XML, or the JSON with the same four keys."""
    signed = signature.signature(token, timestamp, nonce, sealed)
    if as_json:
        fields = {"Encrypt": sealed, "MsgSignature": signed, "TimeStamp": int(timestamp), "Nonce": nonce}
        return json.dumps(fields)
    return (
        f"<xml><Encrypt>{cdata(sealed)}</Encrypt><MsgSignature>{cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    )


def _check_age(timestamp: str, now: float) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):  # noqa: PLR2004
        raise BadSignature("no timestamp")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise BadSignature("an old push")
