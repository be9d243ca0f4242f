"""Numbers in a text: identity cards, mobile phones and landlines, however spaced, dashed, wide or spelt.

The text is cut into runs of digits with separators between; a run into groups, which are what a person
wrote without a break. A number begins and ends at group borders, so neighbours (“3号 138…”) do not hide
one. One group that holds more digits than a number has is searched inside. Each step looks at a bounded
number of digits: linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from privacy.documents import identity_fault, is_foreign_card
from privacy.finding import Finding
from privacy.folding import fold_numbers
from privacy.kinds import TOKEN, Kind

_RUN: Final = re.compile(r"\d(?:[ ,]{0,8}[\dXx])*")
_TICKET: Final = re.compile(r"JKT[ ,]{0,2}\d{8}[ ,]{0,2}\d{6}(?!\d)", re.IGNORECASE)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_MOBILE_PREFIX: Final = re.compile(r"(?:00?86|86|0)(?=1[3-9])")
_LANDLINE: Final = re.compile(r"(?:0086|86)?0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_DATE_TIME: Final = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}")
_LONGEST: Final = 20
_SHORTEST_RUN: Final = 10
_MOBILE_DIGITS: Final = 11
_ID_DIGITS: Final = 18
_OLD_ID_DIGITS: Final = 15
_CARD_DIGITS: Final = range(14, 20)


@dataclass(frozen=True)
class Run:
    """Digits of one stretch of text.

    Attributes:
        digits: the digits, an X where one stands between or after them.
        places: place in the text of each digit.
        starts: indexes into ``digits`` where groups begin, and the length at the end.
        listed: for each group, whether a list mark (comma, stroke) stands before it.
    """

    digits: str
    places: list[int]
    starts: list[int]
    listed: list[bool]


def number_view(flat: str) -> str:
    """Return the text folded for numbers, with tokens and ticket numbers blanked out; the same length."""
    view = fold_numbers(flat)
    if "#" in flat:
        view = TOKEN.sub(lambda m: "\0" * len(m.group()), view)
    if "JKT" in view or "jkt" in view.lower():
        view = _TICKET.sub(lambda m: "\0" * len(m.group()), view)
    return view


def runs(flat: str, view: str, shortest: int) -> Iterator[Run]:
    """Yield the runs of ``view`` of at least ``shortest`` digits; ``flat`` tells how a digit was written."""
    for match in _RUN.finditer(view):
        if match.end() - match.start() < shortest:
            continue
        places = [i for i in range(match.start(), match.end()) if view[i] not in " ,"]
        if len(places) < shortest:
            continue
        yield _grouped(flat, view, places)


def find_numbers(flat: str, view: str) -> list[Finding]:
    """Find identity card numbers, foreign residents' numbers, mobile phones and landlines."""
    found: list[Finding] = []
    for run in runs(flat, view, _SHORTEST_RUN):
        found.extend(_read(run))
    return found


def is_mobile(digits: str) -> bool:
    """Tell whether eleven digits are a mainland mobile number (1, then 3 to 9)."""
    return _MOBILE.fullmatch(digits) is not None


def is_landline(digits: str) -> bool:
    """Tell whether these digits are a landline with its area code."""
    return _LANDLINE.fullmatch(digits) is not None


def looks_like_time(digits: str) -> bool:
    """Tell whether these digits are a date, perhaps with a time of day, written without marks."""
    return _DATE_TIME.fullmatch(digits) is not None


def _grouped(flat: str, view: str, places: list[int]) -> Run:
    starts, listed = [0], [False]
    for index in range(1, len(places)):
        before, here = places[index - 1], places[index]
        if here == before + 1 and _script(flat[before]) == _script(flat[here]):
            continue
        starts.append(index)
        listed.append("," in view[before + 1 : here])
    starts.append(len(places))
    return Run("".join(view[i] for i in places).upper(), places, starts, listed)


def _script(character: str) -> str:
    return "ascii" if character.isascii() else "other"


def _read(run: Run) -> Iterator[Finding]:
    group = 0
    last = len(run.starts) - 1
    while group < last:
        taken = _aligned(run, group)
        if taken is not None:
            finding, group = taken
            yield finding
            continue
        begin, end = run.starts[group], run.starts[group + 1]
        if end - begin >= _MOBILE_DIGITS:
            yield from _inside(run, begin, end)
        group += 1


