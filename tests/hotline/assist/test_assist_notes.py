"""Notes: masked without moving a character; a draft that holds nothing but what was written. Pure."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.assist.calls import Pad
from hotline.assist.dangers import Dangers
from hotline.assist.draft import Draft, Grounds, draft
from hotline.assist.matters import Heard, next_question, question_book
from hotline.assist.moments import find_moments
from hotline.assist.notes import ANSWERED, clauses, heard, masked
from hotline.assist.places import Divisions
from hotline.assist.suggesting import windows
from hotline.words import CHINA

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data"
NOW = dt.datetime(2022, 9, 5, 9, 0, tzinfo=CHINA)
DIVISIONS = Divisions.read(DATA / "gazetteer", DATA / "lexicon" / "place_guards.yml")
DANGERS = Dangers.read(DATA / "lexicon" / "emergency.yml")
BOOK = question_book()
#: Pieces of calls in any order: what an agent types is no grammar.
_WORDS = """，|。|！|？|；| |女士|我叫王小明|13981234567|138-1234-5678|138 1234 5678|510107196003071228|E12345678
一三九八一二三四五六七|黄码|红码|码变黄了|核酸没出结果|老人没手机|保安不准进|采样点没人|从重庆回广安|要申诉|投诉|昨天下午3点
9月3日上午10点半|上周五|刚才|2月30日|今晚99点|成都|武侯区|市中区|在安居|玉林社区医院|喘不上气|不想活了|着火|忙得喘不过气|很急
82岁|护照|İ|𠮷|<PHONE#k7m2q9xa>|139****4567"""
PIECES = st.sampled_from([*re.split(r"[|\n]", _WORDS), "\n", f"\n{ANSWERED}两次阴性就转绿。"])
NOTES = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=120)


def drafted(notes: str) -> Draft:
    said = heard(notes)
    known = Heard(DIVISIONS.find(said), tuple(find_moments(said, NOW)))
    return draft(notes, Grounds(BOOK.recognise(notes, NOW.date()), known, DANGERS.find(notes)), BOOK)


@given(NOTES)
@settings(max_examples=300, deadline=None)
def test_masking_keeps_every_character_in_its_place_and_stars_all_that_is_found(notes: str) -> None:
    once = masked(notes)
    assert len(once.text) == len(notes)
    assert len(heard(notes)) == len(notes)
    for finding in once.found:
        assert (
            len(finding.value) < 2
            or once.text[finding.start : finding.end] != notes[finding.start : finding.end]
        )


@given(NOTES)
@settings(max_examples=300, deadline=None)
def test_evidence_lies_in_the_notes_and_words_of_the_draft_are_the_notes_own(notes: str) -> None:
    for name, field in drafted(notes).fields.items():
        assert 0 <= field.start < field.end <= len(notes)
        if name in ("title", "content", "place", "phone"):
            assert field.value == notes[field.start : field.end]
        else:
            assert notes[field.start : field.end].strip()


@given(NOTES)
@settings(max_examples=200, deadline=None)
def test_every_choice_of_the_draft_is_one_that_exists(notes: str) -> None:
    fields = drafted(notes).fields
    if "division" in fields:
        assert fields["division"].value in DIVISIONS.paths
    if "happened_at" in fields:
        assert dt.datetime.fromisoformat(fields["happened_at"].value).replace(tzinfo=CHINA) <= NOW
    if "urgency" in fields:
        assert fields["urgency"].value in ("urgent", "critical")


@given(NOTES, st.lists(st.sampled_from(sorted(BOOK.facts)), max_size=5))
@settings(max_examples=200, deadline=None)
def test_questions_go_in_order_and_end(notes: str, skipped: list[str]) -> None:
    matter = BOOK.recognise(notes, NOW.date())
    if matter is None:
        return
    known = Heard(DIVISIONS.find(heard(notes)), tuple(find_moments(heard(notes), NOW)))
    checklist = BOOK.checklist(matter.matter, notes, known, skipped)
    asked = next_question(checklist)
    assert [one.fact for one in checklist] == list(matter.matter.ask)
    assert all(not one.is_open for one in checklist) if asked is None else asked.fact not in skipped
    everything = BOOK.checklist(matter.matter, notes, known, list(BOOK.facts))
    assert next_question(everything) is None


