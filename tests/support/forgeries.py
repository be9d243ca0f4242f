"""Pushes that are not WeChat's, as strangers, replayers and broken lines send them."""

from __future__ import annotations

import gzip
import random
import secrets
from typing import Any, Final

from tests.wechat_server import Account

Pushed = tuple[dict[str, str], bytes]
_BOMB: Final = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<xml><ToUserName>&b;</ToUserName></xml>"
)
_PACKED: Final = gzip.compress(bytes(10**7))
#: Numbers of messages that nobody sent.
_NOBODYS: Final = 10**6


def message(account: Account, number: int, now: float, text: str, openid: str) -> dict[str, Any]:
    """The fields of one true message; each id is used by two of them."""
    return {
        "ToUserName": account.original_id,
        "FromUserName": openid,
        "CreateTime": int(now),
        "MsgType": "text",
        "Content": text,
        "MsgId": str(10**16 + number // 2),
    }


def forged(account: Account, true: Pushed, other: Pushed, now: float, dice: random.Random) -> Pushed:
    """One of many ways in which a push is not WeChat's."""
    query, body = dict(true[0]), true[1]
    stranger = Account(token=account.token, aes_key="x" * 43, app_id=account.app_id)
    elsewhere = Account(token=account.token, aes_key=account.aes_key, app_id="wx0000other0000")
    number = _NOBODYS + dice.randrange(_NOBODYS)
    fields = message(account, number, now, "伪造", "o-nobody")
    clear = Account(token=account.token, mode="plain")
    ways = [
        lambda: ({**query, "signature": secrets.token_hex(20)}, body),
        lambda: ({**query, "msg_signature": secrets.token_hex(20)}, body),
        lambda: ({k: v for k, v in query.items() if k != "msg_signature"}, body),
        lambda: (query, body[: dice.randrange(len(body))]),
        lambda: (
            query,
            bytes(b ^ (at == len(body) // 2 or dice.random() < 0.01) for at, b in enumerate(body)),
        ),
        lambda: (query, other[1]),
        lambda: (query, clear.write(fields)),
        lambda: stranger.request(fields, now),
        lambda: elsewhere.request(fields, now),
        lambda: clear.request(fields, now),
        lambda: account.request(fields, now - 90_000),
        lambda: (query, dice.randbytes(dice.randrange(2000))),
        lambda: (query, _BOMB),
        lambda: (query, _PACKED),
        lambda: (query, b"<xml>" + b"x" * 70_000 + b"</xml>"),
        lambda: ({}, body),
    ]
    return dice.choice(ways)()
