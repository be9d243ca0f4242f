"""Recordings in which nobody speaks, as WAV: silence, noises, tones, music."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Any, Final

import numpy as np

RATE: Final = 16_000
#: The beginning of a scale in semitones above the lowest note, for melodies.
_SCALE: Final = (0, 2, 4, 5, 7, 9, 11, 12)


def wav(sound: Any) -> bytes:
    """A WAV file of samples between -1 and 1."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype(np.int16).tobytes())
    return out.getvalue()


def silence(seconds: float) -> bytes:
    return wav(np.zeros(int(seconds * RATE)))


def noise(seconds: float, loud: float = 0.3) -> bytes:
    return wav(np.random.default_rng(7).uniform(-loud, loud, int(seconds * RATE)))


def tone(seconds: float) -> bytes:
    return wav(0.4 * np.sin(2 * np.pi * 440 * _times(seconds)))


def _times(seconds: float) -> Any:
    return np.arange(int(seconds * RATE)) / RATE


def _coloured(seconds: float, fall: float, chance: np.random.Generator) -> Any:
    """Noise whose power falls with the frequency: 0 white, 1 pink, 2 brown."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(chance.standard_normal(count))
    sound = np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 1) ** (fall / 2), count)
    return sound / np.abs(sound).max()


def _hum(seconds: float, chance: np.random.Generator) -> Any:
    """A fan or a fridge: the mains with its overtones."""
    t = _times(seconds)
    return sum(np.sin(2 * np.pi * 50 * n * t + chance.uniform(0, 6)) / n for n in range(1, 9)) / 3


def _knocks(seconds: float, chance: np.random.Generator) -> Any:
    """Steps, keys, a table: short bursts."""
    t, sound = _times(seconds), np.zeros(int(seconds * RATE))
    for at in chance.uniform(0, seconds, int(3 * seconds)):
        sound += np.where(t > at, np.exp(-np.clip(t - at, 0, None) * 60), 0) * chance.standard_normal(len(t))
    return sound / np.abs(sound).max()


def _siren(seconds: float, chance: np.random.Generator) -> Any:
    t = _times(seconds)
    return np.sin(2 * np.pi * np.cumsum(700 + 400 * np.sin(2 * np.pi * chance.uniform(0.2, 2) * t)) / RATE)


def _ringing(seconds: float, _chance: np.random.Generator) -> Any:
    """What a caller hears: 450 Hz, one second of five."""
    t = _times(seconds)
    return np.sin(2 * np.pi * 450 * t) * (t % 5 < 1)


def _keys(seconds: float, chance: np.random.Generator) -> Any:
    """The keys of a telephone."""
    t, sound = _times(seconds), np.zeros(int(seconds * RATE))
    for begin in np.arange(0, seconds, 0.3):
        low, high = chance.choice([697, 770, 852, 941]), chance.choice([1209, 1336, 1477])
        pressed = (t >= begin) & (t < begin + 0.15)
        sound += pressed * (np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)) / 2
    return sound


def _notes(seconds: float, chance: np.random.Generator, at_once: int, overtones: int) -> Any:
    t, sound = _times(seconds), np.zeros(int(seconds * RATE))
    for begin in np.arange(0, seconds, 0.35):
        since = np.clip(t - begin, 0, None)
        for step in chance.choice(_SCALE, at_once, replace=False):
            pitch = 220 * 2 ** (step / 12)
            played = sum(np.sin(2 * np.pi * pitch * n * t) / n for n in range(1, overtones + 1))
            sound += (t >= begin) * played * np.exp(-4 * since)
    return sound / np.abs(sound).max()


def _song(seconds: float, chance: np.random.Generator) -> Any:
    """Chords, a melody above them, a drum."""
    played = _notes(seconds, chance, 3, 4) + _notes(seconds, chance, 1, 8) + 0.5 * _knocks(seconds, chance)
    return played / np.abs(played).max()


SOUNDS: Final[dict[str, Callable[[float, np.random.Generator], Any]]] = {
    "nothing": lambda seconds, _chance: np.zeros(int(seconds * RATE)),
    "hiss": lambda seconds, chance: _coloured(seconds, 0, chance),
    "street": lambda seconds, chance: _coloured(seconds, 1, chance),
    "wind": lambda seconds, chance: _coloured(seconds, 2, chance),
    "fan": _hum,
    "knocks": _knocks,
    "siren": _siren,
    "ringing": _ringing,
    "keys": _keys,
    "tone": lambda seconds, chance: np.sin(2 * np.pi * chance.uniform(200, 3000) * _times(seconds)),
    "melody": lambda seconds, chance: _notes(seconds, chance, 1, 8),
    "chords": lambda seconds, chance: _notes(seconds, chance, 3, 4),
    "song": _song,
}
"""Each kind of sound that is no speech, by seconds and chance, at full loudness."""


def no_speech(kind: str, seconds: float, loud: float, seed: int = 7) -> bytes:
    """A recording of one of :data:`SOUNDS`; ``loud`` is its highest level, 0 to 1."""
    return wav(loud * SOUNDS[kind](seconds, np.random.default_rng(seed)))
