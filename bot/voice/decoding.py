"""A recording to samples, no further than a minute."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import av
import numpy as np

from bot.voice import speex
from bot.voice.containers import container
from bot.voice.errors import NotUnderstood, TooLong, Unreadable
from bot.voice.recogniser import LONGEST

RATE: Final = 16_000
"""Samples a second that the recogniser hears."""
_SHORTEST: Final = 0.3


def samples(speech: bytes) -> Any:
    """Return the recording as one channel of floats between -1 and 1, :data:`RATE` a second.

    Raises:
        Unreadable: not a kind that is read, or broken from its start.
        TooLong: more than ``LONGEST`` seconds; the rest was not decoded.
        NotUnderstood: too short for any word.
    """
    kind = container(speech)
    if kind is None:
        raise Unreadable("not a recording of a kind that is read")
    parts: list[Any] = []
    try:
        if kind == "speex":
            _collect(_speex(speech), parts)
        else:
            with av.open(io.BytesIO(speech), format=kind, metadata_errors="ignore") as recording:
                _collect(recording.decode(audio=0), parts)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        if not parts:
            raise Unreadable("broken") from error  # what was cut off later is heard as far as it goes
    sound = np.concatenate(parts).astype(np.float32) / 32768.0 if parts else np.zeros(0, np.float32)
    if len(sound) < _SHORTEST * RATE:
        raise NotUnderstood("too short")
    return sound


def _speex(speech: bytes) -> Iterator[Any]:
    """Yield what libav's decoder makes of bare frames; there is no container that would tell it the rate."""
    decoder: Any = av.CodecContext.create("speex", "r")
    decoder.sample_rate, decoder.layout = speex.RATE, "mono"
    for frame in speex.frames(speech):
        yield from decoder.decode(av.Packet(frame))


def _collect(frames: Iterator[Any], parts: list[Any]) -> None:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    count = 0
    for frame in frames:
        frame.pts = None
        for piece in resampler.resample(frame):
            parts.append(piece.to_ndarray().reshape(-1))
            count += len(parts[-1])
        if count > LONGEST * RATE:
            raise TooLong("more than a minute")
    parts.extend(piece.to_ndarray().reshape(-1) for piece in resampler.resample(None))
