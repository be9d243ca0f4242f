"""Places: hierarchy, ambiguity, false friends, direction, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.gazetteer import gazetteer, stem_of
from bot.nlu.normalization import text_normalizer
from bot.nlu.place_extractor import PlaceExtractor
from bot.nlu.place_finder import places_in
from bot.nlu.resources import read_gazetteer

Extract = Callable[..., list[dict[str, Any]]]
DIVISIONS = {"province", "city", "district", "town"}


def _paths(typed: str) -> list[str]:
    """Full names of unambiguous places, `?name` for ambiguous ones."""
    mentions = places_in(text_normalizer()(typed).text)
    return [gazetteer().path(m.place) if m.place else f"?{m.spelling}" for m in mentions]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("阿坝藏族羌族自治州", "阿坝"),
        ("北川羌族自治县", "北川"),
        ("内蒙古自治区", "内蒙古"),
        ("春熙路街道", "春熙路"),
        ("高县", "高县"),
        ("黔西南布依族苗族自治州", "黔西南"),
    ],
)
def test_stems_lose_rank_and_nationality(name: str, stem: str) -> None:
    assert stem_of(name) == stem


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("成都武侯区哪里做核酸", ["四川省成都市武侯区"]),
        ("四川省成都市武侯区", ["四川省成都市武侯区"]),
        ("锦江区沙河街道", ["四川省成都市锦江区沙河街道"]),
        ("内江的市中区", ["四川省内江市市中区"]),
        ("郫县犀浦镇", ["四川省成都市郫都区犀浦街道"]),
        ("攀枝花东区", ["四川省攀枝花市东区"]),
        ("绵阳高新区", ["四川省绵阳市绵阳高新区"]),
        ("武侯簇桥", ["四川省成都市武侯区簇桥街道"]),
        ("犀浦哪里做核酸", ["四川省成都市郫都区犀浦街道"]),
        ("阿坝", ["四川省阿坝藏族羌族自治州"]),
        ("射洪哪里可以做", ["四川省遂宁市射洪市"]),
        ("我是成都人", ["四川省成都市"]),
        ("成都市民", ["四川省成都市"]),
        ("安居哪里做核酸", ["四川省遂宁市安居区"]),
        ("wuhou district", ["四川省成都市武侯区"]),
        ("北京朝阳区", ["北京市朝阳区"]),
        ("从昆山回来", ["江苏省苏州市昆山市"]),
        ("達縣", ["四川省达州市达川区"]),
        ("武候区", ["四川省成都市武侯区"]),
        ("春熙路附近", ["四川省成都市锦江区春熙路"]),
    ],
)
def test_a_place_is_found_with_all_that_contains_it(typed: str, paths: list[str]) -> None:
    assert _paths(typed) == paths


@pytest.mark.parametrize(
    "typed",
    [
        "提高县城的水平", "开会东西带上", "平安县城的人", "安居乐业", "安居房申请", "石棉瓦", "名山大川",
        "入川码怎么弄", "四川天府健康通怎么用",
        "大安静了", "白玉兰", "交通怎么走", "通道在哪里", "安全吗", "三台手机", "我很平安", "新区块链", "市中心",
        "前锋线", "黑水虻", "上海路",
        "成都银行", "这个新县长", "我要和县长说", "理县长的意见", "会同心协力", "大英雄", "朝天看", "心安县里",
        "红原因是什么",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_places(typed: str) -> None:
    assert _paths(typed) == []


@pytest.mark.parametrize(
    ("typed", "cities"),
    [
        ("市中区哪里可以做核酸", ["四川省内江市市中区", "四川省乐山市市中区"]),
        ("天府新区", ["四川省成都市四川天府新区", "四川省眉山市眉山天府新区"]),
    ],
)
def test_ambiguity_is_kept_with_its_candidates(extract: Extract, typed: str, cities: list[str]) -> None:
    (found,) = extract(PlaceExtractor, typed)
    assert [candidate["path"] for candidate in found["candidates"]] == cities
    assert "adcode" not in found


def test_another_place_of_the_sentence_settles_ambiguity(extract: Extract) -> None:
    found = extract(PlaceExtractor, "我在乐山，想问市中区哪里能做")
    assert [item.get("adcode") for item in found] == ["511100", "511102"]


def test_the_eight_yongxing_towns_are_all_candidates(extract: Extract) -> None:
    (found,) = extract(PlaceExtractor, "永兴镇有核酸点吗")
    assert found["entity"] == "town"
    assert len(found["candidates"]) == 8


@pytest.mark.parametrize(
    ("typed", "journey"),
    [
        ("从上海回成都要隔离吗", [("上海市", "from"), ("成都市", "to")]),
        ("上海回成都要隔离不", [("上海市", "from"), ("成都市", "to")]),
        ("我在上海想回成都", [("上海市", "from"), ("成都市", "to")]),
        ("成都到绵阳", [("成都市", "from"), ("绵阳市", "to")]),
        ("去重庆出差回来要报备吗", [("重庆市", "from")]),
        ("上周去过北京", [("北京市", "from")]),
        ("离川需要什么证明", [("四川省", "from")]),
        ("来川返川人员", [("四川省", "to"), ("四川省", "to")]),
        ("from Shanghai to Chengdu", [("上海市", "from"), ("成都市", "to")]),
        ("武侯区哪里做核酸", [("武侯区", None)]),
        ("美国回来要隔离多久", [("美国", "from")]),
    ],
)
def test_a_journey_has_a_direction(
    extract: Extract, typed: str, journey: list[tuple[str, str | None]]
) -> None:
    found = [item for item in extract(PlaceExtractor, typed) if item["entity"] in DIVISIONS]
    assert [(item["value"], item.get("role")) for item in found] == journey


@pytest.mark.parametrize(
    ("typed", "entity", "value"),
    [
        ("锦江区沙河街道锦东庭园14栋是不是高风险", "address", "锦东庭园14栋"),
        ("我住人民南路四段15号", "address", "人民南路四段15号"),
        ("我住锦东庭园1-13栋底商", "address", "锦东庭园1-13栋底商"),
        ("帮我查一下恒大绿洲3号楼2单元", "address", "恒大绿洲3号楼2单元"),
        ("蓝光幸福满庭小区是中风险吗", "address", "蓝光幸福满庭小区"),
        ("请问玉双路6号", "address", "玉双路6号"),
        ("鼎屏镇延胜村11组", "address", "延胜村11组"),
        ("恒源东区U栋2单元", "address", "恒源东区u栋2单元"),
        ("双楠社区卫生服务中心几点开门", "institution", "双楠社区卫生服务中心"),
        ("郫都区人民医院能做吗", "institution", "郫都区人民医院"),
    ],
)
def test_addresses_and_clinics_are_found_in_speech(
    extract: Extract, typed: str, entity: str, value: str
) -> None:
    assert [item["value"] for item in extract(PlaceExtractor, typed) if item["entity"] == entity] == [value]


@pytest.mark.parametrize("typed", ["附近医院", "我们小区", "高速公路", "我在12楼", "9月3号做的", "走路去"])
def test_what_names_nothing_is_no_address(extract: Extract, typed: str) -> None:
    assert [
        item for item in extract(PlaceExtractor, typed) if item["entity"] in ("address", "institution")
    ] == []


def test_every_county_and_prefecture_of_the_province_is_found_by_its_full_name_in_a_question() -> None:
    rows = [row for row in read_gazetteer("divisions") if row["level"] in ("prefecture", "county")]
    missed = []
    for row in rows:
        mentions = places_in(text_normalizer()(f"{row['name']}哪里可以做核酸").text)
        codes = {place.code for mention in mentions for place in mention.places}
        if row["adcode"] not in codes:
            missed.append(row["name"])
    assert missed == []
    assert len(rows) == 204


def test_nearly_every_county_is_found_by_its_bare_name() -> None:
    rows = [row for row in read_gazetteer("divisions") if row["level"] == "county"]
    missed = []
    for row in rows:
        mentions = places_in(text_normalizer()(f"{stem_of(row['name'])}哪里可以做核酸").text)
        codes = {place.code for mention in mentions for place in mention.places}
        # 阿坝, 甘孜 … mean the prefecture first, which contains the county
        if not {row["adcode"], row["parent_adcode"]} & codes:
            missed.append(row["name"])
    assert missed == []


@settings(max_examples=60)
@given(st.text(alphabet="成都武侯区高县会东从到回上海市中永兴镇锦庭园14栋号楼医院路在 ab", max_size=25))
def test_any_text_gives_entities_inside_it(typed: str) -> None:
    text = text_normalizer()(typed)
    for found in PlaceExtractor().find(text, None):
        start, end = text.span(found.start, found.end)
        assert 0 <= start < end <= len(typed)
        assert found.value
