"""Reading a question about an address: the buildings, units and house numbers it names, and what is around a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backend.places.risk_names import QUALIFIERS, ROAD_END
from backend.places.units import LIST, parse_numbers

_SHOPS = re.compile(r"底商|商铺|商户|门面|铺面|店铺|铺子|临街店|楼下的?店|底楼的?店|商业楼")
_NEAR = re.compile(r"附近|旁边|隔壁|对面|周边|周围|外面|后面|前面|楼下(?!的?店|商)")
_BETWEEN = re.compile(r"^(?:小区|的|里面?|那边|这边|住宅|,|-)+")
_OTHER_THING = re.compile(
    r"^(?:大道|路|街|巷|店|站|幼儿园|小学|中学|学校|医院|广场|酒店|宾馆|社区|街道|公园|大厦|商场|超市|市场|车站|地铁|"
    r"[东南西北上下]?门|村|镇|乡|花园|家园|新城|公馆|国际|苑|府|庭|郡|湾|里(?![面住的是有])|[东南西北新老](?=[苑园区院]))"
)
_STREET_NUMBER = re.compile(rf"^(?:的|,)?(?P<list>{LIST.pattern})")
_LEAD_IN = re.compile(
    r"(?:[、,在住是到去的家从里下查说有了吗呢我们请叫个和跟给问看过来区市县镇乡村社道路街段号]|\d|想问|一下|这个|那个|小区|公司|单位|知道|租)$"
)
_BESIDE = 12
"""How far behind a name a word such as 附近 still speaks of it."""
_AFTER = 24
"""How many characters behind a name may still belong to its address."""


@dataclass(frozen=True)
class Asked:
    """What is asked of one named place.

    `numbers` maps building, unit, group and house to the values named; `shops` = the question is about shop fronts;
    `near` = about what is beside the place; `other` = the name goes on and is another place's.
    """

    numbers: dict[str, frozenset[str]] = field(default_factory=dict)
    quals: tuple[str, ...] = ()
    street_numbers: frozenset[str] = frozenset()
    shops: bool = False
    near: bool = False
    other: bool = False


def read_tail(text: str, tails: tuple[str, ...] = ()) -> Asked:
    """What follows a place's name in a folded question.

    Args:
        text: the question from behind the name on.
        tails: last parts of the name that may follow its phase (卓锦城5期`繁花郡`).
    """
    near = _NEAR.search(text[:_BESIDE]) is not None
    rest, quals = _quals(text, tails)
    other = not near and not quals and _OTHER_THING.match(rest.removeprefix("小区")) is not None
    address = _BETWEEN.sub("", rest)[:_AFTER]
    return Asked(
        numbers=_numbers(address),
        quals=quals,
        shops=_SHOPS.search(text) is not None,
        near=near,
        other=other,
    )


def after_street_number(text: str) -> Asked:
    """What follows a street's name: its house number first, then buildings and units."""
    number = _STREET_NUMBER.match(text)
    if number is None or not number["list"].endswith("号"):
        return read_tail(text)
    rest = text[number.end() :]
    asked = read_tail(rest)
    found = LIST.search(rest[:_AFTER])
    numbers = asked.numbers or (_numbers(rest[found.start() :][:_AFTER]) if found else {})
    values = parse_numbers(number["list"]).values
    return Asked(numbers, asked.quals, values, asked.shops, asked.near)


def stands_alone(before: str, names: frozenset[str]) -> bool:
    """Whether a name begins where `before` ends, and is not the end of a longer name (万科|城市花园).

    Args:
        before: the folded question up to the name.
        names: folded names of divisions; one of them may stand directly in front.
    """
    if not before or _LEAD_IN.search(before) or ROAD_END.search(before):
        return True
    return any(before[-length:] in names for length in range(2, min(len(before), 12) + 1))


def _quals(text: str, tails: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The text behind the phases and zones that follow a name, and these."""
    quals: list[str] = []
    rest = text
    while True:
        rest = re.sub(r"^(?:小区|的)(?=-?[A-Z\d东南西北中]+(?:期|区|园))", "", rest)
        match = QUALIFIERS.match(rest)
        if match is None:
            break
        quals.append(match[0].lstrip("-"))
        rest = rest[match.end() :]
    tail = next((tail for tail in tails if tail and rest.startswith(tail)), "")
    return rest[len(tail) :], tuple(quals)


def _numbers(text: str) -> dict[str, frozenset[str]]:
    """The first list of each kind, as long as the lists follow each other; a room behind a unit is left out."""
    found: dict[str, frozenset[str]] = {}
    position = 0
    for match in LIST.finditer(text):
        if match.start() - position > 2:  # noqa: PLR2004 - 的, or a comma
            break
        numbers = parse_numbers(match[0])
        position = match.end()
        if numbers.kind == "house" and "unit" in found:
            continue
        found[numbers.kind] = found.get(numbers.kind, frozenset()) | numbers.values
    return found
