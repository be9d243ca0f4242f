"""Names inside addresses: what town, community and road stand in front, and which phase or zone stands behind."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHORTEST_NAME = 2
SURE_NAME = 3
"""A name of at least this many characters identifies an estate by itself; a shorter one only inside a known county."""

TOWN = re.compile(r"^[一-鿿]{1,6}?(?:街道|(?<!小)镇|乡)(?:街道)?(?:办事处)?(?=[一-鿿A-Z])(?!小区)")
COMMUNITY = re.compile(r"^[一-鿿\d]{2,6}?(?:社区|村)(?=[一-鿿A-Z\d]{2})")
ROAD = (
    r"[^路街巷道段号、,()栋\d]{1,7}(?:大道|路|街|巷|道)"
    r"(?:[东南西北中上下]?\d*(?:街|路|巷)|[东南西北中上下]|[东南西北中]?(?:\d+|[东南西北中上下])段)?"
)
ROAD_END = re.compile(r"(?:大道|路|街|巷|道|段|胡同|巷子)$")
ROADS_IN_FRONT = re.compile(rf"^(?:(?:\d+环路)?{ROAD})+")
_QUALIFIER = r"(?:[A-Z\d]+[东南西北中]?(?:期|区|组团)|[东南西北中](?:区|园)|[A-Z\d]+-[A-Z\d]+期)"
QUALIFIERS = re.compile(rf"-?{_QUALIFIER}")
_QUALIFIED = re.compile(rf"^(?P<base>.+?)(?P<quals>(?:-?{_QUALIFIER})+)(?P<tail>[一-鿿A-Z]{{0,12}})$")
COMMON = re.compile(
    r"^(?:中心)?(?:卫生院|派出所|政府|小学|中学|幼儿园|菜市场|农贸市场|市场|村|社区|小区|宿舍|教职工宿舍|职工宿舍|家属院|家属区|卫生服务中心|综合服务站|\w{0,2}项目部|\w{0,3}承包部|\d+组|底商.*)$"
)


@dataclass(frozen=True)
class EstateName:
    """An estate's name: `base` 卓锦城, `quals` (5期), `tail` 繁花郡."""

    base: str
    quals: tuple[str, ...] = ()
    tail: str = ""

    @property
    def label(self) -> str:
        """The name as one would say it."""
        return f"{self.base}{''.join(self.quals)}{self.tail}"


def without_suffix(name: str) -> str:
    """The name without 小区, unless too little would be left."""
    shorter = name.removesuffix("小区")
    return shorter if len(shorter) >= SURE_NAME else name


def split_name(name: str) -> EstateName:
    """Phase and zone taken from the end (or from before a last part) of a folded name."""
    match = _QUALIFIED.match(re.sub(r"(?<=区)小区$", "", name))
    base = without_suffix(match["base"].rstrip("-")) if match else ""
    if match is None or len(base) < SURE_NAME:
        return EstateName(without_suffix(name))
    quals = tuple(part.lstrip("-") for part in QUALIFIERS.findall(match["quals"]))
    return EstateName(base, quals, without_suffix(match["tail"]).removesuffix("小区"))


def estate_names(text: str, town: str) -> list[EstateName]:
    """Every name by which people may call the place written as `text`, the fullest first.

    Args:
        text: folded, without its town.
        town: the town that stood in front, for places such as 卫生院 that have no name of their own.
    """
    if COMMON.match(text):
        return [EstateName(town + text)] if town else []
    forms = [text]
    for strip in (COMMUNITY, ROADS_IN_FRONT):
        for form in list(forms):
            match = strip.match(form)
            rest = form[match.end() :] if match else ""
            if (
                len(rest) >= SHORTEST_NAME
                and not rest[0].isdigit()
                and not COMMON.match(rest)
                and not rest.startswith(("小区", "子", "口"))
            ):
                forms.append(rest)
    names = [split_name(form) for form in forms]
    return list(dict.fromkeys(name for name in names if len(name.base) >= SHORTEST_NAME))


def strip_towns(text: str, towns: tuple[str, ...], *, guess: bool = True) -> tuple[str, str]:
    """The town in front (its full name, or empty) and the rest.

    Args:
        text: folded.
        towns: folded names of the county's towns, longest first.
        guess: also take what only looks like a town (a misspelt or unknown one).
    """
    town = ""
    while True:
        known = next((name for name in towns if text.startswith(name) and len(text) > len(name)), None)
        match = TOWN.match(text)
        if known is not None:
            town = town or known
            text = re.sub(r"^(?:街道)?(?:办事处)?", "", text[len(known) :])
        elif guess and match is not None and not town:
            town = town or match[0]
            text = text[match.end() :]
        else:
            return town, text
