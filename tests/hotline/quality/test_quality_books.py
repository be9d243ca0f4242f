"""Samples, cases and sheets in the store, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hotline.quality.cards import Card, cards, read
from hotline.quality.errors import (
    AlreadySubmitted,
    ChangedMeanwhile,
    NoSuchCase,
    NotReady,
    TookPart,
    TooLate,
    WrongState,
)
from hotline.quality.sampling import Pick
from hotline.quality.scoring import Sheet, faults, gaps, total
from tests.hotline.quality.conftest import WEEK, Books, a_draw, case

CARD = cards().on("chat", dt.date(2022, 9, 5))
FULL = Sheet({item.key: item.points for item in CARD.items})
DAY = 86_400.0


def scored(books: Books, subject: str = "c1") -> str:
    """A case that Q001 has scored, open to appeal for a day."""
    case_id = books.put(subject)[0]
    books.sheets.save(case_id, "Q001", FULL, CARD, edit=0, now=1.0)
    books.sheets.submit(case_id, "Q001", card=CARD, edit=1, now=2.0, until=DAY)
    return case_id


def test_a_week_is_kept_once_however_often_it_is_drawn(books: Books) -> None:
    draw = a_draw("auto/chat/2022-08-29", automatic=True)
    picks = [Pick(case("c1"), "random"), Pick(case("c2"), "emergency")]
    assert books.samples.keep_draw(draw, picks, ["Q001"]) == 2
    assert books.samples.keep_draw(draw, picks, ["Q001"]) is None
    assert len(books.cases.listed()) == 2
    assert books.samples.last_automatic("chat") == dt.date(2022, 8, 29)
    assert books.samples.last_automatic("order") is None


def test_a_case_that_two_samples_hold_is_scored_once(books: Books) -> None:
    books.samples.keep_draw(a_draw("one"), [Pick(case("c1"), "random")], ["Q001"])
    again = [Pick(case("c1"), "low_rating"), Pick(case("c2"), "random")]
    assert books.samples.keep_draw(a_draw("two"), again, ["Q001"]) == 1
    assert books.samples.subjects_of("two") == ["c1", "c2"]
    assert sorted(one.subject for one in books.cases.listed()) == ["c1", "c2"]
    assert {draw.name: size for draw, size in books.samples.latest_draws(5)} == {"one": 1, "two": 2}


def test_a_sheet_is_a_draft_until_it_is_submitted_and_then_stays(books: Books) -> None:
    case_id = books.put("c1")[0]
    first = books.sheets.save(case_id, "Q001", Sheet({"opening": 5}), CARD, edit=0, now=1.0)
    assert (first.submitted, first.total, books.cases.case(case_id).state) == (False, 5, "waiting")
    with pytest.raises(NotReady) as missing:
        books.sheets.submit(case_id, "Q001", card=CARD, edit=1, now=2.0, until=DAY)
    assert "points.accuracy" in missing.value.faults
    books.sheets.save(case_id, "Q001", FULL, CARD, edit=1, now=3.0)
    after = books.sheets.submit(case_id, "Q001", card=CARD, edit=2, now=4.0, until=DAY)
    assert (after.state, after.total, after.appeal_until) == ("scored", 100, DAY)
    with pytest.raises(AlreadySubmitted):
        books.sheets.save(case_id, "Q001", FULL, CARD, edit=2, now=5.0)
    with pytest.raises(AlreadySubmitted):
        books.sheets.submit(case_id, "Q001", card=CARD, edit=2, now=5.0, until=DAY)


def test_a_draft_of_another_window_is_not_overwritten(books: Books) -> None:
    case_id = books.put("c1")[0]
    books.sheets.save(case_id, "Q001", FULL, CARD, edit=0, now=1.0)
    with pytest.raises(ChangedMeanwhile):
        books.sheets.save(case_id, "Q001", Sheet(), CARD, edit=0, now=2.0)
    with pytest.raises(ChangedMeanwhile):
        books.sheets.submit(case_id, "Q001", card=CARD, edit=7, now=2.0, until=DAY)
    assert books.sheets.one(case_id, "Q001").sheet == FULL  # type: ignore[union-attr]


def test_a_second_scorer_calibrates_and_does_not_change_the_result(books: Books) -> None:
    case_id = scored(books)
    strict = Sheet({**FULL.points, "manner": 4}, {"manner": "说了“不归我管”"})
    books.sheets.save(case_id, "Q002", strict, CARD, edit=0, now=3.0)
    after = books.sheets.submit(case_id, "Q002", card=CARD, edit=1, now=4.0, until=2 * DAY)
    assert (after.scorer, after.total, after.appeal_until) == ("Q001", 100, DAY)
    differences = {gap.item.key: gap.points for gap in gaps(CARD, FULL, strict) if gap.points}
    assert differences == {"manner": 6}
    assert {kept.scorer: kept.total for kept in books.sheets.of(case_id)} == {"Q001": 100, "Q002": 94}


def test_who_took_part_neither_scores_nor_claims(books: Books) -> None:
    pick = Pick(case("c1", taking_part=frozenset({"A001", "Q001"})), "random")
    books.samples.keep_draw(a_draw("one"), [pick], ["Q001"])
    found = books.cases.listed()[0]
    assert found.scorer is None
    with pytest.raises(TookPart):
        books.sheets.save(found.case_id, "Q001", FULL, CARD, edit=0, now=1.0)
    with pytest.raises(TookPart):
        books.cases.claim(found.case_id, "Q001")
    books.sheets.save(found.case_id, "Q002", FULL, CARD, edit=0, now=1.0)
    assert books.cases.case(found.case_id).scorer == "Q002"


def test_a_case_changes_its_scorer_only_before_the_first_draft(books: Books) -> None:
    first, second = books.put("c1", "c2")
    assert books.cases.claim(first, "Q002").scorer == "Q002"
    books.sheets.save(second, "Q001", Sheet(), CARD, edit=0, now=1.0)
    with pytest.raises(ChangedMeanwhile):
        books.cases.claim(second, "Q002")


def test_an_agent_takes_a_result_once(books: Books) -> None:
    case_id = scored(books)
    assert books.cases.accept(case_id, "A001").state == "accepted"
    with pytest.raises(WrongState):
        books.cases.appeal(case_id, "A001", "不对", 10.0)
    with pytest.raises(NoSuchCase):
        books.cases.accept(scored(books, "c2"), "A002")


def test_an_appeal_comes_in_time_and_another_person_decides(books: Books) -> None:
    case_id = scored(books)
    with pytest.raises(TooLate):
        books.cases.appeal(case_id, "A001", "来晚了", DAY)
    books.cases.appeal(case_id, "A001", "第三句里报了工号", DAY - 1)
    for person in ("A001", "Q001"):
        with pytest.raises(TookPart):
            books.cases.decide(case_id, person, "维持", DAY + 1)
    better = Sheet({**FULL.points, "opening": 3}, {"opening": "工号报晚了"})
    after = books.cases.decide(case_id, "L001", "部分成立", DAY + 2, (better, 98))
    assert (after.state, after.total, after.decided) == ("changed", 98, better)
    assert after.appeal is not None
    assert after.decision is not None
    assert (after.appeal.words, after.decision.words) == ("第三句里报了工号", "部分成立")
    with pytest.raises(WrongState):
        books.cases.decide(case_id, "L001", "再来", DAY + 3)


def test_words_of_people_are_not_readable_in_the_store(books: Books, engine: Any) -> None:
    case_id = books.put("c1")[0]
    books.sheets.save(case_id, "Q001", Sheet({}, {"manner": "语气生硬"}), CARD, edit=0, now=1.0)
    with engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT body FROM quality_sheets").scalar()
    assert "语气生硬".encode() not in bytes(raw)


def test_what_is_old_goes_with_everything_written_about_it(books: Books) -> None:
    case_id = scored(books)
    assert books.cases.oldest() == WEEK.ends
    assert books.cases.purge(WEEK.ends) == 0
    assert books.cases.purge(WEEK.ends + 1) == 1
    assert (books.sheets.of(case_id), books.samples.latest_draws(9), books.cases.oldest()) == ([], [], None)


def test_anything_fatal_makes_nothing_of_all_points_and_wants_words() -> None:
    sheet = Sheet(FULL.points, fatal=("leak",))
    assert total(CARD, sheet) == 0
    assert set(faults(CARD, sheet)) == {"words"}
    assert total(CARD, FULL) == 100
    assert faults(CARD, FULL) == {}


def test_points_that_are_taken_off_are_explained_and_never_more_than_there_are() -> None:
    assert set(faults(CARD, Sheet({**FULL.points, "opening": 4}))) == {"remarks.opening"}
    assert set(faults(CARD, Sheet({**FULL.points, "opening": 6}))) == {"points.opening"}


def test_cards_hold_to_their_form() -> None:
    item = {"key": "a", "label": "甲", "points": 100, "guidance": "", "basis": ""}
    version = {"version": 1, "from": dt.date(2022, 1, 1), "items": [item], "fatal": []}
    later = {**version, "version": 2, "from": dt.date(2022, 6, 1)}
    whole = {
        "chat": {"label": "卡", "versions": [version, later]},
        "order": {"label": "卡", "versions": [version]},
    }
    book = read(whole)
    days = [dt.date(2021, 1, 1), dt.date(2022, 5, 31), dt.date(2022, 6, 1)]
    assert [book.on("chat", day).version for day in days] == [1, 1, 2]
    assert isinstance(book.of("chat", 1), Card)
    with pytest.raises(KeyError):
        book.of("chat", 3)
    for broken in (
        [{**version, "items": [{**item, "points": 99}]}],
        [{**version, "fatal": [{"key": "a", "label": "乙", "guidance": "", "basis": ""}]}],
        [later, version],
    ):
        with pytest.raises(ValueError, match=r"cards\.yml"):
            read({**whole, "chat": {"label": "卡", "versions": broken}})