@given(NOTES)
@settings(max_examples=200, deadline=None)
def test_windows_hold_only_what_was_heard(notes: str) -> None:
    said = [clause.text for clause in clauses(notes)]
    for window in windows(notes):
        assert all(any(piece in clause for clause in said) for piece in window.text.split("，") if piece)


@pytest.mark.parametrize(
    ("notes", "kept"),
    [
        ("电话13981234567", "电话139****4567"),
        ("电话139 8123 4567", "电话139 **** 4567"),
        ("我叫王小明，身份证510107196003071228", "我叫王**，身份证51**************28"),
        ("问12345几点上班", "问12345几点上班"),
    ],
)
def test_numbers_and_names_are_starred_where_they_stand(notes: str, kept: str) -> None:
    assert masked(notes).text == kept
    assert masked(kept).text == kept


@pytest.mark.parametrize(
    ("notes", "at"),
    [
        ("昨天下午3点", "2022-09-04T15:00"),
        ("昨晚8点半", "2022-09-04T20:30"),
        ("9月3日上午10点半", "2022-09-03T10:30"),
        ("3号早上七点", "2022-09-03T07:00"),
        ("上周五晚上九点二十", "2022-09-02T21:20"),
        ("星期天12点", "2022-09-04T12:00"),
        ("前天凌晨一点", "2022-09-03T01:00"),
    ],
)
def test_a_day_with_an_hour_is_a_moment(notes: str, at: str) -> None:
    (moment,) = find_moments(notes, NOW)
    assert moment.at == dt.datetime.fromisoformat(at).replace(tzinfo=CHINA)
    assert (moment.start, moment.end) == (0, len(notes))


@pytest.mark.parametrize("notes", ["昨天下午", "今天晚上10点", "3号线", "16号楼", "2月30日3点", "今天25点"])
def test_no_hour_is_made_up_and_nothing_has_happened_tomorrow(notes: str) -> None:
    assert all(moment.at is None for moment in find_moments(notes, NOW))


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ("在武侯", "510107"),
        ("成都市武侯区", "510107"),
        ("乐山市中区", "511102"),
        ("内江的市中区", "511002"),
        ("从重庆开车回广安", "511600"),
        ("从绵阳到成都武侯", "510107"),
        ("住在安居", "510904"),
        ("郫县那边", "510117"),
    ],
)
def test_the_division_is_where_the_matter_lies(notes: str, code: str) -> None:
    found = DIVISIONS.find(notes)
    assert found is not None
    assert found.value == code


@pytest.mark.parametrize("notes", ["市中区", "安居工程", "平安保险", "天府健康通打不开", "高新技术"])
def test_a_name_that_several_places_or_ordinary_words_have_is_no_division(notes: str) -> None:
    assert DIVISIONS.find(notes) is None


def test_values_stay_as_long_as_their_stars_do() -> None:
    pad = Pad().written(masked("电话13981234567，我叫王小明"), {}, [], "")
    reloaded = pad.written(masked(pad.notes + "，急"), {}, [], "")
    assert reloaded.whole("139****4567") == "13981234567"
    without = reloaded.written(masked("我叫王**"), {}, [], "")
    assert without.whole("139****4567") == "139****4567"
    assert without.whole("王**") == "王小明"


def test_questions_name_topics_and_entries_that_exist() -> None:
    topics = yaml.safe_load((ROOT / "backend" / "orders" / "data" / "topics.yml").read_text("utf-8"))
    known = {code for group in topics for code in group["topics"]}
    assert {matter.topic for matter in BOOK.matters} <= known
    entries = {
        entry["id"]: entry
        for path in (DATA / "policies").glob("*.yml")
        if path.name != "sources.yml"
        for entry in yaml.safe_load(path.read_text("utf-8"))["entries"]
    }
    for matter in BOOK.matters:
        source = entries[matter.source]
        assert matter.begins >= source["valid_from"], matter.id
        assert (matter.until or dt.date.max) <= (source.get("valid_to") or dt.date.max), matter.id


def test_a_matters_questions_end_with_the_rule_behind_them() -> None:
    assert BOOK.recognise("黄码怎么转绿", dt.date(2022, 12, 31)) is not None
    assert BOOK.recognise("黄码怎么转绿", dt.date(2023, 1, 1)) is None
