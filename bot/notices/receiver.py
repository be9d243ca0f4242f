"""``POST /platform/events``: takes an event for good, then says so."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.exc import SQLAlchemyError

from bot.notices.routing import one_each
from bot.notices.signed import signed_nonce
from bot.notices.store import Notice, NoticeStore, Replayed
from bot.notices.wording import CHINA, Matter, Wording
from privacy.joins import Joins
from privacy.notices import THIS_CONVERSATION, Subscription, Subscriptions

logger = logging.getLogger(__name__)

PATH = "/platform/events"


@dataclass(frozen=True)
class Receiver:
    """Turns events into notices.

    Attributes:
        secret: the secret ``events_bot``, shared with the platform.
        store: where notices wait.
        subscriptions: who asked for what.
        wording: which event is told how and when.
        joins: which conversation is told of what another one asked for.
        clock: unix seconds.
    """

    secret: bytes
    store: NoticeStore
    subscriptions: Subscriptions
    wording: Wording
    joins: Joins
    clock: Callable[[], float] = time.time

    def admit(self, headers: dict[str, str], path: str, body: bytes) -> bool:
        """Tell whether the request was signed by the platform and comes for the first time."""
        now = self.clock()
        nonce = signed_nonce(self.secret, headers, path, body, now)
        if nonce is None:
            return False
        try:
            self.store.take_nonce(nonce, now)
        except Replayed:
            return False
        return True

    def take(self, event: dict[str, Any], platform_now: datetime | None) -> bool:
        """Store an event with its notices; False when it was stored before.

        Raises:
            KeyError, ValueError, TypeError: it is not the event of the contract.
        """
        event_id, kind = str(event["event_id"]), str(event["kind"])
        if kind == "family.link_ended":
            self.subscriptions.unlink(str(event["data"]["owner_id"]), str(event["person_id"]))
        now = self.clock()
        local = platform_now or datetime.fromtimestamp(now, CHINA)
        return self.store.receive(event_id, self._notices(event, kind, now, local.astimezone(CHINA)), now)

    def _notices(self, event: dict[str, Any], kind: str, now: float, local: datetime) -> list[Notice]:
        announcement = self.wording.events.get(kind)
        if announcement is None:
            return []
        due_at = now + self.wording.held_back(kind, local).total_seconds()
        until = now + announcement.lifetime.total_seconds()
        matter = _matter(event, now, local)
        return [
            Notice(str(event["event_id"]), kind, line, matter, due_at, until)
            for line in one_each(self.joins, self._wanting(event, announcement.kind))
        ]

    def _wanting(self, event: dict[str, Any], kind: str) -> list[Subscription]:
        conversation = event["data"].get("conversation_id")
        if conversation is not None:  # about a request made in that conversation, whoever made it
            mine = self.subscriptions.of_conversation(str(conversation))
            return [line for line in mine if line.kind == kind and line.about == THIS_CONVERSATION]
        if event["person_id"] is None:
            return []
        return self.subscriptions.wanting(kind, str(event["person_id"]), set(event["audience"]))


def _matter(event: dict[str, Any], now: float, local: datetime) -> Matter:
    """What the event's data say; the moment it warns of is placed on this machine's clock."""
    data, ends = event["data"], event["data"].get("valid_until")
    said: dict[str, Any] = {"occurred": str(event["occurred_at"]), "ahead": local.timestamp() - now}
    datetime.fromisoformat(said["occurred"])
    if ends is None:
        return Matter(data.get("number"), **said)
    at = datetime.fromisoformat(str(ends)).astimezone(CHINA)
    return Matter(data.get("number"), at.isoformat(), now + (at - local).total_seconds(), **said)


def event_routes(receiver: Receiver, wake: Callable[[], None]) -> Blueprint:
    """Return the route; ``wake`` is called when there is something new to tell."""
    routes = Blueprint("platform_events")

    @routes.post(PATH, name="receive")
    async def receive(request: Request) -> HTTPResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.raw_url.decode("latin-1")
        try:
            if not await asyncio.to_thread(receiver.admit, headers, path, request.body):
                return json_response({"status": "refused"}, status=401)
            event = json.loads(request.body)
            given = headers.get("x-platform-time")
            platform_now = datetime.fromisoformat(given) if given else None
            fresh = await asyncio.to_thread(receiver.take, event, platform_now)
        except (KeyError, ValueError, TypeError, AttributeError):
            return json_response({"status": "not an event"}, status=422)
        except SQLAlchemyError as error:
            logger.warning("an event could not be stored: %s", type(error).__name__)
            return json_response({"status": "later"}, status=503)
        if not fresh:
            return json_response({"status": "known"}, status=409)
        wake()
        return json_response({"status": "stored"})

    return routes
