"""From a code that the platform gives out to a door without network, as docs/passes.md walks through it."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from actions.pictures import Card, code_picture
from actions.printables import Sheet, offline_sheet
from passes.__main__ import main
from passes.payload import PREFIX

from .showing_support import give_code

NOW = "2022-09-05T09:30:00+08:00"
TOO_LATE = "2022-09-12T09:00:00+08:00"


@pytest.fixture
def citizen(platform, register):
    found = register()
    give_code(platform, found.person_id, days=30)
    return found


@pytest.fixture
def token(citizen, verify):
    return verify(citizen)


@pytest.fixture
def made(platform, citizen, token):
    return platform.post(f"/v1/people/{citizen.person_id}/passes", {"kind": "offline"}, session=token).json()


@pytest.fixture
def door(platform, made, tmp_path) -> Callable[..., int]:
    """Someone at a door who has fetched once and has no network since."""
    folder = tmp_path / "codes"
    assert main(["fetch", platform.url, "--to", str(folder)]) == 0

    def judge(shown: bytes, at: str = NOW) -> int:
        (tmp_path / "shown").write_bytes(shown)
        return main(["verify", str(tmp_path / "shown"), "--in", str(folder), "--at", at])

    return judge


def picture(payload: str) -> bytes:
    return code_picture(Card(payload, "green", "绿码", "离线健康码", ["王**　证件 51**3X"])).content


def with_other_colour(payload: str) -> str:
    """Make a green code red in its bytes, as somebody would who knows the form but not the key."""
    bare = payload.removeprefix(PREFIX)
    raw = bytearray(base64.b32decode(bare + "=" * (-len(bare) % 8)))
    raw[19] = 3
    return PREFIX + base64.b32encode(bytes(raw)).decode().rstrip("=")


def test_a_picture_is_verified_and_the_answer_says_whose_until_when(door, made, capsys):
    assert door(picture(made["payload"])) == 0
    said = capsys.readouterr().out
    assert f"valid: green offline code {made['serial']} of 王** (51**3X), until 2022-09-12 09:00" in said


def test_the_printed_page_is_verified(door, made):
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not on this machine")
    sheet = Sheet(
        made["payload"], "green", "绿码", "离线健康码", "王**", ["9月12日前有效"], ["丢了请打12345"]
    )
    assert door(offline_sheet(sheet).content) == 0


def test_a_tampered_code_is_not_accepted(door, made, capsys):
    assert door(picture(with_other_colour(made["payload"]))) == 22
    assert "do not accept it" in capsys.readouterr().out


def test_an_expired_code_says_so(door, made, capsys):
    assert door(picture(made["payload"]), TOO_LATE) == 20
    said = capsys.readouterr()
    assert "expired" in said.out
    assert "fetch new ones" in said.err


def test_a_revoked_code_is_noticed_after_the_next_fetch(platform, citizen, token, made, door, tmp_path: Path):
    end = f"/v1/people/{citizen.person_id}/pass-ends"
    assert platform.post(end, {"serial": made["serial"]}, session=token).status_code == 200
    assert door(picture(made["payload"])) == 0  # the list at the door is older than the revocation
    assert main(["fetch", platform.url, "--to", str(tmp_path / "codes")]) == 0
    assert door(picture(made["payload"])) == 21


def test_a_platform_out_of_reach_leaves_what_was_fetched(platform, made, door, tmp_path: Path, capsys):
    assert main(["fetch", "http://127.0.0.1:9", "--to", str(tmp_path / "codes")]) == 1
    assert "not fetched" in capsys.readouterr().err
    assert door(picture(made["payload"])) == 0
