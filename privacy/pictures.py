"""Pictures people send: read strictly, then drawn anew, so that only what is seen of them goes on.

A picture from a phone carries where and when it was taken, and a file can be a picture and something else at once.
Decoding it and writing a fresh JPEG leaves both behind. What a file calls itself is never believed; its bytes are.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

#: Bytes of a file that is looked at at all; phones make pictures of 3 to 8 MB.
LARGEST_FILE: Final = 10 * 1024 * 1024
#: Pixels that are decoded: a phone's 48 megapixels fit, a decompression bomb does not.
MOST_PIXELS: Final = 50_000_000
#: Pixels of the longer edge kept, enough to read a page of a report.
LONGEST_EDGE: Final = 2000
#: Bytes of what is kept.
LARGEST_KEPT: Final = 1_000_000

MEDIA_TYPE: Final = "image/jpeg"
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_QUALITIES: Final = (85, 75, 60, 45, 30)


class NotAPicture(Exception):  # noqa: N818 - answered in words, not a failure
    """The bytes are no picture of a kind that is read, or a broken one."""


class PictureTooLarge(Exception):  # noqa: N818 - answered in words, not a failure
    """More bytes or pixels than any phone's picture has."""


def redraw(raw: bytes) -> bytes:
    """Return the picture in ``raw`` as a plain JPEG: upright, scaled down, without anything but its pixels.

    Raises:
        NotAPicture: unreadable, cut off, or of another kind (HEIC, SVG, PDF …).
        PictureTooLarge: over ``LARGEST_FILE`` bytes or ``MOST_PIXELS`` pixels; nothing was decoded.
    """
    if len(raw) > LARGEST_FILE:
        raise PictureTooLarge(f"{len(raw)} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the pixels are counted below
            opened = Image.open(io.BytesIO(raw), formats=_FORMATS)
        with opened:
            width, height = opened.size
            if width * height > MOST_PIXELS:
                raise PictureTooLarge(f"{width} x {height} pixels")
            return _written(_plain(opened))
    except Image.DecompressionBombError as error:
        raise PictureTooLarge("a decompression bomb") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, ArithmeticError) as error:
        raise NotAPicture(type(error).__name__) from error


def _plain(opened: Image.Image) -> Image.Image:
    """The first picture of a file, upright, on white where it was transparent, no larger than needed."""
    opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a JPEG is then decoded at a fraction of its size
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    layer = upright.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _written(picture: Image.Image) -> bytes:
    """The pixels alone as JPEG, at the best quality that stays below ``LARGEST_KEPT``."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())  # nothing of ``picture.info`` comes along
    written = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=quality)
        written = out.getvalue()
        if len(written) <= LARGEST_KEPT:
            break
    return written
