"""Wideband Speex in bare frames, without a container, as WeChat's older clients record it (``Format`` ``speex``).

A frame says by its first bits how long it is. WeChat serves the recording as ``audio/x-speex-with-header-byte``: the
length stands in a byte before each frame as well. Both forms are read; nothing else looks like them for long.
"""

from __future__ import annotations

from typing import Final

RATE: Final = 16_000
#: Bits of the lower and of the upper band by their modes (Speex manual, tables 9.1 and 10.1), the mode included.
_LOWER: Final = (5, 43, 119, 160, 220, 300, 364, 492, 79)
_UPPER: Final = (4, 36, 112, 192, 352)
_LARGEST: Final = (max(_LOWER) + max(_UPPER) + 7) // 8
#: Frames that must follow one another (a fifth of a second) before anybody believes it.
_LEAST: Final = 10


def frames(speech: bytes) -> list[bytes]:
    """Return the frames of a recording; none when it is not wideband Speex from its first byte to its last frame."""
    for header in (1, 0):
        found = _walk(speech, header)
        if len(found) >= _LEAST:
            return found
    return []


def _walk(speech: bytes, header: int) -> list[bytes]:
    """Return the frames, each behind ``header`` bytes of length; none when one is not what it should be."""
    found: list[bytes] = []
    at = 0
    while at + header < len(speech):
        start = at + header
        size = _size(speech, start)
        if size is None or (header and speech[at] != size):
            return found if len(speech) - start < _LARGEST else []
        if start + size > len(speech):
            break  # the connection was cut in the last frame
        found.append(speech[start : start + size])
        at = start + size
    return found


def _size(speech: bytes, at: int) -> int | None:
    """Return how many bytes the frame that begins at ``at`` has; None when there begins none."""
    mode = speech[at] >> 3
    if mode >= len(_LOWER):  # the first bit says that a lower band follows: 0
        return None
    bit = 8 * at + _LOWER[mode]
    window = int.from_bytes(speech[bit // 8 : bit // 8 + 2].ljust(2, b"\0"), "big")
    flag_and_mode = (window >> (12 - bit % 8)) & 0b1111
    upper = flag_and_mode - 0b1000
    if not 0 <= upper < len(_UPPER):
        return None
    return (_LOWER[mode] + _UPPER[upper] + 7) // 8
