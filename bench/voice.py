"""``python -m bench.voice FOLDER [CONDITION …]``: what the recogniser makes of clips (``docs/voice.md``).

``FOLDER`` is what ``bench/voice_clips.py`` makes: recordings, and ``clips.tsv``. Every clip is heard under each
condition of ``bench.voice_conditions``, or under those named. What counts is the intent of what was heard: it is
compared with the intent of the sentence itself.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.nlu_eval import expected_calibration_error, load_interpreter
from bench.voice_conditions import CONDITIONS, clip
from bot.settings import ROOT
from bot.voice import NotHeard, WhisperRecogniser
from bot.voice.judging import bare

#: From here on what was heard counts as sure.
SURE: Final = 0.8
Intent = Callable[[str], str]


@dataclass(frozen=True)
class Trial:
    """One clip, heard once.

    Attributes:
        kind, voice, condition: of the clip.
        written, spoken: the sentence, as people write it and as it is said; a recogniser may write either.
        heard: the words; None when it was refused.
        confidence: 0 to 1.
        seconds: until the answer.
    """

    kind: str
    voice: str
    condition: str
    written: str
    spoken: str
    heard: str | None
    confidence: float
    seconds: float

    @property
    def wrong(self) -> int:
        """Characters that are not as they should be."""
        heard = bare(self.heard or "")
        return min(distance(bare(said), heard) for said in (self.written, self.spoken))


def distance(said: str, heard: str) -> int:
    """Return how many characters must be changed, left out or added to make one of the other."""
    row = list(range(len(heard) + 1))
    for at, wanted in enumerate(said, 1):
        before, row[0] = row[0], at
        for column, found in enumerate(heard, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (wanted != found)),
            )
    return row[-1]


async def hear(folder: Path, conditions: Sequence[str]) -> list[Trial]:
    """Hear every clip under every condition."""
    recogniser = WhisperRecogniser.found(threads=2)
    if recogniser is None:
        raise SystemExit("The recogniser is not installed: make voice")
    trials = []
    for line in (folder / "clips.tsv").read_text(encoding="utf-8").splitlines():
        name, kind, voice, written, spoken = line.split("\t")
        sound = clip(folder / name)
        for condition in conditions:
            recording = CONDITIONS[condition](sound)
            began = time.perf_counter()
            heard, confidence = await _heard(recogniser, recording)
            seconds = time.perf_counter() - began
            trials.append(Trial(kind, voice, condition, written, spoken, heard, confidence, seconds))
            print(f"{seconds:5.2f} s  {condition:20}  {voice:12}  {written}  →  {heard}", flush=True)
    await recogniser.close()
    return trials


async def _heard(recogniser: WhisperRecogniser, recording: bytes) -> tuple[str | None, float]:
    try:
        heard = await recogniser.recognise(recording)
    except NotHeard:
        return None, 0.0
    return heard.text, heard.confidence


def report(trials: Sequence[Trial], intent: Intent) -> None:
    """Print a line for each condition, each voice and each kind of sentence."""
    print(f"{'':22} clips  refused   CER  intent right  sure and wrong  calibration error")
    for title, of in (("condition", "condition"), ("voice", "voice"), ("kind", "kind")):
        print(title)
        for name in dict.fromkeys(getattr(trial, of) for trial in trials):
            print(f"  {name:20} {_figures([t for t in trials if getattr(t, of) == name], intent)}")
    print(f"all{'':19} {_figures(trials, intent)}")


def _figures(trials: Sequence[Trial], intent: Intent) -> str:
    heard = [trial for trial in trials if trial.heard is not None]
    right = [intent(trial.heard or "") == intent(trial.written) for trial in heard]
    sure = [ok for trial, ok in zip(heard, right, strict=True) if trial.confidence >= SURE]
    characters = sum(min(len(bare(t.written)), len(bare(t.spoken))) for t in heard)
    return (
        f"{len(trials):5}  {1 - len(heard) / len(trials):7.2f}  {_share(sum(t.wrong for t in heard), characters):.3f}"
        f"  {_share(sum(right), len(heard)):12.2f}  {sum(not ok for ok in sure):6} of {len(sure):4}"
        f"  {expected_calibration_error([t.confidence for t in heard], right):17.2f}"
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def intents() -> Intent:
    """Return a function text → intent of the assistant's own model, each text understood once."""
    interpreter = load_interpreter(ROOT / "models" / "assistant.tar.gz")
    known: dict[str, str] = {}

    def intent(text: str) -> str:
        if text not in known:
            known[text] = str(interpreter(text)["intent"]["name"])
        return known[text]

    return intent


def main(arguments: Iterable[str]) -> int:
    """Hear, then report."""
    folder, *chosen = arguments
    trials = asyncio.run(hear(Path(folder), chosen or list(CONDITIONS)))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    first, *others = [trial.seconds for trial in trials]
    report(trials, intents())
    print(
        f"{(used.ru_utime + used.ru_stime) / len(trials):.2f} s of processor a clip, {used.ru_maxrss >> 10} MB"
    )
    print(f"first {first:.2f} s with loading, then median {statistics.median(others):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
