"""Events that a province's systems report, from the wire to the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from backend.codes import area_key, colour_of, record_event, record_test
from backend.codes.stored import KINDS, PARTICULARS
from backend.colour import InvalidEvent
from backend.colour.events import PROVINCE, VOCABULARY, Event
from backend.contract import parse_moment
from backend.importers.risk_areas import text_key
from backend.models import Document, TestResult
from backend.problems import Conflict, ForbiddenPerson, InvalidInput, NotFound
from backend.registry.folding import fold_document
from backend.registry.people import written
from backend.serving import Scope

CLIENT = "province"
_COMMON = frozenset({"id", "kind", "at", "region", "place"})
_TEST = frozenset({"result", "reported_at", "institution"})
_READ: Mapping[str, Callable[[Any], Any]] = {
    "left_at": parse_moment,
    "arrived_at": parse_moment,
    "area": lambda area: area_key(area["division_code"], text_key(area["text"])),
}


def accept_event(scope: Scope) -> dict[str, Any]:
    """Append the event of the request and return what the code is then.

    The event counts from now: nobody can have acted on it before the platform knew it.

    Raises:
        ForbiddenPerson: not one of the province's systems.
        NotFound: nobody has this document.
        InvalidInput: the kind of event does not have what was sent, or lacks something.
        Conflict: a test of that id belongs to somebody else.
    """
    if scope.client_id != CLIENT:
        raise ForbiddenPerson("only the province's systems report events")
    body = scope.body
    person_id = scope.session.execute(
        select(Document.person_id).where(
            Document.type == body["document_type"],
            Document.number == fold_document(body["document_number"]),
        )
    ).scalar_one_or_none()
    if person_id is None:
        raise NotFound("nobody has this document")
    told = body["event"]
    if told["kind"] == "test":
        derivation = record_test(scope.session, person_id, _test(scope, person_id, told), scope.now)
    else:
        derivation = record_event(scope.session, person_id, _event(told, scope.now), scope.now)
    return {
        "event_id": told["id"],
        "person_id": person_id,
        "colour": colour_of(scope.session, person_id),
        "changes_at": written(derivation.changes_at),
    }


def _event(told: Mapping[str, Any], now: datetime) -> Event:
    kind = told["kind"]
    known = {"area" if name == "area_id" else name: name for name in PARTICULARS[kind]}
    _refuse_others(told, _COMMON | known.keys())
    missing = {name for name in VOCABULARY.get(kind, {}) if name in known} - told.keys()
    facts = {known[name]: _READ.get(name, _as_it_is)(told[name]) for name in known if name in told}
    try:
        return KINDS[kind](
            id=told["id"],
            at=parse_moment(told["at"]),
            known_at=now,
            region=told.get("region", PROVINCE),
            place=told.get("place"),
            **facts,
        )
    except InvalidEvent as error:
        raise InvalidInput(("event", str(error))) from error
    except TypeError as error:
        raise InvalidInput(
            ("event", f"a {kind} needs more: {', '.join(sorted(missing or known))}")
        ) from error


def _test(scope: Scope, person_id: str, told: Mapping[str, Any]) -> TestResult:
    _refuse_others(told, (_COMMON - {"region", "place"}) | _TEST)
    result, reported = told.get("result", "pending"), told.get("reported_at")
    if (result == "pending") != (reported is None):
        raise InvalidInput(("event.reported_at", "goes with a result, and only with one"))
    stored = scope.session.get(TestResult, told["id"])
    if stored is not None and stored.person_id != person_id:
        raise Conflict("a test of this id belongs to somebody else")
    return TestResult(
        test_id=told["id"],
        kind="nucleic",
        result=result,
        sampled_at=parse_moment(told["at"]),
        reported_at=None if reported is None else parse_moment(reported),
        known_at=scope.now if stored is None else stored.known_at,
        institution=told.get("institution", "未注明机构"),
    )


def _refuse_others(told: Mapping[str, Any], names: frozenset[str] | set[str]) -> None:
    wrong = sorted(told.keys() - names)
    if wrong:
        raise InvalidInput(*((f"event.{name}", f"a {told['kind']} has no {name}") for name in wrong))


def _as_it_is(value: Any) -> Any:
    return value
