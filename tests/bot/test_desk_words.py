"""What a citizen reads of a department that was asked into the chat: its name, said by whoever speaks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.desk.words import DeskWords, Reader

DATA = Path(__file__).parents[2] / "data"
CDC = {"department": "cdc:510100", "name": "成都市疾病预防控制中心"}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("line", "language", "text"),
    [
        (
            {"kind": "department", "author": "cdc:510100", "text": "两小时内。", "by": "D001", **CDC},
            "zh",
            "【成都市疾病预防控制中心】两小时内。",
        ),
        (
            {"kind": "system", "key": "joined", "values": CDC},
            "zh",
            "成都市疾病预防控制中心加入了对话，三方一起说。",
        ),
        (
            {"kind": "system", "key": "parted", "values": CDC},
            "en",
            "成都市疾病预防控制中心 has left; the agent stays with you.",
        ),
    ],
)
def test_a_department_is_called_by_its_name_in_every_channel(
    line: dict[str, Any], language: str, text: str, named: bool
) -> None:
    words = DeskWords.load(DATA / "responses" / "desk.yml", DATA / "desk" / "phrases.yml")
    assert words.line(line, {"chat_id": "c1"}, Reader(language), named=named).text == text
