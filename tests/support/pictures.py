"""Pictures made up for tests: a scrap of paper, a code to scan, a photo with a place in it."""

from __future__ import annotations

import io

import segno
from PIL import Image, ImageDraw

GPS_INFO = 0x8825
MAKE = 0x010F


def paper(size: tuple[int, int] = (900, 1200), lines: int = 12) -> bytes:
    """A sheet with grey lines on it, as PNG."""
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    step = size[1] // (lines + 1)
    for line in range(1, lines + 1):
        pen.rectangle((size[0] // 10, line * step, size[0] * 9 // 10, line * step + step // 4), fill="grey")
    return _bytes(sheet, "PNG")


def with_qr(content: str) -> bytes:
    """A QR code of ``content``, as PNG."""
    out = io.BytesIO()
    segno.make(content, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def photo(size: tuple[int, int] = (4000, 3000), turned: bool = True) -> bytes:
    """A phone's JPEG: noise, with camera, place and a note that it lies on its side."""
    small = Image.effect_noise((size[0] // 4, size[1] // 4), 60).convert("RGB")
    picture = small.resize(size)
    exif = Image.Exif()
    exif[MAKE] = "Phone of somebody"
    if turned:
        exif[0x0112] = 6
    exif.get_ifd(GPS_INFO)[2] = (30.0, 39.0, 25.0)
    return _bytes(picture, "JPEG", quality=92, exif=exif)


def _bytes(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
