"""The shape of a policy entry. Everything an editor may write is here, nothing else is accepted."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from pydantic import BaseModel, Extra, validator

Trust = Literal["O", "M", "W", "G"]

WECHAT_TEXT_BYTES = 2048
PLAIN_CHARACTERS = 80
ELDERLY_CHARACTERS = 40
FEWEST_VARIANTS = 5

ENTRY_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$")
_REGION = re.compile(r"^F?\d{6}(\d{3})?$")
_SENTENCE_END = re.compile(r"[。！？；\n]")


class _Strict(BaseModel):
    class Config:
        """Frozen, and a misspelt key is an error and not a silently lost sentence."""

        extra = Extra.forbid
        frozen = True
        anystr_strip_whitespace = True
        min_anystr_length = 1


class Source(_Strict):
    """Where a fact comes from.

    `trust`: O an official body or news quoting one, M a re-post of an official text, W weak, G general knowledge.
    `date` is the day of the source, None when the page names none. Only G may do without an address.
    """

    name: str
    url: str | None = None
    date: dt.date | None = None
    trust: Trust

    @validator("trust")
    @classmethod
    def _address_unless_general(cls, trust: Trust, values: dict[str, Any]) -> Trust:
        if trust != "G" and not values.get("url"):
            raise ValueError("写明出处的网址；只有 trust: G 可以没有网址")
        return trust


class Answer(_Strict):
    """What is said: `plain` first, `detail` on request, `elderly` in short sentences, `english` in English."""

    plain: str
    detail: str | None = None
    elderly: str | None = None
    english: str | None = None

    @validator("plain", "detail", "elderly", "english")
    @classmethod
    def _fits_one_message(cls, text: str | None) -> str | None:
        if text is not None and len(text.encode()) >= WECHAT_TEXT_BYTES:
            raise ValueError(f"超过一条消息的上限（{WECHAT_TEXT_BYTES} 字节）")
        return text

    @validator("plain")
    @classmethod
    def _short_first_answer(cls, text: str) -> str:
        if len(text) > PLAIN_CHARACTERS:
            raise ValueError(f"第一句答复有 {len(text)} 字，最多 {PLAIN_CHARACTERS} 字；其余放到 detail")
        return text

    @validator("elderly")
    @classmethod
    def _short_sentences(cls, text: str | None) -> str | None:
        for sentence in _SENTENCE_END.split(text or ""):
            if len(sentence) > ELDERLY_CHARACTERS:
                raise ValueError(f"每句最多 {ELDERLY_CHARACTERS} 字：{sentence}")
        return text


class PolicyEntry(_Strict):
    """One question the assistant can answer, with the days and the region for which the answer holds.

    `id` is `family` or `family.version`; entries of one family answer the same question at other times or in
    other regions, so two of them may not hold on the same day in the same region.
    `valid_from` and `valid_to` are both included; `valid_to` None means no end is known.
    `region` is an adcode: it covers itself and everything below it (510000 the province, 510100 Chengdu).
    """

    id: str
    question: str
    variants: tuple[str, ...]
    answer: Answer
    intents: tuple[str, ...]
    region: str = "510000"
    valid_from: dt.date
    valid_to: dt.date | None = None
    source: Source
    owner: str
    tags: tuple[str, ...] = ()

    @validator("id")
    @classmethod
    def _readable_id(cls, value: str) -> str:
        if not ENTRY_ID.match(value):
            raise ValueError("编号只用小写字母、数字和连字符，最多一个点（问题.版本）")
        return value

    @validator("region")
    @classmethod
    def _adcode(cls, value: str) -> str:
        if not _REGION.match(value):
            raise ValueError("地区写行政区划代码（6 位；乡镇 9 位；功能区以 F 开头）")
        return value

    @validator("intents")
    @classmethod
    def _answers_some_intent(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("至少写一个意图")
        return value

    @validator("variants")
    @classmethod
    def _enough_phrasings(cls, value: tuple[str, ...], values: dict[str, Any]) -> tuple[str, ...]:
        if len(value) < FEWEST_VARIANTS:
            raise ValueError(f"至少写 {FEWEST_VARIANTS} 种问法")
        if len(set(value) | {values.get("question")}) != len(value) + 1:
            raise ValueError("有重复的问法")
        return value

    @validator("valid_to")
    @classmethod
    def _ends_after_it_begins(cls, value: dt.date | None, values: dict[str, Any]) -> dt.date | None:
        begins = values.get("valid_from")
        if value is not None and begins is not None and value < begins:
            raise ValueError("失效日期早于生效日期")
        return value

    @property
    def family(self) -> str:
        """The question this entry answers, shared by its versions."""
        return self.id.partition(".")[0]

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Every way of asking that the entry is found by."""
        return (self.question, *self.variants)

    @property
    def is_unknown(self) -> bool:
        """True when the answer says that no official rule is known here."""
        return "unknown" in self.tags

    def holds_on(self, day: dt.date) -> bool:
        """Whether the answer may be given on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: PolicyEntry) -> bool:
        """Whether both hold on some common day."""
        starts = max(self.valid_from, other.valid_from)
        ends = min(self.valid_to or dt.date.max, other.valid_to or dt.date.max)
        return starts <= ends
