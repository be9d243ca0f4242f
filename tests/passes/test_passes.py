"""Passes: what was signed is read, nothing else is, and a verifier needs a key and a list alone."""

from __future__ import annotations

import base64
import io
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from passes.__main__ import main
from passes.errors import Forged, Malformed, PassError, UnknownKey
from passes.judging import state_of
from passes.keys import published, read_keys, trusted
from passes.payload import TEXT, Pass, find, serial_text, sign, verify
from passes.revocations import read_list, sign_list
from privacy.recognise import find as find_personal

NOW = datetime(2022, 9, 5, 9, 0, tzinfo=timezone(timedelta(hours=8)))
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEYS = trusted([KEY.public_key()])

moments = st.integers(0, 2**32 - 1).map(lambda s: datetime.fromtimestamp(s, timezone.utc))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda t: len(t.encode()) <= 36)
passes = st.builds(
    Pass,
    st.sampled_from(["live", "offline"]),
    st.binary(min_size=6, max_size=6),
    moments,
    moments,
    st.sampled_from(["green", "yellow", "red"]),
    texts,
    texts,
)


def offline(colour: str = "green", serial: bytes = b"serial", made: datetime = NOW) -> Pass:
    return Pass("offline", serial, made, made + timedelta(days=7), colour, "陈**", "51**98")  # type: ignore[arg-type]


@given(passes)
def test_what_was_signed_is_read(facts: Pass) -> None:
    text = sign(facts, KEY)
    assert TEXT.fullmatch(text)
    assert verify(text.lower(), KEYS) == facts
    assert find(f"这是我的码 {text[:40]}\n{text[40:]}。") == text


@given(passes)
def test_a_pass_that_is_typed_is_taken_as_one_secret_whatever_was_asked(facts: Pass) -> None:
    text = sign(facts, KEY)
    for expects in (None, "name", "document", "phone", "otp"):
        (found,) = find_personal(f"你看 {text} 可以不", expects)
        assert (found.kind, found.value) == ("CODE", text)


@settings(max_examples=300)
@given(st.data())
def test_one_changed_letter_is_noticed(data: st.DataObject) -> None:
    text = sign(offline(), KEY)
    at = data.draw(st.integers(6, len(text) - 1))
    other = data.draw(st.sampled_from([c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if c != text[at]]))
    with pytest.raises((Forged, Malformed, UnknownKey)):
        verify(text[:at] + other + text[at + 1 :], KEYS)


@given(st.text())
def test_other_text_is_refused_by_name(text: str) -> None:
    for candidate in (text, f"TFJK1.{text}", base64.b32encode(text.encode("utf-8", "replace")).decode()):
        with pytest.raises(PassError):
            verify(candidate, KEYS)


@pytest.mark.parametrize("cut", [10, 60, 120, -1])
def test_a_pass_cut_off_is_none(cut: int) -> None:
    with pytest.raises(PassError):
        verify(sign(offline(), KEY)[:cut], KEYS)


def test_another_platforms_key_is_not_trusted() -> None:
    with pytest.raises(UnknownKey):
        verify(sign(offline(), Ed25519PrivateKey.generate()), KEYS)


@pytest.mark.parametrize(
    ("later", "state"),
    [
        (timedelta(0), "valid"),
        (timedelta(days=7, seconds=-1), "valid"),
        (timedelta(days=7), "expired"),
        (timedelta(minutes=-2), "valid"),
        (timedelta(minutes=-3), "not_yet"),
    ],
)
def test_a_pass_counts_from_its_making_for_seven_days(later: timedelta, state: str) -> None:
    assert state_of(offline(), NOW + later) == state


@given(st.sets(st.binary(min_size=6, max_size=6), max_size=40), st.binary(min_size=6, max_size=6))
def test_a_list_holds_what_was_put_on_it_and_nothing_else(serials: set[bytes], other: bytes) -> None:
    listed = read_list(sign_list(serials, NOW, KEY), KEYS)
    assert len(listed) == len(serials)
    assert all(serial in listed for serial in serials)
    assert (other in listed) == (other in serials)
    assert listed.made_at == NOW


def test_a_changed_list_is_refused_and_ten_thousand_entries_are_sixty_kilobytes() -> None:
    raw = sign_list([number.to_bytes(6, "big") for number in range(10_000)], NOW, KEY)
    assert len(raw) < 61_000
    with pytest.raises(Forged):
        read_list(raw[:100] + bytes([raw[100] ^ 1]) + raw[101:], KEYS)
    with pytest.raises(Malformed):
        read_list(raw[:-6], KEYS)


def test_a_published_key_is_read_and_one_under_another_name_refused() -> None:
    document = {"keys": published(KEYS)}
    assert set(read_keys(json.dumps(document))) == set(KEYS)
    document["keys"][0]["key_id"] = "00000000"
    with pytest.raises(Malformed):
        read_keys(json.dumps(document))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pass-keys.json").write_text(json.dumps({"keys": published(KEYS)}), "utf-8")
    (tmp_path / "revoked.bin").write_bytes(sign_list([b"gone__"], NOW, KEY))
    return tmp_path


def picture(facts: Pass, key: Ed25519PrivateKey = KEY) -> bytes:
    held = io.BytesIO()
    segno.make(sign(facts, key), error="m").save(held, kind="png", scale=4)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (picture(offline()), 0),
        (picture(offline("yellow")), 10),
        (picture(offline("red")), 11),
        (picture(offline(made=NOW - timedelta(days=8))), 20),
        (picture(offline(serial=b"gone__")), 21),
        (picture(offline(), Ed25519PrivateKey.generate()), 22),
        (b"hello", 23),
        (b"\x89PNG\r\n\x1a\nbroken", 23),
        (b"", 23),
        (sign(offline(), KEY).encode() + b"\n", 0),
    ],
    ids=["green", "yellow", "red", "expired", "revoked", "foreign", "text", "broken", "empty", "as text"],
)
def test_the_command_says_by_its_status_what_a_code_is_worth(
    folder: Path, content: bytes, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "shown").write_bytes(content)
    assert main(["verify", str(folder / "shown"), "--in", str(folder), "--at", NOW.isoformat()]) == status
    assert capsys.readouterr().out


def test_codes_of_the_old_and_the_new_key_are_verified_and_the_list_of_the_new_one(folder: Path) -> None:
    fresh = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
    both = published(trusted([KEY.public_key(), fresh.public_key()]))
    (folder / "pass-keys.json").write_text(json.dumps({"keys": both}), "utf-8")
    (folder / "revoked.bin").write_bytes(sign_list([b"gone__"], NOW, fresh))
    for key in (KEY, fresh):
        for facts, status in ((offline(), 0), (offline(serial=b"gone__"), 21)):
            (folder / "shown").write_bytes(picture(facts, key))
            shown = ["verify", str(folder / "shown"), "--in", str(folder), "--at", NOW.isoformat()]
            assert main(shown) == status


def test_a_key_that_is_not_there_is_named_and_old_files_are_given_as_a_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
    (folder / "shown").write_bytes(picture(offline(), fresh))
    later = (NOW + timedelta(days=3)).isoformat()
    assert main(["verify", str(folder / "shown"), "--in", str(folder), "--at", later]) == 22
    said = capsys.readouterr()
    assert next(iter(trusted([fresh.public_key()]))) in said.out
    assert "3 days old: fetch new ones" in said.err


def test_without_keys_the_command_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "x", "--in", str(tmp_path)]) == 2
    assert "fetch them first" in capsys.readouterr().err


def test_a_serial_is_read_out_in_two_groups() -> None:
    assert serial_text(b"serial") == "ONSXE-2LBNQ"
