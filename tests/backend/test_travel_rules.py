"""Every row of the table of travel rules, as a journey on a day; what no row says stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.contract import load_contract
from backend.travel.__main__ import main
from backend.travel.journey import Journey, applicable
from backend.travel.linter import lint
from backend.travel.rulebook import RULES, STAYS, TravelRule, load_rules
from backend.travel.stays import Stayed, judge

SHANGHAI, BEIJING, LHASA = "310000", "110000", "540100"
CHENGDU, GARZE, MEISHAN, BAZHONG, DEYANG, MIANYANG = (
    "510100",
    "513300",
    "511400",
    "511900",
    "510600",
    "510700",
)
DEMO = date(2022, 9, 5)


def told(
    on: str, origin: str | None, destination: str | None, stay: str | None = None
) -> dict[str, TravelRule]:
    """Rules for a journey by id."""
    journey = Journey(date.fromisoformat(on), origin, destination, stay)  # type: ignore[arg-type]
    return {rule.id: rule for rule in applicable(load_rules(), journey).rules}


#: Day, from, to, stay; the rule, and fields of one thing it asks.
Row = tuple[Any, ...]
ROWS: list[Row] = [
    (
        "2020-06-01",
        BEIJING,
        CHENGDU,
        "medium",
        "chengdu-medium-2020-05",
        {"kind": "home_or_central", "days": 14},
    ),
    ("2020-06-01", BEIJING, CHENGDU, "high", "chengdu-high-2020-05", {"kind": "central", "days": 14}),
    ("2020-06-01", BEIJING, CHENGDU, "high", "chengdu-high-2020-05", {"what": "test_after", "hours": 24}),
    ("2021-05-01", BEIJING, CHENGDU, "low", "chengdu-low-2021-04", {"what": "free"}),
    ("2021-05-01", "abroad", GARZE, None, "garze-risk-2021-04", {"days": [14, 7, 7]}),
    ("2021-05-01", BEIJING, GARZE, "medium", "garze-risk-2021-04", {"what": "test_after", "count": 2}),
    ("2022-02-01", BEIJING, CHENGDU, None, "any-2022-01", {"what": "test_after", "advised": True}),
    ("2022-02-01", BEIJING, CHENGDU, "medium", "risk-2022-01", {"what": "test_before", "hours": 48}),
    ("2022-02-01", BEIJING, CHENGDU, "same_county", "risk-2022-01", {"days": 14, "count_from": "departure"}),
    ("2022-04-05", BEIJING, CHENGDU, "high", "risk-2022-04", {"kind": "central", "days": 14}),
    ("2022-04-05", BEIJING, CHENGDU, "high", "risk-2022-04", {"what": "test_every", "days": 3}),
    ("2022-04-05", BEIJING, CHENGDU, "high", "risk-2022-04", {"what": "test_release", "double": True}),
    ("2022-04-05", BEIJING, CHENGDU, "same_street", "same-street-2022-04", {"kind": "home", "days": 7}),
    ("2022-04-05", BEIJING, CHENGDU, "same_county", "same-county-2022-04", {"on_days": [1, 3, 7]}),
    (
        "2022-04-05",
        BEIJING,
        CHENGDU,
        "same_city",
        "same-city-2022-04",
        {"count": 2, "days": 3, "otherwise": True},
    ),
    (
        "2022-05-01",
        SHANGHAI,
        CHENGDU,
        "class_a",
        "class-a-2022-04",
        {"kind": "central", "count_from": "arrival"},
    ),
    ("2022-05-01", SHANGHAI, CHENGDU, "class_b_cases", "class-b-cases-2022-04", {"kind": "home", "days": 7}),
    ("2022-05-01", SHANGHAI, CHENGDU, "class_b", "class-b-2022-04", {"count": 2, "interval_hours": 24}),
    ("2022-05-01", SHANGHAI, CHENGDU, None, "entry-code-2022-04", {"what": "entry_code", "hours": 24}),
    ("2022-05-01", SHANGHAI, CHENGDU, None, "entry-test-2022-04", {"what": "test_after", "hours": 24}),
    ("2022-06-01", SHANGHAI, CHENGDU, None, "any-2022-05", {"what": "register"}),
    (
        "2022-06-27",
        BEIJING,
        CHENGDU,
        "clear",
        "clear-tests-2022-06",
        {"count": 2, "days": 3, "first_frees": True},
    ),
    ("2022-09-05", SHANGHAI, CHENGDU, "high", "high-2022-06", {"kind": "central", "days": 7}),
    ("2022-09-05", SHANGHAI, CHENGDU, "high", "high-2022-06", {"on_days": [1, 2, 3, 5, 7]}),
    ("2022-09-05", SHANGHAI, CHENGDU, "medium", "medium-2022-06", {"kind": "home_else_central", "days": 7}),
    ("2022-09-05", SHANGHAI, CHENGDU, "medium", "medium-2022-06", {"on_days": [1, 4, 7]}),
    ("2022-09-05", SHANGHAI, CHENGDU, "low", "low-2022-06", {"what": "test_after", "count": 2, "days": 3}),
    ("2022-09-05", SHANGHAI, CHENGDU, "clear", "clear-2022-06", {"papers": ["health_code", "trip_card"]}),
    ("2022-07-20", CHENGDU, BEIJING, None, "leave-chengdu-2022-07", {"what": "test_before", "hours": 48}),
    ("2022-09-05", MIANYANG, BEIJING, "low", "leave-low-2022-06", {"what": "test_before", "hours": 48}),
    ("2022-07-10", CHENGDU, MEISHAN, None, "meishan-chengdu-2022-07", {"count": 2, "days": 3}),
    ("2022-07-10", BEIJING, MEISHAN, "low", "meishan-low-2022-07", {"count": 2, "days": 3}),
    ("2022-10-10", LHASA, CHENGDU, None, "tibet-2022-10", {"what": "test_before", "count": 3, "days": 5}),
    ("2022-10-10", LHASA, CHENGDU, None, "tibet-2022-10", {"kind": "central", "days": 7}),
    ("2022-10-10", "630100", CHENGDU, None, "qinghai-2022-10", {"kind": "central", "days": 7}),
    ("2022-10-10", "469006", CHENGDU, None, "wanning-2022-10", {"kind": "home", "days": 5}),
    ("2022-10-10", "440300", CHENGDU, None, "home-three-2022-10", {"kind": "home", "days": 3}),
    ("2022-10-10", "650100", CHENGDU, None, "home-three-2022-10", {"kind": "home", "days": 3}),
    ("2022-10-10", BEIJING, CHENGDU, None, "others-2022-10", {"count": 3, "days": 3}),
    ("2022-10-10", BEIJING, BAZHONG, "yellow_code", "bazhong-yellow-2022-09", {"what": "designated_site"}),
    ("2022-10-10", BEIJING, BAZHONG, "red_code", "bazhong-red-2022-09", {"what": "wait_for_transfer"}),
    ("2022-11-25", BEIJING, DEYANG, "high", "deyang-high-2022-11", {"kind": "home_else_central", "days": 7}),
    ("2022-11-25", BEIJING, DEYANG, "low", "deyang-low-2022-11", {"what": "test_before", "hours": 48}),
    (
        "2022-11-25",
        BEIJING,
        DEYANG,
        None,
        "deyang-others-2022-11",
        {"places": "entertainment", "until_test": 3},
    ),
    ("2022-11-25", BEIJING, DEYANG, None, "deyang-register-2022-11", {"what": "register", "hours": 24}),
    ("2022-12-05", BEIJING, CHENGDU, "high", "chengdu-high-2022-12", {"on_days": [1, 3, 5, 7]}),
    ("2022-12-05", BEIJING, CHENGDU, "low", "chengdu-low-2022-12", {"on_days": [5]}),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[4]}")
def test_a_row_of_the_table(row: Row) -> None:
    *journey, rule, asks = row
    found = told(*journey)
    assert rule in found
    assert any(asks.items() <= measure.items() for measure in found[rule].requires)


def test_every_rule_has_a_worked_example() -> None:
    assert {rule.id for rule in load_rules()} == {row[4] for row in ROWS}


@pytest.mark.parametrize(
    ("rule", "effects"),
    [
        ("risk-2022-01", [("red", "always", None)]),
        ("entry-test-2022-04", [("yellow", "untested", 24), ("yellow", "no_result", 36)]),
        ("clear-tests-2022-06", [("yellow", "untested", 72)]),
        ("high-2022-06", [("red", "always", None)]),
        ("medium-2022-06", []),  # no source ties this level to a colour
        ("low-2022-06", []),
        ("deyang-high-2022-11", []),
    ],
)
def test_an_effect_on_the_colour_is_told_only_where_the_source_states_it(
    rule: str, effects: list[tuple[str, str, int | None]]
) -> None:
    (found,) = (r for r in load_rules() if r.id == rule)
    assert [(c["colour"], c["when"], c.get("hours")) for c in found.colour] == effects


def test_only_where_the_person_stayed_is_asked_when_the_rules_differ_by_it() -> None:
    found = applicable(load_rules(), Journey(DEMO, SHANGHAI, CHENGDU))
    assert found.asks == ("high", "medium", "low", "clear")
    assert [rule.id for rule in found.rules] == ["entry-code-2022-04"]


def test_nothing_is_asked_when_no_rule_in_force_differs_by_it() -> None:
    assert applicable(load_rules(), Journey(date(2022, 11, 15), SHANGHAI, CHENGDU)).asks == ()


@pytest.mark.parametrize(
    ("journey", "why"),
    [
        (
            Journey(date(2022, 11, 15), SHANGHAI, CHENGDU, "high"),
            "between the ninth edition and the cities' own texts",
        ),
        (
            Journey(date(2021, 6, 1), SHANGHAI, CHENGDU, "high"),
            "Chengdu's text of 2020 had ended, the next came in 2022",
        ),
        (
            Journey(DEMO, CHENGDU, MIANYANG, "high"),
            "no text on journeys inside Sichuan from a high-risk area",
        ),
        (Journey(DEMO, SHANGHAI, CHENGDU, "class_a"), "the classes ended with the ninth edition"),
    ],
)
def test_a_gap_in_the_rules_stays_a_gap(journey: Journey, why: str) -> None:
    found = applicable(load_rules(), journey)
    assert found.silent, why
    assert not any(rule.stay for rule in found.rules)


def test_leaving_chengdu_in_september_is_not_known() -> None:
    assert told("2022-09-05", CHENGDU, BEIJING) == {}


def test_a_stay_that_lies_too_far_back_no_longer_counts() -> None:
    journey = Journey(DEMO, SHANGHAI, CHENGDU, "high", left=date(2022, 8, 29))
    assert "high-2022-06" in {rule.id for rule in applicable(load_rules(), journey).rules}
    late = applicable(load_rules(), replace(journey, left=date(2022, 8, 28)))
    assert late.too_old
    assert "high-2022-06" not in {rule.id for rule in late.rules}


def test_a_journey_between_other_provinces_is_not_ours() -> None:
    assert Journey(DEMO, BEIJING, SHANGHAI).direction is None
    assert told("2022-09-05", BEIJING, SHANGHAI) == {}


HOME = Journey(DEMO, SHANGHAI, CHENGDU)


def judged(*stays: Stayed, journey: Journey = HOME) -> list[tuple[str, bool]]:
    """Each stay with whether it decides, and what else is said of it."""
    found = judge(load_rules(), journey, stays)
    return [
        (v.stayed.stay + (" too old" if v.too_old else " silent" if v.silent else ""), v.decides)
        for v in found.verdicts
    ]


@pytest.mark.parametrize(
    ("stays", "deciding"),
    [
        (("low", "high", "medium"), "high"),
        (("clear", "medium", "low"), "medium"),
        (("clear", "low"), "low"),
        (("clear",), "clear"),
    ],
)
def test_of_several_stays_the_strictest_decides(stays: tuple[str, ...], deciding: str) -> None:
    found = dict(judged(*(Stayed(stay) for stay in stays)))  # type: ignore[arg-type]
    assert [stay for stay, decides in found.items() if decides] == [deciding]


def test_each_stay_keeps_its_own_rules_and_what_holds_for_everybody_is_said_once() -> None:
    found = judge(load_rules(), HOME, [Stayed("high"), Stayed("medium", BEIJING)])
    assert [[rule.id for rule in v.rules] for v in found.verdicts] == [["high-2022-06"], ["medium-2022-06"]]
    assert [rule.id for rule in found.common] == ["entry-code-2022-04"]


def test_a_strict_stay_that_is_too_old_leaves_the_decision_to_the_others() -> None:
    old, newer = Stayed("high", left=date(2022, 8, 20)), Stayed("low", left=date(2022, 9, 1))
    assert judged(old, newer) == [("high too old", False), ("low", True)]


@pytest.mark.parametrize(
    ("on", "within", "beyond"),
    [
        (date(2022, 4, 5), date(2022, 3, 22), date(2022, 3, 21)),  # fourteen days
        (DEMO, date(2022, 8, 29), date(2022, 8, 28)),  # seven, with the ninth edition
    ],
)
def test_each_stay_counts_by_the_look_back_of_its_day(on: date, within: date, beyond: date) -> None:
    journey = replace(HOME, on=on)
    assert judged(Stayed("high", left=within), Stayed("medium", left=beyond), journey=journey) == [
        ("high", True),
        ("medium too old", False),
    ]


def test_of_two_alike_the_one_left_later_decides() -> None:
    earlier, later = Stayed("high", left=date(2022, 8, 30)), Stayed("high", BEIJING, left=date(2022, 9, 3))
    for told_first in ([earlier, later], [later, earlier]):
        found = judge(load_rules(), HOME, told_first)
        assert [v.stayed.left for v in found.verdicts if v.decides] == [date(2022, 9, 3)]


def test_a_stay_no_rule_speaks_of_stays_open_beside_the_one_that_decides() -> None:
    assert judged(Stayed("class_a"), Stayed("medium")) == [("class_a silent", False), ("medium", True)]


def test_when_no_rule_speaks_of_any_nothing_decides() -> None:
    journey = replace(HOME, on=date(2022, 11, 15))
    assert judged(Stayed("high"), Stayed("low"), journey=journey) == [
        ("high silent", False),
        ("low silent", False),
    ]


def test_a_stay_counts_by_the_place_it_was_in() -> None:
    """October 2022: who came from Lhasa was isolated centrally, whatever other place they came through."""
    journey = Journey(date(2022, 10, 10), BEIJING, CHENGDU)
    found = judge(load_rules(), journey, [Stayed("clear"), Stayed("clear", LHASA)])
    (deciding,) = [v for v in found.verdicts if v.decides]
    assert deciding.stayed.origin == LHASA
    assert "tibet-2022-10" in {rule.id for rule in deciding.rules}
    assert "others-2022-10" not in {rule.id for rule in found.common}


#: The table of risk_areas.md, row for row, as the rules name the rows they render.
TABLE = [
    "2020-05-01 medium risk",
    "2020-05-01 high risk",
    "2021-04 low risk → Chengdu",
    "2021-04 abroad or medium/high → 甘孜",
    "2022-01-19 any other province",
    "2022-01-19 medium/high and its county",
    "2022-04-02 medium/high area",
    "2022-04-02 same township/street",
    "2022-04-02 same county, other streets",
    "2022-04-02 same city, other counties; or county with cases but no risk area",
    "2022-04-15 class A city",
    "2022-04-15 class B city, county with cases",
    "2022-04-15 class B city, other counties",
    "2022-04-21 everyone from outside (the code)",
    "2022-04-21 everyone from outside (the test)",
    "2022-05-28 everyone",
    "2022-06-27 area without outbreak",
    "2022-06-29 high-risk area in the last 7 days",
    "2022-06-29 medium-risk area",
    "2022-06-29 low-risk area",
    "2022-06-29 no outbreak",
    "2022-07-18 18:00 leaving Chengdu",
    "2022-07 (Meishan) low-risk areas",
    "2022-07 (Meishan) Chengdu",
    "2022-09/10 Tibet",
    "2022-09/10 parts of Qinghai",
    "2022-09/10 Wanning (Hainan)",
    "2022-09/10 Tianjin, Xinjiang, Shenzhen, Guiyang…",
    "2022-09/10 others",
    "2022-09-29 (Bazhong) yellow-code people",
    "2022-09-29 (Bazhong) red",
    "2022-11-23 (Deyang) high-risk area in 7 days",
    "2022-11-23 (Deyang) low-risk area",
    "2022-11-23 (Deyang) other provinces",
    "2022-11/12 (Chengdu) high",
    "2022-11/12 (Chengdu) low",
]


def test_every_row_of_the_table_is_a_rule_and_nothing_else_calls_itself_one() -> None:
    rows = [rule.row for rule in load_rules()]
    assert sorted(row for row in rows if row[0] == "2") == sorted(TABLE)


_JOURNEYS = st.builds(
    Journey,
    on=st.dates(date(2020, 1, 1), date(2023, 6, 1)),
    origin=st.sampled_from([None, "abroad", SHANGHAI, LHASA, CHENGDU, "510107", MIANYANG, "F510101"]),
    destination=st.sampled_from([None, SHANGHAI, CHENGDU, "510107", DEYANG, "511402", "510107003"]),
    stay=st.sampled_from([None, *STAYS]),
    left=st.none() | st.dates(date(2020, 1, 1), date(2023, 6, 1)),
)


@given(_JOURNEYS)
@settings(max_examples=400)
def test_no_rule_is_told_outside_its_days_its_places_and_its_stays(journey: Journey) -> None:
    found = applicable(load_rules(), journey)
    for rule in found.rules:
        assert rule.valid_from <= journey.on <= rule.valid_to
        assert journey.direction in rule.direction
        stay = journey.stay or ("abroad" if journey.origin == "abroad" else None)
        assert not rule.stay or stay in rule.stay
    displaced = {other for rule in found.rules for other in rule.replaces}
    assert not displaced & {rule.id for rule in found.rules}


@given(_JOURNEYS)
@settings(max_examples=300)
def test_an_answer_to_what_is_asked_always_says_more_and_never_asks_again(journey: Journey) -> None:
    journey = replace(journey, stay=None, left=None)
    asked = applicable(load_rules(), journey).asks
    for stay in asked:
        found = applicable(load_rules(), replace(journey, stay=stay))
        assert found.asks == ()
        assert any(stay in rule.stay for rule in found.rules)


@given(_JOURNEYS, st.integers(0, 60))
def test_a_stay_never_counts_again_once_it_is_too_old(journey: Journey, later: int) -> None:
    if journey.left is None or journey.left > journey.on:
        return
    if applicable(load_rules(), journey).too_old:
        older = replace(journey, left=journey.left - timedelta(days=later))
        assert applicable(load_rules(), older).too_old


_STAYS = st.lists(
    st.builds(
        Stayed,
        stay=st.sampled_from(STAYS),
        origin=st.sampled_from([None, SHANGHAI, LHASA, CHENGDU]),
        left=st.none() | st.dates(date(2022, 8, 1), date(2022, 9, 5)),
    ),
    min_size=1,
    max_size=4,
)


@given(_JOURNEYS, _STAYS)
@settings(max_examples=300)
def test_judged_together_each_stay_is_told_what_it_is_told_alone_and_one_decides(
    journey: Journey, stays: list[Stayed]
) -> None:
    together = judge(load_rules(), journey, stays)
    alone = [judge(load_rules(), journey, [stayed]).verdicts[0] for stayed in stays]
    assert [replace(v, decides=False) for v in together.verdicts] == [
        replace(v, decides=False) for v in alone
    ]
    assert sum(v.decides for v in together.verdicts) == any(v.rules for v in together.verdicts)
    assert not any(v.rules and (v.too_old or v.silent) for v in together.verdicts)


def test_the_shipped_files_hold_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    rules, faults = lint()
    assert faults == []
    assert len(rules) >= 38
    assert main(["lint"]) == 0
    assert "nothing wrong" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("to: 2022-11-10", "to: 2022-02-30", "not a day of the calendar"),
        ("to: 2022-11-10", "to: 2021-11-10", "ends before it begins"),
        ("kind: central", "kind: hotel", "hotel"),
        ("id: medium-2022-06", "id: high-2022-06", "the id is taken"),
        ("replaces: [low-2022-06]", "replaces: [nobody]", "which no file holds"),
        ("{what: monitoring}", "{what: monitoring, hours: 3}", "takes no hours"),
        ("source: ninth\n", "source: nowhere\n", "there is no source nowhere"),
        ("what: free", "what: free, colour: red", "colour"),
        ("assumed: [to]", "assumed: [weather]", "no field that can be assumed"),
        ("stay: [medium]", "stay: [high]", "another isolation"),
    ],
)
def test_a_slip_of_an_editor_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    text = (RULES / "2022-ninth.yml").read_text("utf-8")
    assert old in text
    (tmp_path / "rules.yml").write_text(text.replace(old, new, 1), "utf-8")
    _, faults = lint(tmp_path)
    assert any(complaint in str(fault) and ":" in str(fault) for fault in faults), [str(f) for f in faults]


def test_several_stays_over_http_each_with_its_rules_and_one_that_decides(platform: Any) -> None:
    stays = "medium@330100~2022-09-02,high@310000~2022-08-30,class_a,low~2022-08-20"
    answer = platform.get(
        "/v1/travel-rules", origin=SHANGHAI, destination=CHENGDU, day="2022-09-05", stays=stays
    )
    told = answer.json()
    load_contract().validator("TravelAnswer").validate(told)
    assert [item["rule_id"] for item in told["items"]] == [
        "high-2022-06",
        "medium-2022-06",
        "entry-code-2022-04",
    ]
    assert [(v["stay"], v["origin"], v["left"], v["rule_ids"]) for v in told["stays"]] == [
        ("medium", "330100", "2022-09-02", ["medium-2022-06"]),
        ("high", SHANGHAI, "2022-08-30", ["high-2022-06"]),
        ("class_a", None, None, []),
        ("low", None, "2022-08-20", []),
    ]
    assert [v["decides"] for v in told["stays"]] == [False, True, False, False]
    assert [v["silent"] for v in told["stays"]] == [False, False, True, False]
    assert [v["too_old"] for v in told["stays"]] == [False, False, False, True]
    assert told["look_back_days"] == 7


@pytest.mark.parametrize(
    "query",
    [
        {"stays": "high~2022-02-30"},
        {"stays": "high;low"},
        {"stays": ",".join(["high"] * 9)},
        {"stays": "high", "stay": "low"},
        {"stays": "high", "left": "2022-09-01"},
    ],
)
def test_stays_that_cannot_be_read_are_refused_by_name(platform: Any, query: dict[str, str]) -> None:
    answer = platform.get("/v1/travel-rules", origin=SHANGHAI, destination=CHENGDU, **query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "stays"
