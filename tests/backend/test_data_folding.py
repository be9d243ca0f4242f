"""One spelling for addresses: folding, numerals, lists of buildings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.places.folding import arabic, fold
from backend.places.units import LIST, parse_numbers

ADDRESS = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "锦东庭园一二三十百零栋幢座号楼单元期组区街路段第至到（），、－—·1234567890AB#OoIl附院 "
        ),
        st.characters(),
    ),
    max_size=60,
)


@given(ADDRESS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ADDRESS)
def test_folded_text_has_no_blank_and_no_surrogate(text: str) -> None:
    folded = fold(text)
    assert not any(sign.isspace() or 0xD800 <= ord(sign) <= 0xDFFF for sign in folded)


@pytest.mark.parametrize(
    "written",
    [
        "14栋",
        "14幢",
        "14座",
        "14号楼",
        "14#楼",
        "14#",
        "十四栋",
        "第十四栋",
        "１４栋",
        "14 栋",
        "l4栋",
        "第14幢",
    ],
)
def test_one_building_in_many_spellings(written: str) -> None:
    assert fold(f"锦东庭园{written}") == "锦东庭园14栋"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("人民南路四段7号", "人民南路4段7号"),
        ("1O栋", "10栋"),
        ("5 栋及 1 单元", "5栋及1单元"),
        ("三期", "3期"),
        ("清溪街1号至21号", "清溪街1-21号"),
        ("宝兴北街133附2号", "宝兴北街133附2号"),
        ("山丫口社区第一居民小组", "山丫口社区1组"),
        ("十四楼", "14楼"),
        ("4号院5栋", "4号5栋"),
    ],
)
def test_folding_of_real_spellings(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.integers(0, 99))
def test_numerals_are_read_as_they_are_said(number: int) -> None:
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    spoken = (
        (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "") if tens else digits[ones]
    )
    assert arabic(spoken) == str(number)


@given(st.integers(1, 400), st.integers(0, 400))
def test_a_range_holds_both_ends_and_all_between(first: int, more: int) -> None:
    last = first + more
    numbers = parse_numbers(f"{first}-{last}栋" if more else f"{first}栋")
    assert {str(first), str(last), str((first + last) // 2)} <= numbers.values
    assert len(numbers.values) == more + 1
    assert str(last + 1) not in numbers


@given(st.lists(st.integers(1, 200), min_size=1, max_size=12, unique=True), st.sampled_from("栋组号"))
def test_a_list_holds_exactly_its_items(items: list[int], kind: str) -> None:
    assert parse_numbers("、".join(map(str, items)) + kind).values == {str(item) for item in items}


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("A3-A12栋", ["A3", "A7", "A12"], ["3", "A13", "B5"]),
        ("1-9和11-47栋", ["1", "9", "11", "47"], ["10", "48"]),
        ("1栋-7栋", ["1", "4", "7"], ["8"]),
        ("B、C栋", ["B", "C"], ["A"]),
        ("1-99999栋", ["1", "99999"], ["500"]),
        ("107-2号", ["107-2"], ["50"]),
    ],
)
def test_lists_as_risk_lists_write_them(text: str, inside: list[str], outside: list[str]) -> None:
    assert LIST.fullmatch(text)
    numbers = parse_numbers(text)
    assert all(value in numbers for value in inside)
    assert not any(value in numbers for value in outside)


def test_something_else_is_not_a_list() -> None:
    with pytest.raises(ValueError, match="not a list"):
        parse_numbers("锦东庭园")
