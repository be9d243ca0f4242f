"""The invented work orders of `orders.yml`: begun before the demonstration's first moment, and worked on until then.

Every step is taken by the order machine itself with the step's own moment as its clock, so that numbers, limits,
lights, history and events are what they would have been; in between the platform's clock notes what becomes late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import CHINA
from backend.contract import load_contract
from backend.models import ServiceRequest
from backend.orders.escalating import look
from backend.orders.handling import carry_out, wish
from backend.orders.opening import DESK, accept_request
from backend.problems import InvalidInput, Problem
from backend.serving import Platform, Scope

#: Begins the id of each conversation that such an order belongs to.
MARK: Final = "demo-case-"
_ORDERS: Final = "/v1/service-requests"
#: The platform's clock looks for late orders this often.
_TICK: Final = timedelta(seconds=1)


class OrderStoryError(Exception):
    """`orders.yml` cannot be loaded; the message names the order, the moment and what is wrong."""


@dataclass(frozen=True)
class Move:
    """One thing that happens to an order.

    Attributes:
        at: when.
        key: the order's name in the file.
        path: of the operation that does it, as the contract names it.
        body: what that operation is sent; `into` is another order's name.
    """

    at: datetime
    key: str
    path: str
    body: Mapping[str, Any]


def load_orders(platform: Platform, session: Session, path: Path, now: datetime) -> int:
    """Play every order of the file up to `now`, unless they were loaded before; return how many are new.

    Raises:
        OrderStoryError: when a story does not fit the contract, or the order machine refuses a step.
    """
    loaded = select(ServiceRequest.number).where(ServiceRequest.conversation_id.startswith(MARK))
    if session.execute(loaded.limit(1)).first() is not None:
        return 0
    stage = _Stage(platform, session)
    for move in sorted(moves_of(path), key=lambda move: move.at):
        stage.wait_until(move.at)
        try:
            stage.play(move)
        except Problem as problem:
            raise OrderStoryError(f"{move.key}, {move.at}: {problem.detail}") from problem
    stage.wait_until(now)
    return len(stage.orders)


def moves_of(path: Path) -> Iterator[Move]:
    """Read the file: what happens, order by order."""
    for key, story in yaml.safe_load(path.read_text(encoding="utf-8"))["orders"].items():
        request = {**story["request"], "conversation_id": f"{MARK}{key}"}
        yield Move(_moment(story["at"]), key, _ORDERS, request)
        for step in story["steps"]:
            body = {name: value for name, value in step.items() if name != "at"}
            what = "steps" if "action" in body else "wishes"
            yield Move(_moment(step["at"]), key, f"{_ORDERS}/<number>/{what}", body)


def _moment(value: datetime) -> datetime:
    return value.astimezone(CHINA)


class _Stage:
    """The orders that have begun, and the transaction in which they go on.

    Attributes:
        orders: by their names in the file.
    """

    def __init__(self, platform: Platform, session: Session) -> None:
        self._platform = platform
        self._session = session
        self._fetch_codes: dict[str, str] = {}
        self.orders: dict[str, ServiceRequest] = {}

    def wait_until(self, moment: datetime) -> None:
        """Note what becomes late until then, each at its time."""
        for order in self.orders.values():
            while order.look_at is not None and order.look_at + _TICK <= moment:
                look(order, order.look_at + _TICK)

    def play(self, move: Move) -> None:
        """Let the order machine do it.

        Raises:
            Problem: the contract or the machine refuses it.
        """
        if move.path == _ORDERS:
            made = accept_request(self._scope(move, move.body))
            self._fetch_codes[move.key] = made["fetch_code"]
            self.orders[move.key] = self._session.get(ServiceRequest, made["number"])
            return
        order = self.orders[move.key]
        if "wish" in move.body:
            wish(self._scope(move, {**move.body, "fetch_code": self._fetch_codes[move.key]}), order.number)
        else:
            carry_out(self._scope(move, {**move.body, **self._named(move, order)}), order.number)

    def _named(self, move: Move, order: ServiceRequest) -> dict[str, Any]:
        """What the file cannot know: the version last seen, and the number of another order."""
        into = move.body.get("into")
        if into is not None and into not in self.orders:
            raise InvalidInput(("into", "has not begun yet"))
        return {"version": order.version} | ({"into": self.orders[into].number} if into else {})

    def _scope(self, move: Move, body: Mapping[str, Any]) -> Scope:
        load_contract().operations["POST", move.path].check_body(body)
        return Scope(self._session, move.at, DESK, {}, body, None, self._platform)
