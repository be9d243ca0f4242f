"""What the assistant owes the desk, or a citizen from the desk, is not kept for ever."""

from __future__ import annotations

from pathlib import Path

from bot.desk.letters import Letters, purge_letters
from privacy.database import open_engine


def test_old_letters_and_lines_go_but_not_the_wish_to_be_deleted(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    now = [1_000.0]
    letters = Letters(engine, b"k" * 32, lambda: now[0])
    letters.put("message-1", "web-1", "message", {"text": "还在吗"})
    letters.put("erase-1", "web-1", "erase", {})
    letters.hold("rest-1", {"text": "您好"}, "line-1")
    now[0] = 2_000.0
    letters.put("message-2", "web-1", "message", {"text": "在"})
    assert purge_letters(engine, 1_500.0) == 2
    assert [letter.name for letter in letters.of("web-1")] == ["erase-1", "message-2"]
    assert letters.held("rest-1") == []
    assert purge_letters(engine, 1_500.0) == 0