def _aligned(run: Run, group: int) -> tuple[Finding, int] | None:
    """Return the best number that begins with ``group`` and ends with a group, and the group after it."""
    begin = run.starts[group]
    best: tuple[int, Finding, int] | None = None
    after = group + 1
    while after < len(run.starts) and run.starts[after] - begin <= _LONGEST:
        end = run.starts[after]
        ends = [end]
        if run.digits[end - 1] == "X":  # a stroke of the keyboard after a number that has no X
            ends.append(end - 1)
        for candidate in ends:
            judged = _judge(run.digits[begin:candidate])
            if judged is not None and _plausible(run, group, after, judged[0]):
                rank, kind, value, valid = judged
                finding = Finding(run.places[begin], run.places[candidate - 1] + 1, kind, value, valid)
                if best is None or rank < best[0]:
                    best = (rank, finding, after)
        after += 1
    return None if best is None else best[1:]


def _judge(digits: str) -> tuple[int, Kind, str, bool] | None:
    """Return rank (small is sure), kind, canonical value and validity of exactly these digits, or None."""
    if len(digits) == _ID_DIGITS and "X" not in digits[:17]:
        return _judge_card(digits)
    if "X" in digits:
        return None
    mobile = _MOBILE_PREFIX.sub("", digits, count=1) if len(digits) > _MOBILE_DIGITS else digits
    if is_mobile(mobile):
        return (1, "PHONE", mobile, True)
    if len(digits) == _OLD_ID_DIGITS and identity_fault(digits) is None:
        return (2, "ID", digits, True)
    return (4, "PHONE", digits, True) if is_landline(digits) else None


def _judge_card(number: str) -> tuple[int, Kind, str, bool] | None:
    """Judge 18 characters: a right number, a wrong one that has a region or a birth date, or None."""
    fault = identity_fault(number)
    if fault is None:
        return (0, "PERMIT" if is_foreign_card(number) else "ID", number, True)
    if fault == "region" and identity_fault("11" + number[2:]) == "birth_date":
        return None
    return (3, "ID", number, False)


def _plausible(run: Run, group: int, after: int, rank: int) -> bool:
    """Tell a number from a list: commas join digits only one by one or in groups of three and more."""
    if rank == 0 or not any(run.listed[group + 1 : after]):
        return True
    sizes = {run.starts[i + 1] - run.starts[i] for i in range(group, after)}
    return sizes == {1} or min(sizes) > 2  # noqa: PLR2004


def _inside(run: Run, begin: int, end: int) -> Iterator[Finding]:
    """Look inside one group that is no number as a whole: several together, or one with digits too many."""
    position = begin
    while position < end:
        card = _card_at(run.digits[position:end], first=position == begin)
        if card is None:
            position += 1
            continue
        yield from _leftover(run, begin, position)
        yield _cut(run, position, position + _ID_DIGITS, card[0], valid=card[1])
        begin = position = position + _ID_DIGITS
    yield from _leftover(run, begin, end)


def _card_at(digits: str, *, first: bool) -> tuple[Kind, bool] | None:
    """Return kind and validity of the card number that ``digits`` begin with; a wrong one only at the very first."""
    if len(digits) < _ID_DIGITS or "X" in digits[: _ID_DIGITS - 1]:
        return None
    judged = _judge_card(digits[:_ID_DIGITS])
    if judged is None or not (judged[3] or (first and len(digits) not in _CARD_DIGITS)):
        return None
    return judged[1], judged[3]


def _leftover(run: Run, begin: int, end: int) -> Iterator[Finding]:
    digits = run.digits[begin:end].rstrip("X")
    end = begin + len(digits)
    if len(digits) < _MOBILE_DIGITS or looks_like_time(digits) or "X" in digits:
        return
    if is_mobile(digits):
        yield _cut(run, begin, end, "PHONE", valid=True)
    elif len(digits) in _CARD_DIGITS:
        yield _cut(run, begin, end, "ID", valid=False)
    elif len(digits) < _CARD_DIGITS.start:
        if _MOBILE.search(digits):
            yield _cut(run, begin, end, "PHONE", valid=False)
    else:
        for match in _MOBILE.finditer(digits):
            yield _cut(run, begin + match.start(), begin + match.end(), "PHONE", valid=True)


def _cut(run: Run, begin: int, end: int, kind: Kind, *, valid: bool) -> Finding:
    return Finding(run.places[begin], run.places[end - 1] + 1, kind, run.digits[begin:end], valid)
