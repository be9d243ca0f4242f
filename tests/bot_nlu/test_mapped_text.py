"""A rewritten text still knows where its characters were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.mapped_text import Edit, MappedText


def test_equal_length_edits_map_character_by_character() -> None:
    text = MappedText.of("建康码黄了").apply([Edit(0, 3, "健康码")])
    assert text.text == "健康码黄了"
    assert text.span(1, 3) == (1, 3)


def test_longer_replacements_map_to_the_whole_replaced_span() -> None:
    text = MappedText.of("我啷个办").apply([Edit(1, 4, "怎么办呢")])
    assert text.span(1, 2) == (1, 4)
    assert text.span(0, len(text.text)) == (0, 4)


def test_deleted_characters_leave_the_rest_in_place() -> None:
    text = MappedText.of("武 侯 区").apply([Edit(1, 2, ""), Edit(3, 4, "")])
    assert text.text == "武侯区"
    assert text.span(0, 3) == (0, 5)


@pytest.mark.parametrize("edits", [[Edit(2, 1, "x")], [Edit(0, 2, ""), Edit(1, 3, "")], [Edit(0, 9, "")]])
def test_edits_out_of_order_or_range_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="edits must be"):
        MappedText.of("三个字").apply(edits)


@pytest.mark.parametrize("span", [(0, 0), (-1, 1), (0, 4)])
def test_spans_outside_the_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no characters"):
        MappedText.of("三个字").span(*span)


@given(st.text(max_size=30), st.data())
def test_every_span_of_an_edited_text_lies_in_what_was_typed(typed: str, data: st.DataObject) -> None:
    bounds = sorted(data.draw(st.sets(st.integers(0, len(typed)), max_size=8)))
    edits = [
        Edit(a, b, data.draw(st.text(max_size=4))) for a, b in zip(bounds[::2], bounds[1::2], strict=False)
    ]
    text = MappedText.of(typed).apply(edits)
    for start in range(len(text.text)):
        for end in range(start + 1, len(text.text) + 1):
            first, last = text.span(start, end)
            assert 0 <= first < last <= len(typed)
    assert list(text.starts) == sorted(text.starts)
    assert list(text.ends) == sorted(text.ends)
