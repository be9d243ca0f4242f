"""Chinese place names for people who read English."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from actions.places import Place
from actions.romanised import english

DIVISIONS = Path(__file__).resolve().parents[2] / "data" / "gazetteer" / "divisions.csv"


@pytest.mark.parametrize(
    ("name", "code", "spelt"),
    [
        ("金牛区", "510106", "Jinniu District (金牛区)"),
        ("成都市", "510100", "Chengdu (成都市)"),
        ("什邡市", "510682", "Shifang City (什邡市)"),
        ("长宁县", "511524", "Changning County (长宁县)"),
        ("郫都区", "510117", "Pidu District (郫都区)"),
        ("荣县", "510321", "Rongxian County (荣县)"),
        ("北川羌族自治县", "510726", "Beichuan County (北川羌族自治县)"),
        ("阿坝藏族羌族自治州", "513200", "Aba Prefecture (阿坝藏族羌族自治州)"),
        ("乐山市市中区", "511102", "Shizhong District, Leshan (乐山市市中区)"),
        ("绵阳市高新区", "", "High-tech Zone, Mianyang (绵阳市高新区)"),
        (
            "成都市新都区新都街道",
            "510114001",
            "Xindu Subdistrict, Xindu District, Chengdu (成都市新都区新都街道)",
        ),
    ],
)
def test_a_division_is_spelt_out_beside_its_chinese_name(name: str, code: str, spelt: str) -> None:
    assert english(name, code) == spelt


@pytest.mark.parametrize("name", ["春熙路", "万达广场", "this place", "", "区"])
def test_what_is_no_division_stays_as_it_is(name: str) -> None:
    assert english(name) == name


def test_a_landmark_is_not_taken_for_a_division() -> None:
    assert Place("510116", "黄龙溪古镇", (30.3, 103.9)).said("en") == "黄龙溪古镇"
    assert Place("510106", "金牛区").said("zh") == "金牛区"


def test_every_division_of_the_province_has_a_spelling_in_latin_letters() -> None:
    with DIVISIONS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    spelt = [(row["name"], english(row["name"], row["adcode"])) for row in rows]
    chinese = [n for n, s in spelt if not s.endswith(f" ({n})") or not s[: -len(n) - 3].isascii()]
    assert len(rows) > 3000
    assert chinese == ["𰝟渡镇"]  # no dictionary has its first character
