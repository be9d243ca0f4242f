"""Which place is left and which is gone to: 从上海回成都 → 上海 from, 成都 to."""

import re
from typing import Dict, List, Optional, Sequence, Tuple

from bot.nlu.place_finder import PlaceMention

FROM, TO = "from", "to"
_LEFT_FROM = re.compile(
    r"(?:从|由|自|打从|来自|离开|去过|到过|待过|经过|路过|途经|经停|呆过|刚从|from|leaving|visited)\s?$"
)
_LEFT_TO = re.compile(
    r"(?:到|去|回|来|至|往|飞|抵|抵达|返|返回|前往|进|进入|入|赴|想去|转|to|into|visit|for|->|→|-)\s?$"
)
_RIGHT_FROM = re.compile(
    r"(?:市|省|那边|这边|出差|旅游|上班|打工|读书|出发|自驾|坐飞机|坐高铁|坐火车|开车|,)*(?:回来|过来|返回|返|回|来|到|去|飞|出发|至|往|转|开车回|→|->|-|\sback|\s?to\s)"
)
_BEEN_THERE = re.compile(r"(?:在|去|到|住在|待在|人在|现在)\s?$")
_RIVER = re.compile(
    r"(?:(?P<to>入|来|返|回|到|进|赴|抵)|(?P<from>离|出))川(?!码|剧|菜|贝|大|西|藏|南|北|东|渝|流)"
)


def roles(text: str, places: Sequence[PlaceMention]) -> Dict[int, str]:
    """Return the role of each place of `text` that has one, by its index in `places`."""
    found: Dict[int, str] = {}
    for index, place in enumerate(places):
        role = _role(text, place)
        if role:
            found[index] = role
    _complete(text, places, found)
    return found


def _role(text: str, place: PlaceMention) -> Optional[str]:
    before = text[: place.start]
    if _LEFT_FROM.search(before):
        return FROM
    leaves = _RIGHT_FROM.match(text, place.end)
    if _LEFT_TO.search(before):
        been = re.match(r"(?:过|了.{0,4}(?:回来|天))", text[place.end : place.end + 8]) or re.match(
            r"(?:市|省)?(?:出差|旅游|玩)?(?:回来|过来|后回|才回)", text[place.end : place.end + 10]
        )
        return FROM if been else TO
    return FROM if leaves else None


def _complete(text: str, places: Sequence[PlaceMention], found: Dict[int, str]) -> None:
    """“我在上海想回成都”: the place stood in before a journey is where it begins."""
    if TO not in found.values() and not river(text):
        return
    if FROM in found.values():
        return
    for index, place in enumerate(places):
        if index not in found and _BEEN_THERE.search(text[: place.start]):
            found[index] = FROM
            return


def river(text: str) -> List[Tuple[int, int, str]]:
    """Return `(start, end, role)` of 川 in 入川, 来川, 离川 …: Sichuan by its short name, but not in 入川码."""
    return [(match.end() - 1, match.end(), TO if match["to"] else FROM) for match in _RIVER.finditer(text)]
