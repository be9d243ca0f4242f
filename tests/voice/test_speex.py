"""Bare Speex frames are known by themselves, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.voice import speex
from bot.voice.containers import container

RECORDING = (Path(__file__).parent / "clips" / "question.speex").read_bytes()
FRAMES = speex.frames(RECORDING)


def test_a_recording_is_taken_apart_into_frames_of_a_fiftieth_of_a_second() -> None:
    assert len(FRAMES) == 163
    assert b"".join(bytes([len(frame)]) + frame for frame in FRAMES) == RECORDING
    assert container(RECORDING) == "speex"


def test_frames_without_their_length_before_them_are_found_too() -> None:
    assert speex.frames(b"".join(FRAMES)) == FRAMES


@given(st.integers(0, len(RECORDING)))
def test_what_was_cut_off_is_read_as_far_as_it_goes(at: int) -> None:
    found = speex.frames(RECORDING[:at])
    assert found == FRAMES[: len(found)]
    assert len(found) == at // 53 or at // 53 <= 10


@given(st.integers(0, 60 * 53), st.integers(1, 255))
def test_a_wrong_length_is_not_believed(at: int, change: int) -> None:
    broken = bytearray(RECORDING)
    broken[at - at % 53] ^= change
    assert speex.frames(bytes(broken)) == []


@given(st.binary(max_size=3000))
def test_other_bytes_are_no_recording(data: bytes) -> None:
    assert speex.frames(data) == []


@pytest.mark.parametrize(
    "data", [b"", bytes(5000), b"\xff" * 5000, "我的健康码怎么变黄了".encode() * 100, b"<xml>" * 500]
)
def test_what_repeats_itself_is_no_recording(data: bytes) -> None:
    assert speex.frames(data) == []
