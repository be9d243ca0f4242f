"""Pages to print: a scanner reads them, nothing stands outside the paper, and the type is as large as it can be."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from actions.printables import A4, A5, Sheet, offline_sheet, venue_poster
from privacy.media import Media

SHORT = Sheet(
    "TFJK1." + "A2" * 80,
    "green",
    "绿码",
    "离线健康码",
    "陈**　证件 51**98",
    ["9月12日上午9点前有效"],
    ["工作人员扫码查验，以扫出的结果为准。", "丢了可以马上作废换新，编号ONSXE-2LBNQ。"],
)
LONG = Sheet(
    "https://page.example/#scan=TFV-K7M2Q9",
    "none",
    "进门请扫码",
    "场所码　Venue code",
    "成都市锦江区人民政府沙河街道办事处塔子山社区卫生服务中心（总院）第一门诊部",
    ["扫码后请出示码色，绿码通行　Scan, then show your colour"],
    ["没有手机：出示离线码，或走无码通道登记　No phone: show an offline code or use the no-code lane"] * 4,
)
_DPI = 100
_INCH = 25.4


def printed(page: Media, folder: Path) -> Image.Image:
    """Return the page as a printer puts it on paper."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not on this machine")
    (folder / "page.pdf").write_bytes(page.content)
    command = ["pdftoppm", "-png", "-r", str(_DPI), "-singlefile", "page.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    return Image.open(io.BytesIO((folder / "page.png").read_bytes())).convert("L")


@pytest.mark.parametrize("sheet", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    ("draw", "size"), [(offline_sheet, A5), (venue_poster, A4)], ids=["offline", "venue"]
)
def test_a_page_is_scanned_and_nothing_stands_outside_it(
    draw: Callable[[Sheet], Media], size: tuple[float, float], sheet: Sheet, tmp_path: Path
) -> None:
    paper = printed(draw(sheet), tmp_path)
    assert paper.size == tuple(pytest.approx(side / _INCH * _DPI, abs=1) for side in size)
    assert [code.text for code in zxingcpp.read_barcodes(paper)] == [sheet.payload]
    margin = round(paper.width * 0.05)
    below = paper.height // 2  # the band above reaches to the edges
    for strip in (
        (0, below, margin, paper.height),
        (paper.width - margin, below, paper.width, paper.height),
        (0, paper.height - margin // 2, paper.width, paper.height),
    ):
        assert paper.crop(strip).getextrema() == (255, 255)


def test_words_fill_the_paper_when_there_are_few(tmp_path: Path) -> None:
    paper = printed(venue_poster(SHORT), tmp_path)
    lowest = Image.eval(paper, lambda value: 255 - value).getbbox()
    assert lowest is not None
    assert lowest[3] > paper.height * 0.88
