"""Pictures of codes: a scanner reads what was put in, a person reads the colour, and nothing leaves the picture."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from actions.pictures import BANDS, WIDTH, Card, code_picture

LONG_NAME = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT BLAINE"


def opened(card: Card) -> Image.Image:
    media = code_picture(card)
    assert media.media_type == "image/png"
    return Image.open(io.BytesIO(media.content)).convert("RGB")


@pytest.mark.parametrize("colour", sorted(BANDS))
def test_a_scanner_reads_the_payload_on_every_colour(colour: str) -> None:
    picture = opened(Card("TFJK1.ABC234", colour, "黄码", "健康码", ["欧阳*", "9月12日上午9点前有效"]))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["TFJK1.ABC234"]


@settings(max_examples=15, deadline=None)
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=1, max_size=240))
def test_a_scanner_reads_every_length_of_payload(text: str) -> None:
    picture = opened(Card(f"TFJK1.{text}", "green", "绿码", "离线码", ["王*"]))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [f"TFJK1.{text}"]


@pytest.mark.parametrize("line", [LONG_NAME, "请在现场打开，截图和照片都不算数，" * 4, "㐂𠮷䶮"])
def test_long_and_rare_words_stay_inside_the_picture(line: str) -> None:
    picture = opened(Card("TFJK1.A", "green", "绿码", "健康码", [line, "9月12日前有效"]))
    edges = [picture.crop((x, 160, x + 20, picture.height)) for x in (0, WIDTH - 20)]
    assert all(edge.getextrema() == ((255, 255),) * 3 for edge in edges)


def test_a_long_word_and_a_long_title_do_not_run_into_each_other() -> None:
    """“黄码 YELLOW” once stood across “离线健康码 Offline code”."""
    apart = opened(Card("TFJK1.A", "none", "黄码 YELLOW", "离线健康码 Offline code", ["王*"]))
    band = apart.crop((0, 0, WIDTH, 150)).convert("L")
    ground = band.getpixel((0, 0))
    inked = [any(band.getpixel((x, y)) != ground for x in range(WIDTH)) for y in range(band.height)]
    assert inked[0] is inked[-1] is False
    assert sum(1 for above, below in pairwise(inked) if below and not above) == 2


def test_a_picture_is_small_enough_for_a_bad_line() -> None:
    payload = "TFJK1." + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 6
    assert (
        len(code_picture(Card(payload, "red", "红码", "健康码", ["王*", "有疑问请打12345"])).content) < 40_000
    )
