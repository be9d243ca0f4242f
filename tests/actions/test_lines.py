"""Rows of a line: everything is said, nothing is torn that should hold together, and no row is nearly empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.lines import wrap


def width(text: str) -> float:
    """Chinese is twice as wide as Latin."""
    return sum(1 if character.isascii() else 2 for character in text)


def rows(line: str, room: float) -> list[str]:
    return wrap(line, width, room)


@given(st.text("码绿，。！a1 　", max_size=60), st.integers(6, 40))
def test_nothing_is_lost_and_no_row_is_too_wide(line: str, room: int) -> None:
    broken = rows(line, room)
    kept = str.maketrans("", "", " 　")
    assert "".join(broken).translate(kept) == line.translate(kept)
    assert all(width(row) <= room for row in broken)


def test_a_line_that_fits_is_left_as_it_is() -> None:
    assert rows("陈**　证件 51**98", 40) == ["陈**　证件 51**98"]
    assert rows("", 40) == []


def test_no_row_holds_a_mark_alone_and_rows_are_about_equal() -> None:
    line = "有疑问请打12345，全天有人，手机截图不能代替健康码。"
    for room in range(12, int(width(line))):
        broken = rows(line, room)
        assert not [row for row in broken if row[0] in "，。"], broken
        assert width(broken[-1]) >= room / 4, broken


def test_what_a_full_width_blank_sets_apart_gets_its_own_row() -> None:
    assert rows("编号ONSXE-2LBNQ　丢了请打12345", 28) == ["编号ONSXE-2LBNQ", "丢了请打12345"]


@pytest.mark.parametrize("room", [14, 20, 26])
def test_latin_words_and_numbers_are_not_torn(room: int) -> None:
    line = "Questions: 12345, day and night; offline codes"
    words = line.split()
    assert [word for row in rows(line, room) for word in row.split()] == words


def test_a_word_wider_than_the_place_is_cut_rather_than_lost() -> None:
    assert "".join(rows("WOLFESCHLEGELSTEINHAUSEN", 10)) == "WOLFESCHLEGELSTEINHAUSEN"
