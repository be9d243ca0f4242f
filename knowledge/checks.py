"""Everything that must be right before an entry is told, each fault at the field it belongs to. Pure.

`shape` says whether it is an entry at all, `voice` whether it speaks as the assistant does, `rivals` whether it can
stand beside the other entries. The linter and the desk's form ask the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from knowledge.models import PolicyEntry

CHINESE_IN_ENGLISH = 30
"""Characters an English answer may quote from the screen."""

_CHINESE = re.compile(r"[一-鿿]")
_VOICE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("你"), "对市民用“您”，不用“你”"),
    (re.compile(r"亲[，,。！]"), "不用“亲”"),
    (re.compile("！！"), "不要连用感叹号"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "日期写成“9月5日”这样的说法"),
)
_ADMISSION = re.compile(
    r"没有(得到)?(查到|证实|公布|公开|准确|全省|限定)|没有查|没查到|这里没有|只查到|还没有"
)
_WAY_ON = re.compile(r"12345|告诉您|帮您|以页面为准|说清楚|确认")
_FORMS = {"detail": "详细的", "elderly": "给老年人的", "english": "英文的"}
_SPACES = re.compile(r"[？?。，,！!\s]")
_WORDS: tuple[tuple[str, str], ...] = (
    ("value_error.missing", "请填写"),
    ("none.not_allowed", "请填写"),
    ("min_length", "请填写"),
    ("value_error.date", "日期写成 2022-09-05 这样"),
    ("type_error.date", "日期写成 2022-09-05 这样"),
    ("unexpected value", "只能从给出的里面选"),
    ("extra", "不认识的内容"),
)


@dataclass(frozen=True)
class Problem:
    """A fault of one field (`answer.plain`, `variants`, …), in the editor's words."""

    field: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """An entry that is told at some time, and the moments of that time."""

    entry: PolicyEntry
    live_from: dt.datetime | None = None
    live_until: dt.datetime | None = None

    def meets(self, other: Standing) -> bool:
        """Whether both are told at some common moment."""
        return (self.live_until is None or other.live_from is None or other.live_from < self.live_until) and (
            other.live_until is None or self.live_from is None or self.live_from < other.live_until
        )


def shape(content: Mapping[str, Any]) -> tuple[PolicyEntry | None, list[Problem]]:
    """The entry, or what keeps the content from being one."""
    try:
        return PolicyEntry.parse_obj(dict(content)), []
    except ValidationError as error:
        return None, [
            Problem(_field(fault["loc"]), _reason(fault["type"], fault["msg"])) for fault in error.errors()
        ]


def voice(entry: PolicyEntry, intents: Collection[str] = ()) -> list[Problem]:
    """Whether the answer is complete and spoken as the assistant speaks.

    Args:
        entry: the entry.
        intents: those the assistant knows; none are checked without them.
    """
    found: list[Problem] = []
    for name, text in (
        ("plain", entry.answer.plain),
        ("detail", entry.answer.detail),
        ("elderly", entry.answer.elderly),
    ):
        found += [Problem(f"answer.{name}", word) for rule, word in _VOICE if rule.search(text or "")]
    for name, word in _FORMS.items():
        if not getattr(entry.answer, name):
            found.append(Problem(f"answer.{name}", f"请写{word}答复"))
    if len(_CHINESE.findall(entry.answer.english or "")) > CHINESE_IN_ENGLISH:
        found.append(Problem("answer.english", "英文答复里中文太多，只引用屏幕上的按钮名"))
    in_chinese = [bool(_CHINESE.search(text)) for text in entry.phrasings]
    if all(in_chinese):
        found.append(Problem("variants", "至少有一种英文问法"))
    if not any(in_chinese):
        found.append(Problem("variants", "至少有一种中文问法"))
    if intents:
        strange = [name for name in entry.intents if name not in intents]
        found += [Problem("intents", f"没有名为 {name} 的意图") for name in strange]
    return found + _honesty(entry)


def rivals(candidate: Standing, others: Iterable[Standing]) -> list[Problem]:
    """Whether the candidate can be told beside the others: one answer a question, day and place."""
    mine = {_folded(text): text for text in candidate.entry.phrasings}
    found: list[Problem] = []
    for other in others:
        entry = other.entry
        if entry.id == candidate.entry.id or not candidate.meets(other):
            continue
        if not candidate.entry.overlaps(entry):
            continue
        if entry.family == candidate.entry.family:
            if entry.region == candidate.entry.region:
                found.append(Problem("valid_from", f"与 {entry.id}（{days(entry)}）在同一地区的有效期重叠"))
            continue
        shared = [mine[folded] for folded in map(_folded, entry.phrasings) if folded in mine]
        for text in dict.fromkeys(shared):
            where = "question" if text == candidate.entry.question else "variants"
            found.append(Problem(where, f"“{text}”已经是 {entry.id} 的问法"))
    return found


def days(entry: PolicyEntry) -> str:
    """On which days an entry holds, in words."""
    until = entry.valid_to.isoformat() if entry.valid_to else "未定"
    return f"{entry.valid_from.isoformat()} 至 {until}"


def _honesty(entry: PolicyEntry) -> list[Problem]:
    if not entry.is_unknown:
        if entry.source.name.startswith("知识编辑核对"):
            return [Problem("tags", "没有出处的条目要加标签 unknown，并如实说不清楚")]
        return []
    found: list[Problem] = []
    if not _ADMISSION.search(entry.answer.plain):
        found.append(Problem("answer.plain", "标为 unknown 的条目要如实说没有查到规定"))
    if not _WAY_ON.search(entry.answer.plain + (entry.answer.detail or "")):
        found.append(Problem("answer.plain", "说清楚可以打12345，或者去哪里核实"))
    return found


def _folded(text: str) -> str:
    return _SPACES.sub("", text.lower())


def _field(location: Iterable[str | int]) -> str:
    steps = [step for step in location if isinstance(step, str)]
    return ".".join(step for step in steps if step != "__root__")


def _reason(kind: str, message: str) -> str:
    for mark, word in _WORDS:
        if mark in kind or mark in message:
            return word
    return message if _CHINESE.search(message) else "格式不对"
