"""What a derivation tells about a code: why, what is left, what comes next, and what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.colour import InvalidEvent, history, summary
from backend.colour.events import (
    CloseContact,
    Declaration,
    Emergency,
    EntryScan,
    Overlap,
    SecondaryContact,
    SharedTransport,
    Test,
    Withdrawal,
)

from .colour_support import BOOK, code, known, listed, released, rules_of, sample, stay, t

OVERLAP = Overlap(
    id="overlap",
    at=t("2022-09-01 15:30"),
    known_at=t("2022-09-03 10:00"),
    region="510104",
    place="春熙路附近",
)
FIRST_NEGATIVE = Test(
    id="first",
    at=t("2022-09-04 16:20"),
    known_at=t("2022-09-04 16:20"),
    result="negative",
    reported_at=t("2022-09-04 23:05"),
)
SCAN = EntryScan(id="scan", **known("2022-05-01 10:00"))


def test_yellow_since_september_third_waits_for_a_second_test_from_september_fifth_1620():
    derivation = code([OVERLAP, FIRST_NEGATIVE, sample("2022-08-29 09:10")], "2022-09-05 09:00")
    assert (derivation.colour, derivation.since) == ("yellow", t("2022-09-03 10:00"))
    assert derivation.deciding is not None
    assert summary(derivation.deciding) == "9月1日在春熙路附近，与病例时空交叉"
    (asked,) = derivation.requirements
    assert (asked.kind, asked.needed, asked.done, asked.interval_hours) == ("nucleic_test", 2, 1, 24)
    assert asked.done_at == (t("2022-09-04 16:20"),)
    assert asked.earliest_at == t("2022-09-05 16:20")
    green = derivation.next_colour("green")
    assert green is not None
    assert (green.not_before, green.by) == (t("2022-09-05 16:20"), "steps")
    assert derivation.changes_at is None


@pytest.mark.parametrize(
    ("second", "colour"), [("2022-09-05 16:19", "yellow"), ("2022-09-05 16:20", "green")]
)
def test_the_second_negative_counts_from_that_minute_on(second, colour):
    events = [OVERLAP, FIRST_NEGATIVE, sample(second)]
    assert code(events, "2022-09-06 09:00").colour == colour


def test_a_pending_second_test_changes_nothing_until_it_is_reported():
    second = sample("2022-09-05 17:00", hours=7)
    derivation = code([OVERLAP, FIRST_NEGATIVE, second], "2022-09-05 18:00")
    assert derivation.colour == "yellow"
    assert derivation.changes_at == t("2022-09-06 00:00")
    assert code([OVERLAP, FIRST_NEGATIVE, second], "2022-09-06 00:00").colour == "green"


def test_the_brief_green_says_when_yellow_comes_back():
    overlap = replace(OVERLAP, region="510700")
    derivation = code([overlap, FIRST_NEGATIVE], "2022-09-05 09:00")
    assert (derivation.colour, derivation.since) == ("green", t("2022-09-04 23:05"))
    yellow = derivation.next_colour("yellow")
    assert yellow is not None
    assert (yellow.not_before, yellow.by) == (t("2022-09-05 16:20"), "time")
    assert derivation.changes_at == t("2022-09-05 16:20")
    assert [asked.left for asked in derivation.requirements] == [1]
    assert history([overlap, FIRST_NEGATIVE], BOOK, t("2022-09-05 17:00")) == (
        (t("2022-09-03 10:00"), "yellow"),
        (t("2022-09-04 23:05"), "green"),
        (t("2022-09-05 16:20"), "yellow"),
    )


def test_red_decides_over_yellow_and_both_are_told():
    contact = CloseContact(id="contact", at=t("2022-08-31 12:00"), known_at=t("2022-09-02 20:00"))
    derivation = code([OVERLAP, contact], "2022-09-05 09:00")
    assert derivation.colour == "red"
    assert derivation.deciding is not None
    assert derivation.deciding.rule.id == "close-contact-ninth"
    assert [held.colour for held in derivation.holding] == ["red", "yellow"]
    isolation, tests = derivation.requirements
    assert (isolation.kind, isolation.needed, isolation.done) == ("isolation", 10, 2)
    assert isolation.earliest_at == t("2022-09-12 20:00")
    assert (tests.kind, tests.left) == ("nucleic_test", 2)
    green = derivation.next_colour("green")
    assert green is not None
    assert (green.not_before, green.by) == (t("2022-09-12 20:00"), "steps")
    # isolation counts full days, each of which shows
    assert derivation.changes_at == t("2022-09-05 20:00")


def test_red_alone_ends_by_time_and_says_when():
    contact = CloseContact(id="contact", at=t("2022-08-31 12:00"), known_at=t("2022-09-02 20:00"))
    green = code([contact], "2022-09-05 09:00").next_colour("green")
    assert green is not None
    assert (green.not_before, green.by) == (t("2022-09-12 20:00"), "time")


def test_yellow_that_outlasts_red_is_a_next_colour():
    contact = SecondaryContact(id="contact", **known("2021-08-01 09:00"))
    measure = Emergency(id="measure", measure="yellow", **known("2021-08-01 10:00"))
    declared = Declaration(id="declared", health="abnormal", **known("2021-08-05 10:00"))
    derivation = code([contact, measure, declared], "2021-08-05 12:00")
    assert derivation.next_colour("yellow") is None  # a test and a correction can be done before red ends
    stayed = stay("2021-07-25 09:00", "2021-08-04 09:00")
    red = code([contact, stayed, listed("2021-08-02 00:00", "high")], "2021-08-05 12:00")
    green = red.next_colour("green")
    assert green is not None
    assert (green.not_before, green.by) == (t("2021-08-16 00:00"), "time")


def test_who_waits_for_others_is_not_told_a_date():
    derivation = code([sample("2021-08-01 09:00", "positive")], "2021-08-05 09:00")
    green = derivation.next_colour("green")
    assert green is not None
    assert (green.not_before, green.by) == (None, "release")
    assert [(asked.kind, asked.awaits) for asked in derivation.requirements] == [("wait", "discharged")]
    assert derivation.changes_at is None


def test_the_tests_of_named_days_are_counted_by_day():
    events = [
        listed("2022-09-01 00:00", "high"),
        stay("2022-08-25 09:00", "2022-09-02 09:00"),
        sample("2022-09-02 12:00"),
        sample("2022-09-03 08:00"),  # still the first day
        sample("2022-09-04 10:00"),
    ]
    derivation = code(events, "2022-09-05 09:00")
    tests = next(asked for asked in derivation.requirements if asked.kind == "nucleic_test")
    assert (tests.needed, tests.done) == (5, 2)
    assert tests.earliest_at == t("2022-09-06 09:00")  # day 5 begins


def test_the_popup_stands_over_green_with_its_deadline():
    derivation = code([SCAN], "2022-05-01 12:00")
    assert derivation.colour == "green"
    assert derivation.popup is not None
    assert derivation.popup.since == t("2022-05-01 10:00")
    assert derivation.popup.until == derivation.popup.test_deadline == t("2022-05-02 10:00")
    yellow = derivation.next_colour("yellow")
    assert yellow is not None
    assert yellow.not_before == t("2022-05-02 10:00")
    entry = [asked for asked in derivation.requirements if asked.kind == "entry_test"]
    assert [(asked.left, asked.deadline) for asked in entry] == [(1, t("2022-05-02 10:00"))]


def test_the_popup_goes_a_day_after_the_scan_once_a_negative_is_there():
    events = [SCAN, sample("2022-05-01 12:00", hours=6)]
    assert code(events, "2022-05-02 09:59").popup is not None
    assert code(events, "2022-05-02 09:59").changes_at == t("2022-05-02 10:00")
    assert code(events, "2022-05-02 10:00").popup is None


def test_another_colour_takes_the_popup_away():
    measure = Emergency(id="measure", measure="yellow", **known("2022-05-01 11:00"))
    assert code([SCAN, measure], "2022-05-01 12:00").popup is None


def test_an_invalid_sample_is_no_test_of_the_entry():
    events = [SCAN, sample("2022-05-01 20:00", "invalid", hours=18)]
    assert code(events, "2022-05-02 13:59").colour == "green"
    assert code(events, "2022-05-02 14:00").colour == "yellow"


def test_a_withdrawn_event_has_no_effect_any_more():
    wrong = Withdrawal(id="appeal", event_id="overlap", **known("2022-09-04 10:00"))
    assert code([OVERLAP, wrong], "2022-09-04 09:59").colour == "yellow"
    after = code([OVERLAP, wrong], "2022-09-04 10:00")
    assert (after.colour, after.since) == ("green", t("2022-09-04 10:00"))


def test_a_rule_keeps_hold_of_what_it_took_when_the_next_rule_comes():
    contact = CloseContact(id="contact", **known("2022-06-20 09:00"))
    derivation = code([contact], "2022-07-05 09:00")
    assert rules_of(derivation) == {"close-contact-2021"}
    assert derivation.colour == "red"


def test_a_stay_goes_on_until_the_person_has_left():
    derivation = code([listed("2022-09-01 00:00", "high"), stay("2022-08-25 09:00")], "2022-09-20 09:00")
    assert derivation.colour == "red"
    assert [asked.awaits for asked in derivation.requirements] == ["departure"]
    assert derivation.next_colour("green").not_before is None


def test_an_area_released_before_the_stay_does_not_count():
    events = [
        listed("2022-09-01 00:00", "high"),
        listed("2022-09-08 00:00", "none"),
        stay("2022-09-09 09:00", "2022-09-10 09:00"),
    ]
    assert code(events, "2022-09-11 09:00").holding == ()


def test_what_no_source_ties_to_a_colour_is_told_as_unknown_with_its_steps():
    events = [listed("2022-09-01 00:00", "medium"), stay("2022-08-25 09:00", "2022-09-02 09:00")]
    derivation = code(events, "2022-09-05 09:00")
    assert [held.rule.id for held in derivation.unknown] == ["risk-stay-medium-ninth"]
    assert derivation.colour == "green"
    assert {asked.kind for asked in derivation.requirements} == {"isolation", "nucleic_test"}


def test_an_event_before_any_rule_of_its_kind_is_not_covered():
    assert code([SCAN], "2022-05-01 12:00").uncovered == ()
    early = EntryScan(id="early", **known("2022-03-01 10:00"))
    assert code([early], "2022-03-02 10:00").uncovered == ("early",)


def test_a_rule_of_a_city_does_not_reach_its_neighbour():
    for region, rule in (("510104", "chengdu"), ("F510101", "chengdu"), ("511702", "dazhou")):
        overlap = Overlap(id="overlap", region=region, **known("2022-09-10 09:00"))
        assert rules_of(code([overlap], "2022-09-10 10:00")) == {
            f"time-space-overlap-{rule}-2022-{'07' if rule == 'chengdu' else '09'}"
        }
    elsewhere = Overlap(id="overlap", region="511302", **known("2022-09-10 09:00"))
    assert rules_of(code([elsewhere], "2022-09-10 10:00")) == {"time-space-overlap-ninth"}


def test_a_release_for_another_event_does_not_help():
    events = [
        sample("2022-09-01 09:00", "positive"),
        released("2022-09-10 09:00", "isolation_ended", event_id="something else"),
    ]
    assert code(events, "2022-09-11 09:00").colour == "red"


def test_before_the_first_rule_there_is_nothing_to_decide():
    derivation = code([], "2021-01-10 12:00")
    assert derivation.deciding is None
    assert derivation.changes_at == t("2021-01-11 00:00")


def test_a_time_without_offset_is_refused():
    naive = datetime(2022, 9, 1)  # noqa: DTZ001
    with pytest.raises(InvalidEvent, match="offset"):
        CloseContact(id="contact", at=naive, known_at=naive)


def test_an_unknown_word_is_refused():
    with pytest.raises(InvalidEvent, match="vehicle"):
        SharedTransport(id="ride", vehicle="tram", **known("2022-09-01 09:00"))


def test_results_that_come_in_another_order_than_the_samples_count_when_they_are_there():
    late = sample("2022-09-03 12:00", hours=200)
    events = [OVERLAP, late, sample("2022-09-04 12:00"), sample("2022-09-05 12:00")]
    green_at = t("2022-09-05 20:00")
    assert code(events, green_at - timedelta(seconds=1)).colour == "yellow"
    assert code(events, green_at).colour == "green"
    assert code(events, "2022-09-30 09:00").since == green_at


def test_a_test_sampled_at_the_very_turn_of_the_code_was_not_taken_after_it():
    at_the_turn = sample("2021-08-01 09:00", hours=1)
    measure = Emergency(id="measure", measure="yellow", **known("2021-08-01 09:00"))
    assert code([measure, at_the_turn], "2021-08-01 12:00").colour == "yellow"


def test_who_left_exactly_the_look_back_before_is_out_of_it():
    listed_then = listed("2021-08-05 00:00", "high")
    assert code([listed_then, stay("2021-07-20 09:00", "2021-07-22 00:00")], "2021-08-05 00:00").holding == ()
    held = code([listed_then, stay("2021-07-20 09:00", "2021-07-22 00:01")], "2021-08-05 00:00").holding
    assert [h.rule.id for h in held] == ["risk-stay-sichuan-2021"]


def test_a_duty_goes_on_when_the_sample_turns_out_invalid():
    events = [SCAN, sample("2022-05-01 12:00", "invalid", hours=2)]
    duties = {held.rule.id for held in code(events, "2022-05-01 13:00").holding if held.phase == "duty"}
    assert duties == {"entry-no-result-2022-04"}
    duties = {held.rule.id for held in code(events, "2022-05-01 14:00").holding if held.phase == "duty"}
    assert duties == {"entry-no-result-2022-04", "entry-untested-2022-04"}


def test_green_after_red_needs_steps_when_a_duty_runs_out_meanwhile():
    contact = SecondaryContact(id="contact", **known("2022-05-01 09:00"))
    alone = code([contact], "2022-05-01 12:00").next_colour("green")
    assert alone is not None
    assert alone.by == "time"
    with_duty = code([contact, SCAN], "2022-05-01 12:00").next_colour("green")
    assert with_duty is not None
    assert (with_duty.not_before, with_duty.by) == (t("2022-05-08 09:00"), "steps")
