"""The form of an entry: what the fields hold, what comes of them, and what is wrong beside which. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from knowledge.checks import Problem
from knowledge.models import ELDERLY_CHARACTERS, FEWEST_VARIANTS, PLAIN_CHARACTERS

from ..words import CHINA

LONGEST = 4000
_ANSWERS = ("plain", "detail", "elderly", "english")
_SOURCE = ("name", "url", "date", "trust")
FIELDS = (
    "id",
    "topic",
    "question",
    "variants",
    *(f"answer.{name}" for name in _ANSWERS),
    "intents",
    "region",
    "valid_from",
    "valid_to",
    "known_source",
    *(f"source.{name}" for name in _SOURCE),
    "owner",
    "tags",
    "live_from",
    "live_until",
)
HINTS = {
    "id": "小写字母、数字和连字符，如 yellow-to-green.2022-10；同一个问题的不同时期，点前面的部分相同。",
    "variants": f"一行一种，像市民平时说的那样，至少{FEWEST_VARIANTS}种，要有方言和一种英文。",
    "answer.plain": f"先说结论，最多{PLAIN_CHARACTERS}字，称呼用“您”。",
    "answer.detail": "市民说“详细”时再说的内容。",
    "answer.elderly": f"每句最多{ELDERLY_CHARACTERS}字，一次只说一步，不用缩写。",
    "answer.english": "给说英文的市民。",
    "intents": "市民想要什么，可以多选。",
    "region": "行政区划代码：510000 全省，510100 成都，511725 渠县。",
    "valid_from": "规定从哪一天起有效。",
    "valid_to": "规定到哪一天为止；不知道就空着。",
    "owner": "谁对这一条负责，到期前会提醒。",
    "tags": "用空格隔开；没有查到规定的写 unknown。",
    "live_from": "什么时候开始告诉市民；空着表示一发布就上线。",
    "live_until": "到这时不再告诉市民；可以空着。",
}


def typed_of(form: Any) -> dict[str, Any]:
    """Return what somebody typed, cleaned of line ends and blanks; `intents` is a list."""
    typed: dict[str, Any] = {
        name: str(form.get(name) or "").replace("\r\n", "\n").strip()[:LONGEST] for name in FIELDS
    }
    typed["intents"] = [str(one)[:64] for one in form.getlist("intents") or []]
    return typed


def typed_from(
    content: Mapping[str, Any], topic: str, live: tuple[dt.datetime | None, ...]
) -> dict[str, Any]:
    """Return what the fields hold for a content."""
    answer: Mapping[str, Any] = content.get("answer") or {}
    source: Mapping[str, Any] = content.get("source") or {}
    typed: dict[str, Any] = {name: str(content.get(name) or "") for name in FIELDS if "." not in name}
    typed.update({f"answer.{name}": str(answer.get(name) or "") for name in _ANSWERS})
    typed.update({f"source.{name}": str(source.get(name) or "") for name in _SOURCE})
    typed["variants"] = "\n".join(content.get("variants") or ())
    typed["tags"] = " ".join(content.get("tags") or ())
    typed["intents"] = list(content.get("intents") or ())
    typed["region"] = typed["region"] or "510000"
    typed["topic"], typed["known_source"] = topic, ""
    typed["live_from"], typed["live_until"] = (_local(moment) for moment in live)
    return typed


def content_from(typed: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content of what was typed, empty fields left out; a chosen known source wins over typed ones."""
    lines = [line.strip() for line in typed["variants"].split("\n")]
    source = sources.get(typed["known_source"]) or {
        name: typed[f"source.{name}"] for name in _SOURCE if typed[f"source.{name}"]
    }
    content: dict[str, Any] = {
        "id": typed["id"],
        "question": typed["question"],
        "variants": [line for line in lines if line],
        "answer": {name: typed[f"answer.{name}"] for name in _ANSWERS if typed[f"answer.{name}"]},
        "intents": typed["intents"],
        "region": typed["region"],
        "valid_from": typed["valid_from"],
        "valid_to": typed["valid_to"],
        "source": dict(source),
        "owner": typed["owner"],
        "tags": typed["tags"].split(),
    }
    return {name: value for name, value in content.items() if value not in ("", [], {})}


def moments_from(typed: Mapping[str, Any]) -> tuple[dt.datetime | None, dt.datetime | None, list[Problem]]:
    """Return the scheduled start and end, and what is wrong with them."""
    moments: list[dt.datetime | None] = []
    problems = []
    for name in ("live_from", "live_until"):
        try:
            moments.append(_moment(typed[name]))
        except ValueError:
            moments.append(None)
            problems.append(Problem(name, "写成 2022-09-05 08:00 这样"))
    start, end = moments
    if start and end and end <= start:
        problems.append(Problem("live_until", "下线时间要晚于上线时间"))
    return start, end, problems


def beside(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return the faults by field; those of no field of the form stand under `""`."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        name = problem.field if problem.field in FIELDS else _nearest(problem.field)
        reasons = found.setdefault(name, [])
        if problem.reason not in reasons:
            reasons.append(problem.reason)
    return found


def _nearest(name: str) -> str:
    near: dict[str, Callable[[], str]] = {"source": lambda: "source.name", "answer": lambda: "answer.plain"}
    return near.get(name, lambda: "")()


def _moment(text: str) -> dt.datetime | None:
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text.replace("T", " "))
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _local(moment: dt.datetime | None) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M") if moment else ""
