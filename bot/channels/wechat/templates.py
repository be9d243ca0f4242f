"""Subscribed notices of an account: which template tells a kind of notice, in which words, and where people subscribe.

Read strictly: WeChat refuses a notice with a field that is too long only when it is sent (47003), and a template id
cannot be looked up. What is written here is what a lock screen shows, so that nothing about health may stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from bot.channels.wechat.errors import NotConfigured
from privacy.notices import KINDS

_TEMPLATE_ID: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")
_FIELD: Final = re.compile(r"([a-z_]+?)([0-9]{1,2})")
_URL: Final = re.compile(r"https://[^\s\"<>{}]{4,500}")
_PAGE: Final = re.compile(r"[A-Za-z0-9_/-]{1,200}(?:\?[A-Za-z0-9_=&%.-]{0,200})?")
#: What would name somebody, wherever it stands in an address.
_NAMES_SOMEBODY: Final = re.compile(r"open_?id|union_?id|phone|token|session|id_?card", re.IGNORECASE)
_HEALTH: Final = re.compile(
    r"[绿黄红][色码]|转[绿黄红]|[阴阳]性|核酸|抗原|风险|隔离|密接|次密|确诊|病例|疑似|接种|疫苗|"
    r"\b(?:green|yellow|red|negative|positive|quarantine|isolat\w*|contact|covid)\b",
    re.IGNORECASE,
)
_TIME: Final = "{time}"
_DATE: Final = "{date}"
_WHOSE: Final = "{whose}"
_MOST_FIELDS: Final = 8


def _short(most: int) -> Callable[[str], str]:
    return lambda text: "" if 0 < len(text) <= most else f"1 to {most} characters"


def _phrase(text: str) -> str:
    return "" if re.fullmatch(r"[\u4e00-\u9fff]{1,5}", text) else "1 to 5 Chinese characters"


def _character_string(text: str) -> str:
    return "" if re.fullmatch(r"[\x20-\x7e]{1,32}", text) else "1 to 32 letters, digits and signs"


#: What WeChat allows by type of field (official: “订阅消息参数值内容限制说明”), as what is wrong or nothing. Types for
#: names, phones, amounts and numbers are left out: no notice holds any.
_LIMITS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "thing": _short(20),
        "const": _short(20),
        "phrase": _phrase,
        "character_string": _character_string,
        "time": lambda text: "" if text == _TIME else f"{_TIME} and nothing else",
        "date": lambda text: "" if text == _DATE else f"{_DATE} and nothing else",
    }
)
_OWN: Final = {"zh": "您", "en": "Your"}
_FAMILY: Final = {"zh": "您家人", "en": "Family"}


@dataclass(frozen=True)
class NoticeTemplate:
    """How one kind of notice is told.

    Attributes:
        template_id: as the console shows it.
        fields: words by field and language.
        page: what a tap opens: an https address or a page of the mini-program; empty: nothing.
    """

    template_id: str
    fields: Mapping[str, Mapping[str, str]]
    page: str = ""

    def values(self, at: datetime, language: str, *, own: bool) -> dict[str, str]:
        """Return what the fields say.

        Args:
            at: when it happened, by the platform's clock.
            language: ``zh`` or ``en``.
            own: whether it is about the one who is told.
        """
        whose = (_OWN if own else _FAMILY)[language]
        date = f"{at.year}年{at.month}月{at.day}日"
        said = {_TIME: f"{date} {at:%H:%M}", _DATE: date}
        return {
            name: said.get(words[language]) or words[language].replace(_WHOSE, whose)
            for name, words in self.fields.items()
        }


@dataclass(frozen=True)
class Templates:
    """The subscribed notices of an account.

    Attributes:
        by_kind: a template for each kind of notice that is told so.
        subscribe: where people subscribe: the page with WeChat's open tag, or a page of the mini-program; empty: no
            place, and nobody is told of any.
    """

    by_kind: Mapping[str, NoticeTemplate] = field(default_factory=lambda: MappingProxyType({}))
    subscribe: str = ""


def read_templates(account: str, raw: Any, *, mini_program: bool) -> Templates:
    """Return what an entry of the accounts file says under ``notices``.

    Raises:
        NotConfigured: names the account and the field that is wrong.
    """
    where = f"{account}: notices"
    body = mapping(where, raw, {"subscribe", "templates"})
    entries = mapping(f"{where}.templates", body.get("templates", {}), set(KINDS))
    by_kind = {
        kind: _template(f"{where}.templates.{kind}", entry, mini_program=mini_program)
        for kind, entry in entries.items()
    }
    ids = [template.template_id for template in by_kind.values()]
    if len(set(ids)) != len(ids):
        raise NotConfigured(f"{where}.templates: two kinds have the same id; people agree to each by itself")
    subscribe = address(f"{where}.subscribe", body.get("subscribe", ""), mini_program=mini_program)
    return Templates(MappingProxyType(by_kind), subscribe)


def _template(where: str, raw: Any, *, mini_program: bool) -> NoticeTemplate:
    entry = mapping(where, raw, {"id", "fields", "page"})
    template_id = entry.get("id")
    if not isinstance(template_id, str) or not _TEMPLATE_ID.fullmatch(template_id):
        raise NotConfigured(f"{where}.id: the template id of the console is needed")
    raw_fields = entry.get("fields")
    if not isinstance(raw_fields, dict) or not 0 < len(raw_fields) <= _MOST_FIELDS:
        raise NotConfigured(f"{where}.fields: one to {_MOST_FIELDS} fields")
    fields = {
        str(name): _words(f"{where}.fields.{name}", str(name), said) for name, said in raw_fields.items()
    }
    page = address(f"{where}.page", entry.get("page", ""), mini_program=mini_program)
    return NoticeTemplate(template_id, MappingProxyType(fields), page)


def _words(where: str, name: str, said: Any) -> Mapping[str, str]:
    match = _FIELD.fullmatch(name)
    if match is None or match.group(1) not in _LIMITS:
        raise NotConfigured(f"{where}: a field is {', '.join(_LIMITS)} with its number")
    words = {"zh": said, "en": said} if isinstance(said, str) else said
    if not isinstance(words, dict) or set(words) != {"zh", "en"}:
        raise NotConfigured(f"{where}: words, or words by zh and en")
    for language, text in words.items():
        if not isinstance(text, str) or not text.isprintable():
            raise NotConfigured(f"{where}: words are text")
        if _HEALTH.search(text):
            raise NotConfigured(f"{where}: nothing about health; it stands on the lock screen")
        longest = text.replace(_WHOSE, max(_OWN[language], _FAMILY[language], key=len))
        if "{" in longest.replace(_TIME, "").replace(_DATE, ""):
            raise NotConfigured(f"{where}: {_WHOSE}, {_TIME} and {_DATE} are filled in, nothing else")
        wrong = _LIMITS[match.group(1)](longest)
        if wrong:
            raise NotConfigured(f"{where}: {wrong}")
    return MappingProxyType(dict(words))


def address(where: str, value: Any, *, mini_program: bool) -> str:
    """Return an https address, or a page of a mini-program, that names nobody; empty stays empty.

    Raises:
        NotConfigured: it is something else; says ``where``.
    """
    if value == "":
        return ""
    form = _PAGE if mini_program else _URL
    if not isinstance(value, str) or not form.fullmatch(value):
        raise NotConfigured(
            f"{where}: {'a page of the mini-program' if mini_program else 'an https address'}"
        )
    if _NAMES_SOMEBODY.search(value):
        raise NotConfigured(f"{where}: an address names nobody")
    return value


def mapping(where: str, raw: Any, allowed: set[str]) -> Mapping[str, Any]:
    """Return names and values of a file.

    Raises:
        NotConfigured: it holds something else, or a name that is not ``allowed``; says ``where``.
    """
    if not isinstance(raw, dict):
        raise NotConfigured(f"{where}: names and values are expected")
    unknown = set(raw) - allowed
    if unknown:
        raise NotConfigured(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")
    return raw
