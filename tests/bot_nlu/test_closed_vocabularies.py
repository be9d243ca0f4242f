"""Relations, colours, kinds of test, levels, doses, venues, documents: canonical values, and no false friends."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.colour_extractor import ColourExtractor
from bot.nlu.document_extractor import DocumentExtractor
from bot.nlu.dose_extractor import DoseExtractor
from bot.nlu.guarded_words import GuardedWords, longest
from bot.nlu.relation_extractor import RelationExtractor
from bot.nlu.risk_level_extractor import RiskLevelExtractor
from bot.nlu.test_type_extractor import TestTypeExtractor
from bot.nlu.venue_type_extractor import VenueTypeExtractor

Extract = Callable[..., list[dict[str, Any]]]


def _values(found: list[dict[str, Any]], entity: str | None = None) -> list[str]:
    return [item["value"] for item in found if entity in (None, item["entity"])]


@pytest.mark.parametrize(
    ("typed", "relations"),
    [
        ("查我妈的码", ["母亲"]),
        ("給我媽媽辦碼", ["母亲"]),
        ("我妈老汉儿没得手机", ["父母"]),
        ("我老汉儿的码", ["父亲"]),
        ("我婆婆没有手机", ["奶奶"]),
        ("我婆婆妈的码", ["婆婆"]),
        ("丈母娘", ["岳母"]),
        ("my mother in law", ["岳母"]),
        ("嘎嘎的码", ["外婆"]),
        ("外公外婆", ["外公外婆"]),
        ("娃儿没手机", ["孩子"]),
        ("帮我老公查", ["丈夫"]),
        ("我女儿", ["女儿"]),
        ("我姐夫", []),
        ("喝牛奶", []),
        ("妈耶", []),
        ("老人机", []),
        ("男朋友和同事", ["朋友", "同事"]),
    ],
)
def test_relations_are_canonical(extract: Extract, typed: str, relations: list[str]) -> None:
    assert _values(extract(RelationExtractor, typed)) == relations


@pytest.mark.parametrize(
    ("typed", "colours"),
    [
        ("红码", ["红码"]),
        ("码红了", ["红码"]),
        ("我码咋突然黄了嘛", ["黄码"]),
        ("怎么转绿", ["绿码"]),
        ("黄转绿要几天", ["黄码", "绿码"]),
        ("红码转黄码", ["红码", "黄码"]),
        ("我的是🟡码", ["黄码"]),
        ("my code turned yellow", ["黄码"]),
        ("弹窗啥意思", ["弹窗"]),
        ("绿化带旁边的黄牛", []),
        ("转黄豆", []),
    ],
)
def test_colours_are_canonical(extract: Extract, typed: str, colours: list[str]) -> None:
    assert _values(extract(ColourExtractor, typed)) == colours


@pytest.mark.parametrize(
    ("kind", "typed", "values"),
    [
        (TestTypeExtractor, "核酸和抗体", ["核酸", "抗体"]),
        (TestTypeExtractor, "pcr test", ["核酸"]),
        (RiskLevelExtractor, "中高风险区", ["中高风险"]),
        (RiskLevelExtractor, "高风险还是低风险", ["高风险", "低风险"]),
        (DoseExtractor, "第三针好久打", ["第三针"]),
        (DoseExtractor, "booster shot", ["加强针"]),
        (VenueTypeExtractor, "超市和火锅店", ["商超", "餐饮"]),
        (DocumentExtractor, "护照还是台胞证", ["护照", "台胞证"]),
        (DocumentExtractor, "外国人永久居留身份证", ["永居证"]),
    ],
)
def test_other_lists_are_canonical(extract: Extract, kind: type, typed: str, values: list[str]) -> None:
    assert _values(extract(kind, typed)) == values


def test_private_tokens_become_entities_with_the_token_as_value(extract: Extract) -> None:
    found = extract(
        DocumentExtractor, "我叫<NAME#abcdefgh>，<ID#k7m2q3xa>，验证码<OTP#22334455>，<GEO#aaaabbbb>"
    )
    assert [(item["entity"], item["value"]) for item in found] == [
        ("name", "<NAME#abcdefgh>"),
        ("id_number", "<ID#k7m2q3xa>"),
        ("otp", "<OTP#22334455>"),
        ("location", "<GEO#aaaabbbb>"),
    ]
    assert _values(extract(DocumentExtractor, "＜ID#k7m2q3xa＞")) == []


def test_entities_point_at_what_was_typed(extract: Extract) -> None:
    typed = "请帮我查一哈　我　妈　老汉儿的碼"
    (found,) = extract(RelationExtractor, typed)
    assert typed[found["start"] : found["end"]] == "妈　老汉儿"
    assert found["extractor"] == "RelationExtractor"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=12))
def test_kept_hits_never_overlap_and_none_longer_was_dropped_for_nothing(
    spans: list[tuple[int, int]],
) -> None:
    hits = [(start, start + size, None) for start, size in spans]
    kept = longest(hits)
    assert all(first[1] <= second[0] for first, second in pairwise(kept))
    for hit in hits:
        assert any(hit[0] < other[1] and other[0] < hit[1] for other in kept)


def test_an_empty_word_list_finds_nothing() -> None:
    assert GuardedWords[str]([]).hits("任何话") == []
