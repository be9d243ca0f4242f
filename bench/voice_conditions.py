"""What happens to a clip between a mouth and the recogniser: noise beside it, and the codings of WeChat."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from bot.voice.decoding import RATE, samples

_SEED: Final = 20220905
_AMR_RATE: Final = 8_000
Recording = bytes
Condition = Callable[[Any], Recording]


def clip(path: Path) -> Any:
    """Return a clip as floats, 16,000 a second."""
    return samples(path.read_bytes())


def clean(sound: Any) -> Recording:
    """The clip as it is."""
    return _coded(sound, "wav", "pcm_s16le", RATE)


def noisy(decibels: float) -> Condition:
    """Pink noise, as of a street, so many decibels below the clip."""

    def made(sound: Any) -> Recording:
        return clean(mixed(sound, decibels))

    return made


def amr(bits: int, decibels: float | None = None) -> Condition:
    """AMR narrow band, as WeChat sends it, with so many bits a second; in noise where ``decibels`` are given."""

    def made(sound: Any) -> Recording:
        heard = sound if decibels is None else mixed(sound, decibels)
        return _coded(heard, "amr", "libopencore_amrnb", _AMR_RATE, bits)

    return made


CONDITIONS: Final[Mapping[str, Condition]] = {
    "clean": clean,
    "noise 10 dB": noisy(10),
    "noise 5 dB": noisy(5),
    "AMR 12.2": amr(12_200),
    "AMR 4.75": amr(4_750),
    "AMR 12.2, noise 10 dB": amr(12_200, 10),
}


def mixed(sound: Any, decibels: float) -> Any:
    """Return the clip with pink noise beside it, both at most as loud as a recording can be."""
    both = sound + pink(len(sound), float(np.sqrt((sound**2).mean())) * 10 ** (-decibels / 20))
    return both / max(1.0, float(np.abs(both).max()))


def pink(count: int, loud: float) -> Any:
    """Return noise whose power falls with the frequency, of root mean square ``loud``; the same every time."""
    chance = np.random.default_rng(_SEED)
    spectrum = np.fft.rfft(chance.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    sound = np.fft.irfft(spectrum, count)
    return sound * (loud / float(np.sqrt((sound**2).mean())))


def _coded(sound: Any, container: str, codec: str, rate: int, bits: int | None = None) -> Recording:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate)
        stream.layout = "mono"
        if bits is not None:
            stream.bit_rate = bits
        pieces = (np.clip(sound, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pieces, format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(stream.format.name, "mono", rate, frame_size=stream.frame_size or None)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()
