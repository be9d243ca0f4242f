"""Whether one place of a risk list covers what is asked of it: yes, no, or not decidable from the question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from backend.places.risk_query import Asked
from backend.places.risk_text import Pattern, Place


class Cover(Enum):
    """`PARTLY`: the question names less than the list does (no building, no unit), or the list leaves it open."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"


@dataclass(frozen=True)
class Judgement:
    """Whether a place covers the question, and how: whole, list, range, shop_front, remainder or street_number."""

    cover: Cover
    how: str = "whole"


def judge(  # noqa: PLR0911 - one return a rule
    place: Place, asked: Asked, question: str, *, by_street: bool
) -> Judgement:
    """Judge one place against one question.

    Args:
        place: a place of the list whose name or street stands in the question.
        asked: what follows that name.
        question: the whole folded question, for named exceptions.
        by_street: the place was found by its street, so its house number must agree.
    """
    if by_street and not street_agrees(place, asked):
        return Judgement(Cover.NO if asked.street_numbers else Cover.PARTLY)
    if any(name in question for name in place.except_names):
        return Judgement(Cover.NO)
    part = _parts(place, asked, by_street=by_street)
    if part.cover is Cover.NO:
        return part
    out = [_pattern(pattern, asked, by_street=by_street) for pattern in place.excepts]
    if Cover.YES in out:
        return Judgement(Cover.NO)
    if Cover.PARTLY in out or (place.enclosed and part.how == "whole"):
        return Judgement(Cover.PARTLY)
    if asked.shops or place.only_shops:
        return _shops(place, asked, part)
    if part.cover is Cover.YES and part.how == "whole" and by_street:
        return Judgement(Cover.YES, "street_number")
    if part.cover is Cover.YES and (place.excepts or place.except_names or place.remainder):
        return Judgement(Cover.YES, "remainder")
    return part


def street_agrees(place: Place, asked: Asked) -> bool:
    """Whether the house number asked is one of the place's."""
    return any(numbers.values & asked.street_numbers for numbers in place.streets.values())


def _parts(place: Place, asked: Asked, *, by_street: bool) -> Judgement:
    """The best judgement over the parts that the list names; no parts mean all of the place."""
    if not place.parts:
        return Judgement(Cover.YES, "whole")
    judged = [(_pattern(pattern, asked, by_street=by_street), pattern) for pattern in place.parts]
    for cover, pattern in judged:
        if cover is Cover.YES:
            return Judgement(Cover.YES, _how(pattern, asked))
    if any(cover is Cover.PARTLY for cover, _ in judged):
        return Judgement(Cover.PARTLY)
    return Judgement(Cover.NO)


def _pattern(pattern: Pattern, asked: Asked, *, by_street: bool) -> Cover:
    """One part is covered when every number it names is asked for.

    Found by its street, an estate's own house number (荆竹小区五号院) need not be said beside the building.
    """
    cover = Cover.YES
    for kind, numbers in pattern.items():
        if by_street and kind == "house" and "building" in pattern and kind not in asked.numbers:
            continue
        wanted = asked.numbers.get(kind)
        if wanted is None:
            cover = Cover.PARTLY
        elif not any(value in numbers for value in wanted):
            return Cover.NO
    return cover


def _how(pattern: Pattern, asked: Asked) -> str:
    ranged = any(
        value in numbers.ranged for kind, numbers in pattern.items() for value in asked.numbers.get(kind, ())
    )
    return "range" if ranged else "list"


def _shops(place: Place, asked: Asked, part: Judgement) -> Judgement:
    """Shop fronts are covered only where the list writes about them; silence leaves the question open.

    Asked of the estate as a whole (锦东庭园底商), an entry that is silent about shop fronts says nothing.
    """
    if not asked.shops:
        return Judgement(Cover.PARTLY)
    buildings = asked.numbers.get("building", frozenset())
    if place.shops is None and place.parts and not asked.numbers:
        return Judgement(Cover.NO)
    named = place.shops is not None and (not place.shops or bool(buildings & place.shops))
    if named and (part.cover is Cover.YES or not buildings):
        return Judgement(Cover.YES, "shop_front")
    return Judgement(Cover.PARTLY)
