"""The real list of 2022-09-04: the right level for buildings asked one by one, measured on all its rows.

What is expected is worked out here a second time, by other and much simpler means than the product's: rows of a plain
form (a name, a list of buildings, perhaps an exception, a street in brackets, shop fronts) are taken apart with three
regular expressions, and the highest level of the rows that hold the building is expected.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

import pytest

from backend.places.risk_index import ListedArea

from .data_support import real_list

SNAPSHOT = "2022-09-04 8时"
RANK = {"low": 0, "medium": 1, "high": 2}
_B = r"[A-D]?\d+"
_RUN = rf"{_B}(?:栋|幢)?(?:-{_B}(?:栋|幢)?)?"
_LIST = rf"{_RUN}(?:[、,和及]{_RUN})*(?:栋|幢)"
_PLAIN = re.compile(rf"(?P<name>[^()、,除]*?[^\d()、,\-除A-D])(?P<list>{_LIST})(?P<rest>.*)")
_EXCEPT = re.compile(
    rf"(?P<name>[^()、,除]*?[^\d()、,除A-D])\(?除?(?P<list>{_LIST})(?:\(含底[^)]*\))?(?:以外|外|的其他)(?P<rest>.*)"
)
_TOWN = re.compile(r"^[一-鿿]{2,6}?(?:街道街道|街道办事处|街道|镇)(?=.)")
_STREET = re.compile(r"\(([一-鿿\d]*?[路街道巷段]\d+号)\)")
_SHOPS = re.compile(r"(?:包括|包含|含)([\dA-D、,\-栋]+)(?:底层商户|底层商铺|底商)")
#: “1栋-5、1栋-6” is 5 and 6 of building 1, not a range; the others are written with a name of their own in each row.
ODD = ("君雁金梧桐", "万峰城B区", "映山岭秀", "先锋花园")


@dataclass(frozen=True)
class Plain:
    """A row of a plain form."""

    area: ListedArea
    name: str
    buildings: frozenset[str]
    excepted: bool
    street: str | None
    shops: frozenset[str]
    ranged: bool


def expand(text: str) -> frozenset[str]:
    """`1-3栋、5栋` → {1, 2, 3, 5}."""
    found: set[str] = set()
    for part in re.split("[、,和及]", re.sub("[栋幢]", "", text)):
        first, _, last = part.partition("-")
        letter = first.rstrip("0123456789")
        low, high = int(first[len(letter) :]), int((last or first).lstrip("ABCD"))
        found |= {f"{letter}{number}" for number in range(low, high + 1)}
    return frozenset(found)


def plain_rows(areas: tuple[ListedArea, ...]) -> list[Plain]:
    rows = []
    for area in areas:
        text = re.sub(r"[\s·•.]", "", unicodedata.normalize("NFKC", area.text)).replace("—", "-")
        text = _TOWN.sub("", text)
        if (
            any(odd in text for odd in ODD)
            or "单元" in text
            or "号," in text
            or re.search("组|合围|社区御府", text)
        ):
            continue
        street = _STREET.search(text)
        excepted = _EXCEPT.fullmatch(text)
        match = excepted or _PLAIN.fullmatch(text)
        if (
            match is None
            or re.search(r"\d号$", match["name"])
            or re.match(r"\d|除外|\(含底[^)]*\)以?外", match["rest"])
        ):
            continue
        shops = [expand(found) for found in _SHOPS.findall(match["rest"])]
        rows.append(
            Plain(
                area,
                match["name"],
                expand(match["list"]),
                excepted is not None,
                street[1] if street else None,
                frozenset().union(*shops),
                "-" in match["list"],
            )
        )
    return rows


def expected(rows: list[Plain], division: str, name: str, building: str) -> int:
    """Rank of the highest level that holds a building, 0 (the county's remainder) when none does."""
    return max(
        (
            RANK[row.area.level]
            for row in rows
            if (row.area.division, row.name) == (division, name)
            and (building in row.buildings) != row.excepted
        ),
        default=0,
    )


def questions(rows: list[Plain]) -> list[tuple[str, str, str, int]]:
    """(kind, question, division, expected rank) of every plain row."""
    asked = []
    for row in rows:
        order = sorted(row.buildings, key=lambda building: (len(building), building))
        picked = {order[0], order[len(order) // 2], order[-1]}
        if row.excepted:
            picked = {number for number in ("1", "2", "3", "12") if number not in row.buildings}
            kind = "exception"
        else:
            kind = "range" if row.ranged else "list"
        for building in picked:
            rank = expected(rows, row.area.division, row.name, building)
            asked.append((kind, f"{row.name}{building}栋", row.area.division, rank))
            asked.append((kind, f"请问{row.name}{building}号楼是高风险吗", row.area.division, rank))
            if row.street:
                asked.append(("bracket", f"{row.street}{building}栋", row.area.division, rank))
                asked.append(("bracket", f"{row.street}{row.name}{building}幢", row.area.division, rank))
        for building in sorted(row.shops & row.buildings)[:2]:
            rank = expected(rows, row.area.division, row.name, building)
            asked.append(("shop front", f"{row.name}{building}栋底商", row.area.division, rank))
    return asked


@pytest.fixture(scope="module")
def asked() -> list[tuple[str, str, str, int]]:
    return questions(plain_rows(real_list(SNAPSHOT)[0]))


@pytest.mark.parametrize("knows_county", [False, True])
def test_the_right_level_for_every_kind_of_row(
    asked: list[tuple[str, str, str, int]], knows_county: bool
) -> None:
    checker = real_list(SNAPSHOT)[1]
    right: Counter[str] = Counter()
    wrong: list[tuple[str, str, int]] = []
    for kind, question, division, rank in asked:
        verdict = checker.check(question, division if knows_county else None)
        if RANK.get(verdict.level) == rank:
            right[kind] += 1
        else:
            wrong.append((question, verdict.level, rank))
    total = Counter(kind for kind, *_ in asked)
    print({kind: f"{right[kind]}/{total[kind]}" for kind in total})
    assert set(total) == {"range", "list", "exception", "bracket", "shop front"}
    assert sum(total.values()) > 2000
    assert not wrong


def test_every_row_in_its_own_words_has_its_own_level() -> None:
    areas, checker = real_list(SNAPSHOT)
    assert len(areas) == 663
    wrong = [area.text for area in areas if checker.check(area.text, area.division).level != area.level]
    assert not wrong


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("锦东庭园9栋", "high"),
        ("锦东庭园14栋是高风险吗", "medium"),
        ("卓锦城五期6栋", "high"),
        ("卓锦城2期1栋", "low"),
        ("营通街53号颐园7栋", "medium"),
        ("泰宏街8号2栋", "high"),
        ("凉水村4组430号", "high"),
        ("凉水村4组420号", "medium"),
        ("来龙村九组161号", "high"),
        ("果堰街100号4栋10号", "high"),
        ("果堰街100号4栋12号", "medium"),
        ("长寿路9号院38栋", "medium"),
        ("彩叠园1B区63栋", "medium"),
        ("马东大院19号3栋", "medium"),
        ("滨河花园A2栋", "high"),
        ("滨河花园B17栋", "medium"),
        ("中海城南一号12栋", "high"),
        ("塔子山1号14栋", "high"),
        ("康居新城C区7栋2单元", "high"),
        ("康居新城C区7栋3单元", "medium"),
        ("富力史丹尼国际公寓C座", "high"),
        ("嘉云台甲栋", "medium"),
        ("东升花园1期1栋3单元", "high"),
        ("COCO香江小区1期2区11栋", "high"),
        ("COCO香江小区1期2区6栋", "medium"),
        ("顺庆区潆溪街道同兴社区", "high"),
        ("顺庆区潆溪街道白庙村", "medium"),
        ("洽唐1巷12号", "medium"),
        ("凉山宾馆家属院", "high"),
        ("南充文化路39号院2栋", "medium"),
    ],
)
def test_rows_of_an_unusual_form(question: str, level: str) -> None:
    assert real_list(SNAPSHOT)[1].check(question).level == level


def test_all_snapshots_can_be_read_and_asked() -> None:
    for snapshot in ("2022-05-14 20时", "2022-07-16 10时", "2022-11-24 8时", "2022-12-09 08时"):
        areas, checker = real_list(snapshot)
        wrong = [area.text for area in areas if checker.check(area.text, area.division).level != area.level]
        assert not wrong
