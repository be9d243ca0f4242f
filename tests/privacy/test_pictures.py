"""Pictures people send: what is seen of them survives, everything else does not."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from privacy.pictures import LARGEST_FILE, LARGEST_KEPT, LONGEST_EDGE, NotAPicture, PictureTooLarge, redraw
from tests.support.pictures import GPS_INFO, paper, photo, with_qr


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_phones_picture_is_upright_small_and_says_nothing_of_camera_and_place() -> None:
    raw = photo((4000, 3000))
    kept = redraw(raw)
    picture = opened(kept)
    assert picture.format == "JPEG"
    assert picture.size == (LONGEST_EDGE * 3 // 4, LONGEST_EDGE)
    assert len(kept) <= LARGEST_KEPT < len(raw)
    assert b"Phone of somebody" in raw
    assert b"Phone of somebody" not in kept
    assert not picture.getexif()
    assert GPS_INFO not in picture.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "JPEG"])
def test_every_kind_phones_send_is_read(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), "navy").save(out, kind)
    red, green, blue = opened(redraw(out.getvalue())).getpixel((60, 45))  # type: ignore[misc]
    assert (red < 20, green < 20, blue > 100) == (True, True, True)


def test_what_was_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(redraw(out.getvalue())).getpixel((20, 20)) == (255, 255, 255)


def test_a_code_can_still_be_scanned() -> None:
    kept = redraw(with_qr("https://example.gov.cn/report/1"))
    assert zxingcpp.read_barcodes(opened(kept))[0].text == "https://example.gov.cn/report/1"


def test_what_is_hidden_behind_a_picture_does_not_come_along() -> None:
    kept = redraw(paper() + b"PK\x03\x04<script>alert(1)</script>")
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
        b"MZ\x90\x00" * 100,
        paper()[:400],
        b"\xff\xd8\xff\xe0" + b"\x00" * 50,
    ],
    ids=["nothing", "gif head", "pdf", "svg", "heic", "program", "cut off", "jpeg head"],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAPicture):
        redraw(raw)


def test_a_name_and_a_type_are_never_believed() -> None:
    with pytest.raises(NotAPicture):
        redraw(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")


@pytest.mark.parametrize("size", [(30_000, 30_000), (60_000, 900), (65_500, 65_500)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooLarge):
        redraw(png(*size, rows=b"\x00" * 10_000))


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(PictureTooLarge):
        redraw(b"\x89PNG" + b"\x00" * LARGEST_FILE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 3000), st.binary(min_size=1, max_size=40), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"])
)
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(at: int, damage: bytes, kind: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((60, 60), 80).convert("RGB").save(out, kind)
    raw = out.getvalue()
    at %= len(raw)
    try:
        kept = redraw(raw[:at] + damage + raw[at + len(damage) :])
    except (NotAPicture, PictureTooLarge):
        return
    assert opened(kept).format == "JPEG"
