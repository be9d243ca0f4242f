"""Lights, spans of time and words of the desk."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend_client import OrderLight, RequestKind, RequestState, StepName
from hotline import words
from hotline.display import shown
from hotline.step_forms import FORMS, LABELS, fault_of
from hotline.time_limits import Light, Thresholds, light, remaining

START = dt.datetime(2022, 9, 1, 9, tzinfo=words.CHINA)
LIMITS = Thresholds()


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, "normal"),
        (69.9, "normal"),
        (70, "yellow"),
        (89.9, "yellow"),
        (90, "red"),
        (99.9, "red"),
        (100, "overdue"),
    ],
)
def test_light_at_the_thresholds_of_a_hundred_hours(hours: float, expected: Light) -> None:
    now = START + dt.timedelta(hours=hours)
    assert light("accepted", START, START + dt.timedelta(hours=100), now, LIMITS) == expected


@pytest.mark.parametrize("state", ["answered", "closed", "withdrawn"])
def test_finished_order_presses_nobody(state: str) -> None:
    assert light(state, START, START, START + dt.timedelta(days=9), LIMITS) == "done"


ORDER: list[Light] = ["normal", "yellow", "red", "overdue"]


@given(st.integers(0, 10_000), st.integers(-100, 20_000), st.integers(0, 5_000))
def test_light_never_gets_milder_with_time(limit: int, minutes: int, later: int) -> None:
    due = START + dt.timedelta(minutes=limit)
    first, second = (
        ORDER.index(light("accepted", START, due, START + dt.timedelta(minutes=m), LIMITS))
        for m in (minutes, minutes + later)
    )
    assert first <= second


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (1, "还剩1分钟"),
        (60, "还剩1小时"),
        (61, "还剩1小时1分钟"),
        (24 * 60, "还剩1天"),
        (27 * 60 + 5, "还剩1天3小时"),
        (0, "0分钟前到期"),
        (-90, "1小时30分钟前到期"),
    ],
)
def test_span_as_people_say_it(minutes: int, expected: str) -> None:
    assert remaining(START + dt.timedelta(minutes=minutes), START) == expected


def test_moments_are_chinas() -> None:
    assert words.spoken_time(dt.datetime(2022, 9, 5, 16, 30, tzinfo=dt.timezone.utc)) == "9月6日 00:30"


def test_every_state_kind_light_and_step_has_a_word() -> None:
    assert set(words.STATES) == set(get_args(RequestState))
    assert set(words.KINDS) == set(get_args(RequestKind))
    assert set(words.LIGHTS) == set(words.LIGHT_SIGNS) == set(get_args(OrderLight)) | set(get_args(Light))
    assert set(FORMS) == set(get_args(StepName))
    assert {name for form in FORMS.values() for name in form.fields} == set(LABELS)


def test_forms_ask_for_what_the_platform_needs() -> None:
    contract = Path(__file__).parents[2] / "backend" / "openapi.yaml"
    document = yaml.safe_load(contract.read_text(encoding="utf-8"))
    allowed = set(document["components"]["schemas"]["OrderStep"]["properties"])
    told = document["paths"]["/v1/service-requests/{number}/steps"]["post"]["description"]
    needs = {
        name.strip(): {word for word in re.findall(r"\w+", needed) if word in allowed}
        for names, needed in re.findall(
            r"^\| ([\w, ]+) \|[^|]*\|[^|]*\| (.*?)(?:\(.*)?\|$", told, re.MULTILINE
        )
        for name in names.split(",")
    }
    assert needs["dispatch"] == {"department", "reason"}
    for action in ("dispatch", "return", "submit", "merge", "close", "remark", "ask_extension"):
        assert FORMS[action].required == needs[action], action  # type: ignore[index]


@pytest.mark.parametrize(
    ("action", "given", "fault"),
    [
        ("submit", {"reply": ""}, "请写下给群众的答复。"),
        ("submit", {"reply": "长" * 2001}, "答复最多2000字，现在有2001字。"),
        ("submit", {"reply": "好"}, ""),
        ("call_back", {"reached": "yes"}, "联系上了才有解决结果"),
        ("call_back", {"reached": "no", "solved": "no"}, "联系上了才有解决结果"),
        ("call_back", {"reached": "no"}, ""),
        ("call_back", {"reached": "yes", "solved": "no"}, ""),
        ("answer", {"reply": "好", "decision": ""}, ""),
    ],
)
def test_a_form_says_what_is_missing(action: StepName, given: dict[str, str], fault: str) -> None:
    assert fault_of(FORMS[action], given).startswith(fault)
    assert bool(fault_of(FORMS[action], given)) == bool(fault)


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    assert isinstance(shown(text), str)
