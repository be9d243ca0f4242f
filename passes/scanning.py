"""Reading the QR of a code from what a camera or a printer made of it: a picture, or a page of a PDF."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

from passes.errors import NothingRead

MAX_PIXELS: Final = 40_000_000
"""A larger picture is refused before it is unpacked."""
_SIDE: Final = 2400
_PAGE_DPI: Final = 150
_SECONDS: Final = 20


def read_picture(content: bytes) -> list[str]:
    """Return the texts of all QRs in a picture (PNG, JPEG, WebP).

    Raises:
        NothingRead: no picture, one too large, or one without a QR.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NothingRead("the picture is too large")
            picture.thumbnail((_SIDE, _SIDE))
            flat = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NothingRead("not a picture") from error
    found = zxingcpp.read_barcodes(flat, zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    texts = [code.text for code in found if code.text]
    if not texts:
        raise NothingRead("no QR in the picture")
    return texts


def read_page(content: bytes) -> list[str]:
    """Return the texts of all QRs on the first page of a PDF; needs ``pdftoppm`` of poppler.

    Raises:
        NothingRead: no PDF, no QR on it, or no ``pdftoppm`` on this machine.
    """
    tool = shutil.which("pdftoppm")
    if tool is None:
        raise NothingRead("pdftoppm (poppler-utils) is needed to read a PDF")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.pdf"
        page.write_bytes(content)
        command = [tool, "-png", "-r", str(_PAGE_DPI), "-f", "1", "-l", "1", "-singlefile", str(page)]
        try:
            subprocess.run([*command, f"{folder}/page"], check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise NothingRead("not a readable PDF") from error
        return read_picture((Path(folder) / "page.png").read_bytes())


def read_any(content: bytes) -> list[str]:
    """Return the texts of all QRs in a picture or on a page, or the text itself when it is text.

    Raises:
        NothingRead: nothing of that.
    """
    if content.startswith(b"%PDF"):
        return read_page(content)
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        return read_picture(content)
    if re.fullmatch(r"[\x20-\x7e\s]+", text):
        return [text]
    return read_picture(content)
