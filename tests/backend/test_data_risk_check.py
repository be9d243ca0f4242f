"""What a risk list says about one building: the rules, one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.places.risk_check import RiskChecker
from backend.places.risk_text import read_area

from .data_support import checker

LIST = checker(
    ("高风险", "成都市", "锦江区", "沙河街道锦东庭园14栋和15栋(岷江路1668号)"),
    ("中风险", "成都市", "锦江区", "沙河街道锦东庭园1-13栋,含底商"),
    ("高风险", "成都市", "锦江区", "成龙路街道卓锦苑2期3栋、5-7栋，包括5栋底商"),
    ("中风险", "成都市", "锦江区", "成龙路街道卓锦苑1期1-4栋"),
    ("低风险", "成都市", "锦江区", "锦江区除高、中风险区以外的其他区域"),
    ("高风险", "成都市", "武侯区", "机投桥街道永康里7幢"),
    ("中风险", "成都市", "武侯区", "机投桥街道永康里除7幢以外的其余楼栋"),
    ("高风险", "成都市", "武侯区", "玉林街道人民南路四段7号宿舍2号楼"),
    ("低风险", "成都市", "武侯区", "武侯区除高、中风险区以外的其他区域"),
    ("高风险", "成都市", "高新区", "中和街道领先国际城5栋"),
    ("低风险", "成都市", "高新区", "高新区除高、中风险区以外的其他区域"),
    ("高风险", "广安市", "邻水县", "鼎屏镇恒源东区U栋2单元"),
    ("中风险", "广安市", "邻水县", "鼎屏镇延胜村11组（原土垭村1组）"),
    ("高风险", "眉山市", "洪雅县", "七里坪镇度假区F2、F3、F4、F5区,D区,E区"),
    ("高风险", "资阳市", "雁江区", "东升花园1期1栋1、2、3单元"),
    ("中风险", "资阳市", "雁江区", "东升花园1期1栋4、5单元和2、3、4、5栋"),
    ("中风险", "南充市", "高坪区", "龙门街道（除雷祖庙村以外区域）"),
    ("高风险", "南充市", "高坪区", "龙门街道雷祖庙村"),
    ("中风险", "成都市", "郫都区", "唐昌镇振兴路、西金路、集凤路、金亮路合围区域"),
    ("低风险", "成都市", "郫都区", "郫都区除高、中风险区以外的其他区域"),
    ("高风险", "成都市", "武侯区", "华兴街道美好花园3栋"),
    ("高风险", "绵阳市", "涪城区", "城厢街道美好花园3栋"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "level", "how"),
    [
        ("锦东庭园14栋", "high", "list"),
        ("锦东庭园十五号楼是高风险吗", "high", "list"),
        ("沙河街道锦东庭园１４幢", "high", "list"),
        ("岷江路1668号14栋", "high", "list"),
        ("锦东庭园7栋", "medium", "range"),
        ("我住锦东庭园小区13栋2单元301", "medium", "range"),
        ("锦东庭园3栋底商", "medium", "shop_front"),
        ("锦东庭园底商是什么风险", "medium", "shop_front"),
        ("锦东庭园16栋", "low", "remainder"),
        ("卓锦苑二期6栋", "high", "range"),
        ("卓锦苑2期5栋的商铺", "high", "shop_front"),
        ("卓锦苑2期4栋", "low", "remainder"),
        ("卓锦苑3期4栋", "low", "remainder"),
        ("永康里7栋", "high", "list"),
        ("永康里12栋", "medium", "remainder"),
        ("人民南路四段7号2栋", "high", "list"),
        ("武侯区科华北路65号", "low", "remainder"),
        ("双流区中和街道领先国际城5栋", "high", "list"),
        ("恒源东区U栋2单元", "high", "list"),
        ("邻水延胜村十一组", "medium", "list"),
        ("鼎屏镇土垭村1组", "medium", "list"),
        ("东升花园1期1栋3单元", "high", "list"),
        ("东升花园一期1栋五单元", "medium", "list"),
        ("龙门街道雷祖庙村", "high", "whole"),
        ("高坪区龙门街道三会村", "medium", "remainder"),
        ("洪雅七里坪度假区F3区", "high", "whole"),
    ],
)
def test_a_place_the_list_covers(question: str, level: str, how: str) -> None:
    verdict = LIST.check(question)
    assert (verdict.level, verdict.matches[0].how) == (level, how)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("锦东庭园", "楼栋"),
        ("卓锦苑3栋", "楼栋"),
        ("东升花园1期1栋", "单元"),
        ("唐昌镇振兴路12号", "门牌"),
        ("锦东庭园附近", "周边"),
        ("锦冬庭园14栋", "确认"),
        ("万科锦东庭园14栋", "确认"),
        ("锦东庭园幼儿园", "确认"),
        ("美好花园3栋", "区县"),
        ("建设路8号", "区县"),
    ],
)
def test_a_place_that_cannot_be_decided_is_asked_back(question: str, note: str) -> None:
    verdict = LIST.check(question)
    assert verdict.level == "unknown"
    assert note in str(verdict.note)
    assert not verdict.matches


def test_the_county_decides_between_two_estates_of_one_name() -> None:
    assert LIST.check("绵阳美好花园3栋").matches[0].area.division == "510703"
    assert LIST.check("美好花园3栋", "510107").matches[0].area.division == "510107"
    assert LIST.check("美好花园3栋", "510700").matches[0].area.division == "510703"


def test_other_rows_of_the_estate_are_named() -> None:
    verdict = LIST.check("锦东庭园16栋")
    assert {area.level for area in verdict.same_place} == {"high", "medium"}
    assert {area.level for area in LIST.check("锦东庭园14栋").same_place} == {"medium"}


def test_a_slip_of_the_pen_is_never_a_verdict() -> None:
    verdict = LIST.check("锦冬庭园14栋", "510104")
    assert verdict.level == "unknown"
    assert "锦江区沙河街道锦东庭园" in verdict.candidates


def test_a_county_that_is_not_listed_is_said() -> None:
    verdict = LIST.check("青羊区宽窄巷子")
    assert verdict.level == "unknown"
    assert "没有列入" in str(verdict.note)


@pytest.mark.parametrize(
    "question", ["锦江区", "成都市锦江区是什么风险等级", "锦江区沙河街道有没有高风险", "高风险吗"]
)
def test_a_county_as_a_whole_has_no_one_level(question: str) -> None:
    verdict = LIST.check(question, "510104")
    assert verdict.level == "unknown"
    assert verdict.same_place
    assert "具体" in str(verdict.note)


def test_a_town_without_any_row_has_the_level_of_the_remainder() -> None:
    assert LIST.check("锦江区春熙路街道").level == "low"


def test_a_name_without_its_first_part_is_asked_back_and_not_low() -> None:
    long = checker(
        ("高风险", "成都市", "金牛区", "金泉街道电建地产洺悦玺24栋"),
        ("低风险", "成都市", "金牛区", "金牛区除高、中风险区以外的其他区域"),
    )
    verdict = long.check("金牛区洺悦玺24栋")
    assert (verdict.level, verdict.candidates) == ("unknown", ("金牛区金泉街道电建地产洺悦玺",))
    assert long.check("金牛区洺悦府5栋").level == "low"


@pytest.mark.parametrize("question", ["锦东庭园14栋附近", "锦东庭园14栋隔壁的超市", "锦东庭园小区对面"])
def test_beside_a_building_is_not_in_it(question: str) -> None:
    assert LIST.check(question).level == "unknown"


def test_traditional_characters_are_understood() -> None:
    assert LIST.check("錦東庭園14棟").level == "high"


def test_a_street_is_not_the_subdistrict_named_after_it() -> None:
    named = checker(
        ("高风险", "成都市", "武侯区", "玉林街道玉林街9号晨光嘉苑小区4栋"),
        ("低风险", "成都市", "武侯区", "武侯区除高、中风险区以外的其他区域"),
    )
    assert named.check("武侯区玉林街道芳华街3号").level == "low"
    assert named.check("武侯区玉林街9号4栋").level == "high"


def test_an_empty_list_is_said() -> None:
    assert "没有" in str(checker().check("锦东庭园14栋").note)


@given(st.text(max_size=250))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert LIST.check(text).level in ("high", "medium", "low", "unknown")


@given(st.text(max_size=120))
def test_any_area_can_be_read(text: str) -> None:
    read = read_area(text)
    assert read.remainder or isinstance(read.places, tuple)


@given(st.integers(1, 60))
def test_each_building_of_a_range_and_no_other(number: int) -> None:
    expected = "high" if number in (14, 15) else "medium" if number <= 13 else "low"
    assert LIST.check(f"锦江区锦东庭园{number}栋").level == expected


def test_checks_do_not_depend_on_each_other() -> None:
    again = RiskChecker(LIST.index, LIST.divisions)
    assert [
        again.check("锦东庭园14栋").level,
        again.check("锦东庭园").level,
        again.check("锦东庭园14栋").level,
    ] == [
        "high",
        "unknown",
        "high",
    ]
