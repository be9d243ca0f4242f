"""The recogniser's own process: recordings in on standard input, words out on standard output.

Whisper takes all the processor it gets for seconds and hundreds of megabytes; here neither holds up a turn, and a
recording that brings the decoder down brings nothing else down. One request is ``<number of bytes>\\n<bytes>``, one
answer a line of JSON. Nothing that was said is logged or kept.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any, Final

from bot.voice.decoding import samples
from bot.voice.errors import NotHeard, NotUnderstood, Unavailable
from bot.voice.judging import Known, Piece, judge
from bot.voice.model import assemble
from bot.voice.recogniser import LARGEST, Heard
from bot.voice.vocabulary import load_known

_NICE: Final = 5
#: How sure the model must be that English is spoken; everything else is heard as Mandarin. (Measured: for English 0.70
#: and more, also by telephone; for Mandarin 0.33 at most.)
_ENGLISH: Final = 0.5
_SPEECH_FLOOR: Final = 0.004


class Whisper:
    """Whisper base on the processor."""

    def __init__(self, directory: Path, known: Known, threads: int) -> None:
        """Load the model from ``directory``."""
        from faster_whisper import WhisperModel  # noqa: PLC0415 - an extra; OMP_NUM_THREADS is read at import
        from opencc_pyo3 import OpenCC  # noqa: PLC0415

        self._model = WhisperModel(
            str(directory), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
        self._simplify = OpenCC("t2s")
        self._known = known

    def hear(self, speech: bytes) -> Heard:
        """Return what is said.

        Raises:
            NotHeard: the kind says why.
        """
        sound = samples(speech)
        if float((sound**2).mean()) ** 0.5 < _SPEECH_FLOOR:
            raise NotUnderstood("silence")
        pieces = self._pieces(sound)
        heard = judge(pieces, self._known)
        return Heard(self._simplify.convert(heard.text), heard.confidence)

    def _pieces(self, sound: Any) -> list[Piece]:
        language, probability, _ = self._model.detect_language(sound)
        english = language == "en" and probability >= _ENGLISH
        segments, _ = self._model.transcribe(
            sound,
            language="en" if english else "zh",
            initial_prompt=None if english else self._known.prompt,
            temperature=0.0,
            beam_size=5,
            condition_on_previous_text=False,
            without_timestamps=False,
            vad_filter=True,
        )
        return [Piece(s.text, s.end - s.start, s.avg_logprob, s.no_speech_prob) for s in segments]


def main(arguments: list[str]) -> int:
    """Serve until standard input ends: ``MODEL_DIRECTORY VOCABULARY_FILE THREADS``."""
    os.nice(_NICE)
    requests, answers = sys.stdin.buffer, _own_output()
    directory, vocabulary, threads = arguments
    try:
        whisper = Whisper(assemble(Path(directory)), load_known(Path(vocabulary)), int(threads))
    except NotHeard as error:
        _say(answers, {"refused": error.reason})
        return 1
    _say(answers, {"ready": True})
    while (line := requests.readline()).strip():
        _say(answers, _answer(whisper, requests.read(min(int(line), LARGEST))))
    return 0


def _answer(whisper: Whisper, speech: bytes) -> dict[str, Any]:
    try:
        heard = whisper.hear(speech)
    except NotHeard as error:
        return {"refused": error.reason}
    except Exception as error:  # noqa: BLE001 - whatever a recording does to the libraries, the next one is heard
        return {"refused": Unavailable.reason, "because": type(error).__name__}
    return {"text": heard.text, "confidence": heard.confidence}


def _own_output() -> IO[bytes]:
    """Return standard output for answers alone: what libraries print goes where errors go."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _say(answers: IO[bytes], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
