"""What kind of recording some bytes are, by how they begin.

The decoder is told the kind and never asked to guess: its guesses include playlists and other formats that open
further files.
"""

from __future__ import annotations

from typing import Final

from bot.voice import speex

_BEGINS: Final = (
    (b"#!AMR\n", "amr"),
    (b"#!AMR-WB\n", "amr"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"\xff\xfa", "mp3"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
)


def container(speech: bytes) -> str | None:
    """Return libav's name of the container, ``speex`` for bare frames of it, None for anything not read."""
    for begins, kind in _BEGINS:
        if speech.startswith(begins):
            return kind
    if speech.startswith(b"RIFF") and speech[8:12] == b"WAVE":
        return "wav"
    if speech[4:8] == b"ftyp":
        return "mp4"
    return "speex" if speex.frames(speech) else None
