"""Linter of the training phrases in `data/nlu`; the intents and kinds are listed in `docs/intents.md`."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NLU_FILES = sorted((ROOT / "data" / "nlu").glob("*.yml"))
LEAST = {"service": 90, "dialogue": 40, "inform": 200, "other": 150}
ENGLISH_SHARE = (0.10, 0.20)
SAME_SKELETON_AT_MOST = 2

HAN = re.compile(r"[\u3400-\u9fff]")
MARKUP = re.compile(r"[\[\](){}`*\\|]")
TOKEN = re.compile(r"<(?:ID|PASSPORT|PERMIT|PHONE|NAME|OTP|GEO|SESSION|JOIN)#[a-z2-7]{8}>")
TICKET = re.compile(r"JKT\d{8}-\d{6}(?!\d)")
DIGITS_APART = re.compile(r"(?<=\d)[\s\-](?=\d)")
RELATIONS = {
    *(
        "我妈",
        "妈妈",
        "母亲",
        "老妈",
        "我爸",
        "爸爸",
        "父亲",
        "老汉儿",
        "老汉",
        "爷爷",
        "奶奶",
        "外公",
        "外婆",
        "姥姥",
    ),
    *(
        "婆婆",
        "公公",
        "岳母",
        "岳父",
        "丈母娘",
        "老公",
        "老婆",
        "爱人",
        "媳妇",
        "老伴",
        "儿子",
        "女儿",
        "闺女",
        "孩子",
    ),
    *(
        "小孩",
        "娃儿",
        "娃娃",
        "幺儿",
        "孙子",
        "弟弟",
        "哥哥",
        "姐姐",
        "妹妹",
        "老人",
        "父母",
        "家人",
        "亲戚",
        "朋友",
    ),
}
OFFICE_WORD = re.compile(r"(?:.族)*(?:自治州|自治县|[省市区县州])$")


@lru_cache(maxsize=1)
def phrases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in NLU_FILES:
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found[block["intent"]] += [line.removeprefix("- ") for line in block["examples"].splitlines()]
    return found


def every_line() -> list[str]:
    return [line for lines in phrases().values() for line in lines]


@lru_cache(maxsize=1)
def kinds() -> dict[str, str]:
    table = (ROOT / "docs" / "intents.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| (service|dialogue|inform|other) \|", table, flags=re.M)
    return dict(rows)


@lru_cache(maxsize=1)
def interchangeable() -> re.Pattern[str]:
    """Prefectures and counties (whole and without their last word) and words of kinship, longest first."""
    words = set(RELATIONS)
    for name in ("divisions.csv", "china.csv"):
        with (ROOT / "data" / "gazetteer" / name).open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                if row["level"] in {"province", "prefecture", "county"}:
                    words |= {row["name"], OFFICE_WORD.sub("", row["name"])}
    ordered = sorted((word for word in words if len(word) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)))


def folded(phrase: str) -> str:
    """The phrase as a careless eye sees it: no case, blanks or punctuation."""
    return re.sub(r"[\W_]+", "", phrase.lower())


def skeleton(phrase: str) -> str:
    """What is left when places, kinship and numbers are taken out."""
    return re.sub(r"[0-9]+", "", folded(interchangeable().sub("", phrase)))


def is_english(phrase: str) -> bool:
    return not HAN.search(TOKEN.sub("", phrase)) and bool(re.search(r"[a-z]{2}", phrase, flags=re.I))


def looks_personal(phrase: str) -> bool:
    """A run of digits as long as a phone, a card or a passport number, outside tokens and ticket numbers."""
    rest = DIGITS_APART.sub("", TICKET.sub("", TOKEN.sub("", phrase)))
    return bool(re.search(r"\d{7,}|[A-Za-z]\d{7,9}\b", rest))


def repeated(items: Iterable[str], most: int) -> list[str]:
    return [item for item, times in Counter(items).items() if item and times > most]


def test_every_file_is_rasa_3_1() -> None:
    assert NLU_FILES
    for path in NLU_FILES:
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["version"] == "3.1", path.name


def test_phrases_and_guide_name_the_same_intents() -> None:
    assert len(kinds()) >= 49
    assert set(phrases()) == set(kinds())


@pytest.mark.parametrize("intent", sorted(kinds()))
def test_intent_has_enough_phrases(intent: str) -> None:
    assert len(phrases()[intent]) >= LEAST[kinds()[intent]]


def test_no_phrase_stands_twice() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for intent, lines in phrases().items():
        for line in lines:
            owners[folded(line) or line].append(f"{intent}: {line}")
    assert [both for both in owners.values() if len(both) > 1] == []


@pytest.mark.parametrize("intent", sorted(set(kinds()) - {"inform"}))
def test_phrases_do_not_differ_by_place_or_relation_alone(intent: str) -> None:
    assert repeated(map(skeleton, phrases()[intent]), SAME_SKELETON_AT_MOST) == []


@pytest.mark.parametrize("intent", sorted(intent for intent, kind in kinds().items() if kind == "service"))
def test_service_intent_is_also_asked_in_english(intent: str) -> None:
    lines = phrases()[intent]
    share = sum(map(is_english, lines)) / len(lines)
    assert ENGLISH_SHARE[0] <= share <= ENGLISH_SHARE[1]


def test_service_intents_hold_long_stories_and_bare_words() -> None:
    for intent in (intent for intent, kind in kinds().items() if kind == "service"):
        lengths = [len(line) for line in phrases()[intent] if not is_english(line)]
        assert min(lengths) <= 6, intent
        assert sum(length >= 20 for length in lengths) >= 5, intent


def test_no_markup_and_no_stray_blanks() -> None:
    assert [line for line in every_line() if MARKUP.search(line)] == []
    assert [line for line in every_line() if line != line.strip() or line.startswith("/")] == []


def test_tokens_have_the_form_the_masker_writes() -> None:
    assert [line for line in every_line() if re.search(r"[<>#]", TOKEN.sub("", line))] == []
    met = {kind for line in every_line() for kind in re.findall(r"<([A-Z]+)#", line)}
    assert met >= {"ID", "PHONE", "NAME", "OTP", "PASSPORT", "PERMIT"}


def test_no_number_that_could_be_somebodys() -> None:
    assert [line for line in every_line() if looks_personal(line)] == []


@pytest.mark.parametrize("phrase", ["电话 138 0013 8000", "证号11010119900307123X", "护照E12345678"])
def test_linter_sees_personal_numbers(phrase: str) -> None:
    assert looks_personal(phrase)


def test_linter_sees_templates() -> None:
    spam = ["武侯区哪里做核酸", "绵阳市哪里做核酸", "康定哪里做核酸？"]
    assert repeated(map(skeleton, spam), SAME_SKELETON_AT_MOST) == ["哪里做核酸"]
    assert skeleton("给我妈办个码") == skeleton("给奶奶办个码")
