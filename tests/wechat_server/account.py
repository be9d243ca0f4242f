"""An account as its console shows it, and how it signs and seals."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


@dataclass
class Account:
    """One 公众号 or mini-program.

    Attributes:
        url: where its pushes go.
        mode: plain, compatible or safe.
        as_json: whether its pushes are JSON (mini-programs may choose).
        may_send: whether it has customer-service messages (48001 otherwise).
        has_menus: whether it has message menus (40200 otherwise).
        has_cards: whether it has cards of mini-programs (40200 otherwise).
        returns_menu_ids: whether a tap on a link comes with its id (not on 测试号).
        templates: fields by id of its subscribed notices; None: any is taken.
        is_long_term: whether a yes to a notice holds for ever; else for one.
    """

    url: str = ""
    app_id: str = "wx1234567890abcdef"
    app_secret: str = "an-app-secret"
    original_id: str = "gh_0123456789ab"
    token: str = "a-token"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    mode: str = "safe"
    as_json: bool = False
    may_send: bool = True
    has_menus: bool = True
    has_cards: bool = True
    returns_menu_ids: bool = True
    is_mini_program: bool = False
    templates: dict[str, set[str]] | None = None
    is_long_term: bool = True
    menu: list[dict[str, Any]] | None = field(default=None)

    def request(
        self, fields: dict[str, Any], now: float, nonce: str | None = None
    ) -> tuple[dict[str, str], bytes]:
        """The query and the body of a push."""
        timestamp, nonce = str(int(now)), nonce or str(secrets.randbelow(10**9))
        query = {"signature": sign(self.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        plain = self.write(fields)
        if self.mode == "plain":
            return query, plain
        sealed = self.seal(plain)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": sign(self.token, timestamp, nonce, sealed),
            "openid": str(fields["FromUserName"]),
        }
        outer = {"ToUserName": fields["ToUserName"], "Encrypt": sealed}
        return query, self.write(outer if self.mode == "safe" else {**fields, **outer})

    def write(self, fields: dict[str, Any]) -> bytes:
        """Fields as JSON or XML."""
        if self.as_json:
            return json.dumps(fields, ensure_ascii=False).encode()
        return b"<xml>" + _elements(fields) + b"</xml>"

    def read_reply(self, body: str) -> dict[str, Any]:
        """A passive reply's fields; an envelope is checked and opened.

        Raises:
            ValueError, ParseError, KeyError, AssertionError: WeChat would show a fault.
        """
        outer = _parse(body)
        if "Encrypt" not in outer:
            assert self.mode != "safe", "a reply in clear in safe mode"
            return outer
        parts = (self.token, str(outer["TimeStamp"]), outer["Nonce"], outer["Encrypt"])
        assert outer["MsgSignature"] == sign(*parts)
        return _parse(self.unseal(outer["Encrypt"]).decode())

    def seal(self, message: bytes) -> str:
        """AES as documented."""
        plain = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + self.app_id.encode()
        fill = 32 - len(plain) % 32
        encryptor = self._cipher().encryptor()
        return base64.b64encode(
            encryptor.update(plain + bytes([fill] * fill)) + encryptor.finalize()
        ).decode()

    def unseal(self, sealed: str) -> bytes:
        """The message, whose account must be this."""
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        plain = plain[16 : -plain[-1]]
        end = 4 + int.from_bytes(plain[:4], "big")
        assert plain[end:].decode() == self.app_id
        return plain[4:end]

    def _cipher(self) -> Any:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def sign(*parts: str) -> str:
    """WeChat's SHA-1."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _elements(fields: dict[str, Any]) -> bytes:
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                inner = _elements(one)
            elif isinstance(one, int | float):
                inner = str(one).encode()
            else:
                inner = f"<![CDATA[{str(one).replace(']]>', ']]]]><![CDATA[>')}]]>".encode("utf-8", "replace")
            parts.append(f"<{name}>".encode() + inner + f"</{name}>".encode())
    return b"".join(parts)


def _parse(body: str) -> dict[str, Any]:
    if body.lstrip().startswith("{"):
        return dict(json.loads(body))
    if re.search("<!DOCTYPE", body):
        raise ValueError("a document type")
    return {child.tag: _value(child) for child in ElementTree.fromstring(body)}


def _value(element: Any) -> Any:
    children = list(element)
    return {child.tag: _value(child) for child in children} if children else element.text or ""
