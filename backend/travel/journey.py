"""What applies to a journey on a day: a pure function of the rules and of what is known about the journey.

Something that is not known stays open: rules that hang on it are not guessed at, but named as the one question whose
answer would change the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from backend.travel.rulebook import STAYS, Stay, TravelRule

Direction = Literal["in", "out", "within"]
ABROAD = "abroad"
_SICHUAN = "51"
#: Stays nobody is asked about: they show in where somebody comes from, or in the person's code.
_NOT_ASKED: frozenset[Stay] = frozenset({"abroad", "yellow_code", "red_code"})


@dataclass(frozen=True)
class Journey:
    """A journey as far as it is known.

    Attributes:
        on: the day of arrival (of setting out, when leaving Sichuan).
        origin: division code of where it begins, `abroad`, or None.
        destination: division code of where it ends, or None.
        stay: what the place was where the person stayed (its risk level on the list, or none).
        left: the day the person left that place.
    """

    on: date
    origin: str | None = None
    destination: str | None = None
    stay: Stay | None = None
    left: date | None = None

    @property
    def direction(self) -> Direction | None:
        """Into Sichuan, out of it or within it; None when both ends lie outside."""
        begins, ends = _in_sichuan(self.origin), _in_sichuan(self.destination)
        if begins and ends:
            return "within"
        if begins:
            return "out"
        return "in" if ends or self.destination is None else None


@dataclass(frozen=True)
class Findings:
    """What applies.

    Attributes:
        rules: that hold for the journey whatever is still open, those for everybody last.
        asks: stays to choose from, when the answer depends on where the person stayed; else empty.
        too_old: the stay lies further back than its rule looks.
        silent: a stay is known, and no rule in force speaks of it.
    """

    rules: tuple[TravelRule, ...]
    asks: tuple[Stay, ...] = ()
    too_old: bool = False
    silent: bool = False


def applicable(rules: Iterable[TravelRule], journey: Journey) -> Findings:
    """Return what applies to `journey`, and what would have to be known to say more."""
    near = [rule for rule in rules if rule.holds_on(journey.on) and _on_the_way(rule, journey)]
    stay = journey.stay or ("abroad" if journey.origin == ABROAD else None)
    if stay is None:
        told = [rule for rule in near if not rule.stay]
        open_ = [rule for rule in near if rule.stay]
        return Findings(_ordered(_without_replaced(told)), _asked(open_))
    fitting = [rule for rule in near if not rule.stay or stay in rule.stay]
    old = [rule for rule in fitting if _too_old(rule, journey)]
    told = _without_replaced([rule for rule in fitting if rule not in old])
    speaks = any(rule.stay for rule in told)
    return Findings(_ordered(told), (), bool(old), not speaks and not old)


def _on_the_way(rule: TravelRule, journey: Journey) -> bool:
    if journey.direction not in rule.direction:
        return False
    if rule.destination and not _covered(rule.destination, journey.destination):
        return False
    return not rule.origin or _covered(rule.origin, journey.origin)


def _covered(regions: Sequence[str], code: str | None) -> bool:
    return code is not None and any(code.lstrip("F").startswith(_prefix(region)) for region in regions)


def _prefix(region: str) -> str:
    """The digits every place inside a region begins with: 510000 → 51, 510100 → 5101, 469006 → 469006."""
    return region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region


def _too_old(rule: TravelRule, journey: Journey) -> bool:
    """Whether the person left the place more days ago than the rule looks back."""
    if not rule.stay or rule.look_back_days is None or journey.left is None:
        return False
    return journey.on - journey.left > timedelta(days=rule.look_back_days)


def _asked(rules: Iterable[TravelRule]) -> tuple[Stay, ...]:
    """Every stay the rules tell apart, in the order of the rules' vocabulary."""
    named = {stay for rule in rules for stay in rule.stay} - _NOT_ASKED
    return tuple(stay for stay in STAYS if stay in named)


def _without_replaced(rules: Sequence[TravelRule]) -> list[TravelRule]:
    displaced = {other for rule in rules for other in rule.replaces}
    return [rule for rule in rules if rule.id not in displaced]


def _ordered(rules: Iterable[TravelRule]) -> tuple[TravelRule, ...]:
    """What hangs on the stay first, then what hangs on the place, then what holds for everybody."""
    return tuple(
        sorted(rules, key=lambda r: (not r.stay, not (r.origin or r.destination), r.valid_from, r.id))
    )


def _in_sichuan(code: str | None) -> bool:
    return code is not None and code.lstrip("F").startswith(_SICHUAN)
