"""The vectors that WeChat publishes (“消息推送”), in both directions, and what must be refused."""

from __future__ import annotations

import base64
import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat import signature
from bot.channels.wechat.crypto import KeyRing, Seal
from bot.channels.wechat.envelope import TOLERANCE, Doorkeeper, Opened, render
from bot.channels.wechat.errors import BadBody, BadCiphertext, BadPush, BadSignature, NotConfigured
from tests.wechat_server import Account

TOKEN, KEY, APP_ID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
MESSAGE = (
    b'{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    b'"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
REPLY_SIGNATURE = "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
NOW = 1714112445.0
PUSH = {
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "encrypt_type": "aes",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}


@pytest.fixture
def seal() -> Seal:
    return Seal(KEY, APP_ID)


@pytest.fixture
def safe(seal: Seal) -> Doorkeeper:
    return Doorkeeper(TOKEN, "safe", KeyRing([seal]))


@pytest.fixture
def plain() -> Doorkeeper:
    return Doorkeeper(TOKEN, "plain", KeyRing([]))


@pytest.mark.parametrize(
    ("timestamp", "nonce", "expected"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ("1714112445", "415670741", "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
    ],
    ids=["verification of the address", "push in clear", "push in safe mode"],
)
def test_plain_signatures(timestamp: str, nonce: str, expected: str) -> None:
    assert signature.signature(TOKEN, timestamp, nonce) == expected


def test_a_published_push_is_opened(safe: Doorkeeper) -> None:
    opened = safe.open(PUSH, json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": SEALED}).encode(), NOW)
    assert opened.fields == {
        "ToUserName": "gh_97417a04a28d",
        "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "CreateTime": "1714112445",
        "MsgType": "event",
        "Event": "debug_demo",
        "debug_str": "hello world",
    }
    assert opened.as_json


def test_the_same_push_as_xml(safe: Doorkeeper) -> None:
    body = f"<xml><ToUserName><![CDATA[gh_9]]></ToUserName><Encrypt><![CDATA[{SEALED}]]></Encrypt></xml>"
    opened = safe.open(PUSH, body.encode(), NOW)
    assert opened.fields["debug_str"] == "hello world"
    assert not opened.as_json


def test_sealing_gives_the_published_push(seal: Seal) -> None:
    assert seal.seal(MESSAGE, lambda _count: b"a8eedb185eb2fecf") == SEALED


def test_sealing_gives_the_published_reply(seal: Seal) -> None:
    sealed = seal.seal(b'{"demo_resp":"good luck"}', lambda _count: b"707722b803182950")
    assert sealed == REPLY
    assert seal.open(REPLY) == b'{"demo_resp":"good luck"}'


def test_the_published_envelope_as_json_and_as_xml() -> None:
    expected = {
        "Encrypt": REPLY,
        "MsgSignature": REPLY_SIGNATURE,
        "TimeStamp": 1713424427,
        "Nonce": "415670741",
    }
    assert json.loads(render(REPLY, TOKEN, "1713424427", "415670741", as_json=True)) == expected
    xml = ElementTree.fromstring(render(REPLY, TOKEN, "1713424427", "415670741", as_json=False))
    assert {child.tag: child.text for child in xml} == {**expected, "TimeStamp": "1713424427"}


def test_an_answer_is_sealed_with_the_key_that_opened_the_push() -> None:
    old, new = Seal("B" * 43, APP_ID), Seal(KEY, APP_ID)
    door = Doorkeeper(TOKEN, "safe", KeyRing([new, old]))
    account = Account(token=TOKEN, aes_key="B" * 43, app_id=APP_ID, original_id="gh_1", as_json=True)
    query, body = account.request(
        {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": 1, "MsgType": "text", "Content": "码"}, NOW
    )
    opened = door.open(query, body, NOW)
    reply = door.wrap('{"说": "好"}', opened, NOW)
    assert account.read_reply(reply) == {"说": "好"}


@given(text=st.text(), as_json=st.booleans(), mode=st.sampled_from(["plain", "compatible", "safe"]))
def test_whatever_wechat_sends_is_read_as_it_was_meant(text: str, as_json: bool, mode: str) -> None:
    account = Account(mode=mode, as_json=as_json)
    door = Doorkeeper(account.token, mode, KeyRing([Seal(account.aes_key, account.app_id)]))  # type: ignore[arg-type]
    said = "".join(c for c in text if c in "\t\n" or c.isprintable())
    fields = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": 5, "MsgType": "text", "Content": said}
    opened = door.open(*account.request(fields, NOW), NOW)
    assert opened.fields["Content"] == said
    assert (opened.seal is None) == (mode == "plain")


def test_what_stands_in_clear_beside_a_sealed_body_does_not_count() -> None:
    account = Account(mode="compatible")
    door = Doorkeeper(account.token, "compatible", KeyRing([Seal(account.aes_key, account.app_id)]))
    query, body = account.request(
        {"ToUserName": "gh", "FromUserName": "o", "CreateTime": 5, "MsgType": "text", "Content": "真的"}, NOW
    )
    changed = body.replace("真的".encode(), "假的".encode())
    assert changed != body
    assert door.open(query, changed, NOW).fields["Content"] == "真的"


@pytest.mark.parametrize("mode", ["compatible", "safe"])
def test_an_account_that_seals_takes_nothing_in_clear(mode: str) -> None:
    account = Account(mode="plain")
    door = Doorkeeper(account.token, mode, KeyRing([Seal(account.aes_key, account.app_id)]))  # type: ignore[arg-type]
    fields = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": 5, "MsgType": "text", "Content": "假的"}
    with pytest.raises(BadPush):
        door.open(*account.request(fields, NOW), NOW)


@pytest.mark.parametrize("changed", ["signature", "msg_signature", "timestamp", "nonce"])
def test_a_changed_request_is_refused(safe: Doorkeeper, changed: str) -> None:
    body = json.dumps({"Encrypt": SEALED}).encode()
    safe.open(PUSH, body, NOW)
    with pytest.raises(BadSignature):
        safe.open({**PUSH, changed: PUSH[changed][:-1] + "0"}, body, NOW)
    with pytest.raises(BadSignature):
        safe.open({k: v for k, v in PUSH.items() if k != changed}, body, NOW)


def test_an_old_push_is_refused(safe: Doorkeeper) -> None:
    body = json.dumps({"Encrypt": SEALED}).encode()
    with pytest.raises(BadSignature, match="old"):
        safe.open(PUSH, body, NOW + TOLERANCE + 1)


def test_a_validly_signed_seal_for_another_account_is_refused() -> None:
    account = Account(app_id="wxother")
    door = Doorkeeper(account.token, "safe", KeyRing([Seal(account.aes_key, "wxmine")]))
    with pytest.raises(BadCiphertext):
        door.open(*account.request({"ToUserName": "g", "FromUserName": "o", "MsgType": "text"}, NOW), NOW)


@given(
    raw=st.one_of(
        st.binary(max_size=200),
        st.integers(1, 9).flatmap(lambda n: st.binary(min_size=32 * n, max_size=32 * n)),
    )
)
def test_garbage_under_a_key_is_refused_and_nothing_else_happens(raw: bytes) -> None:
    with pytest.raises(BadCiphertext):
        Seal(KEY, APP_ID).open(base64.b64encode(raw).decode())


@pytest.mark.parametrize("text", ["", "=", "AA", "AAAA\n", "码", "-_" * 32, "A" * 43])
def test_what_is_no_base64_of_blocks_is_refused(seal: Seal, text: str) -> None:
    with pytest.raises(BadCiphertext):
        seal.open(text)


@given(message=st.binary(max_size=300), at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_last_block_is_refused(message: bytes, at: int, bit: int) -> None:
    """The padding and the app id lie there; earlier blocks are guarded by the signature alone."""
    seal = Seal(KEY, APP_ID)
    raw = bytearray(base64.b64decode(seal.seal(message)))
    raw[len(raw) - 16 + at % 16] ^= 1 << bit
    with pytest.raises(BadCiphertext):
        seal.open(base64.b64encode(bytes(raw)).decode())


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "=", "码" * 43])
def test_a_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(NotConfigured):
        Seal(key, APP_ID)


def test_success_and_replies_to_a_push_in_clear_stay_in_clear(plain: Doorkeeper) -> None:
    assert plain.wrap("<xml/>", Opened({}), NOW) == "<xml/>"


def test_a_body_that_is_no_message_is_refused_after_the_signature(plain: Doorkeeper) -> None:
    account = Account(mode="plain", token=TOKEN)
    query, _ = account.request({"ToUserName": "g", "FromUserName": "o", "MsgType": "text"}, NOW)
    for body in (b"", b"<xml>", b"[]", b"{", b"\xff\xfe", b"<xml/>", b"null", b'"x"'):
        with pytest.raises(BadBody):
            plain.open(query, body, NOW)
    with pytest.raises(BadSignature):
        plain.open({**query, "signature": "0" * 40}, b"", NOW)
