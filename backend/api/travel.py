"""What applies to a journey, by the dated travel rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.clock import CHINA
from backend.problems import InvalidInput
from backend.serving import Scope, read
from backend.travel.journey import Findings, Journey, applicable
from backend.travel.rulebook import TravelRule, load_rules
from backend.travel.stays import Judgement, Stayed, Verdict, judge

bp = Blueprint("travel")
_MEASURE_FIELDS = (
    "hours",
    "count",
    "days",
    "interval_hours",
    "kind",
    "count_from",
    "places",
    "until_test",
    "untested_days",
    "swab",
)


@bp.get("/v1/travel-rules")
async def travel(request: Request) -> HTTPResponse:
    """Answer with the rules for a journey, and with what would have to be known to say more."""
    return await read(request, _answer)


def _answer(scope: Scope) -> dict[str, Any]:
    query = scope.query
    journey = Journey(
        on=_day(query["day"]) or scope.now.astimezone(CHINA).date(),
        origin=query["origin"],
        destination=query["destination"],
        stay=query["stay"],
        left=_day(query["left"]),
    )
    rules = load_rules()
    stays = _stays(query["stays"])
    if stays and (journey.stay or journey.left):
        raise InvalidInput(("stays", "stands in the place of stay and left"))
    judged = judge(rules, journey, stays) if stays else None
    found = applicable(rules, journey) if judged is None else _together(judged)
    return {
        "day": journey.on.isoformat(),
        "direction": journey.direction,
        "items": [_show(rule) for rule in found.rules],
        "asks": list(found.asks),
        "stays": [_show_verdict(verdict) for verdict in (judged.verdicts if judged else ())],
        "silent": found.silent,
        "too_old": found.too_old,
        "look_back_days": _look_back(rules, journey, found),
        "as_of": scope.now.isoformat(),
    }


def _stays(text: str | None) -> list[Stayed]:
    """Read `high@310000~2022-08-30,medium`; the contract has seen to its form."""
    stays = []
    for part in (text or "").split(",") if text else ():
        rest, _, left = part.partition("~")
        stay, _, origin = rest.partition("@")
        try:
            day = date.fromisoformat(left) if left else None
        except ValueError as error:
            raise InvalidInput(("stays", "a day that is not in the calendar")) from error
        stays.append(Stayed(stay, origin or None, day))  # type: ignore[arg-type]
    return stays


def _together(judged: Judgement) -> Findings:
    """One answer of several: the deciding stay's rules first, then the others', then those for everybody."""
    verdicts = sorted(judged.verdicts, key=lambda verdict: not verdict.decides)
    told = [*(rule for verdict in verdicts for rule in verdict.rules), *judged.common]
    return Findings(
        tuple({rule.id: rule for rule in told}.values()),
        too_old=all(verdict.too_old for verdict in verdicts),
        silent=all(verdict.silent for verdict in verdicts),
    )


def _show_verdict(verdict: Verdict) -> dict[str, Any]:
    stayed = verdict.stayed
    return {
        "stay": stayed.stay,
        "origin": stayed.origin,
        "left": stayed.left.isoformat() if stayed.left else None,
        "rule_ids": [rule.id for rule in verdict.rules],
        "too_old": verdict.too_old,
        "silent": verdict.silent,
        "decides": verdict.decides,
    }


def _look_back(rules: Iterable[TravelRule], journey: Journey, found: Findings) -> int | None:
    """How far back stays count that day, where the rules that ask about them say so."""
    days = [
        rule.look_back_days
        for rule in rules
        if rule.look_back_days
        and rule.holds_on(journey.on)
        and (found.asks or rule in found.rules or found.too_old)
    ]
    return max(days, default=None)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _show(rule: TravelRule) -> dict[str, Any]:
    return {
        "rule_id": rule.id,
        "stay": list(rule.stay),
        "origin": list(rule.origin),
        "origin_partly": rule.origin_partly,
        "destination": list(rule.destination),
        "look_back_days": rule.look_back_days,
        "requires": [_measure(measure) for measure in rule.requires],
        "colour": [{"colour": c["colour"], "when": c["when"], "hours": c.get("hours")} for c in rule.colour],
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat(),
        "source": rule.source.name,
        "url": rule.source.url,
        "source_date": rule.source.date.isoformat() if rule.source.date else None,
        "trust": rule.source.trust,
        "assumed": list(rule.assumed),
    }


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    """A measure with all fields of the contract; the stretches of a closed loop are a list of their own."""
    days = measure.get("days")
    shown: dict[str, Any] = dict.fromkeys(_MEASURE_FIELDS)
    shown |= {name: [] for name in ("stretches", "on_days", "papers")}
    shown |= dict.fromkeys(("advised", "double", "first_frees", "otherwise"), False)
    shown |= measure
    return shown | ({"days": None, "stretches": days} if isinstance(days, list) else {})
