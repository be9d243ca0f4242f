"""WeChat's requests to one address: who is believed, what is answered. HTTP stands around it (``http``)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channels.wechat.envelope import Opened
from bot.channels.wechat.errors import BadBody, BadPush
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.parsing import parse
from bot.channels.wechat.pushes import Push
from bot.channels.wechat.reading import LARGEST_BODY
from bot.channels.wechat.replies import NOTHING, text_reply
from bot.channels.wechat.turns import Turns

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP.

    Attributes:
        body, status: of the response.
        name: of the push, when its answer is in the body: told to :meth:`Gateway.sent` once it has gone out.
    """

    body: str
    status: int = 200
    name: str | None = None


_REFUSED = Answer("", 403)
_UNKNOWN = Answer("", 404)


class Gateway:
    """All accounts' requests."""

    def __init__(self, lines: Lines, turns: Turns, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives unix seconds."""
        self._lines = lines
        self._turns = turns
        self._clock = clock

    def verify(self, account: str, query: Mapping[str, str]) -> Answer:
        """Answer WeChat's question whether this address is ours (GET): with its ``echostr``, as it is."""
        line = self._lines.get(account)
        if line is None:
            return _UNKNOWN
        try:
            line.account.door.check_url(query, self._clock())
        except BadPush:
            return _REFUSED
        return Answer(query.get("echostr", ""))

    async def receive(self, account: str, query: Mapping[str, str], body: bytes) -> Answer:
        """Answer a push (POST).

        What is not signed and sealed as this account's WeChat does it is refused. What is, but cannot be read, is
        answered with ``success``: a fault would be shown to the person, and the same would come twice more.
        """
        line = self._lines.get(account)
        if line is None:
            return _UNKNOWN
        try:
            opened, push = _read(line, query, body, self._clock())
        except BadBody as error:
            logger.warning("a push of %s cannot be read: %s", account, error)
            return Answer(NOTHING)
        except BadPush as error:
            logger.warning("a push to %s was refused: %s", account, error)
            return _REFUSED
        text, name = await self._turns.take(line, push, opened.fields)
        if text is None:
            return Answer(NOTHING)
        now = self._clock()
        return Answer(line.account.door.wrap(text_reply(push, text, now), opened, now), name=name)

    async def sent(self, answer: Answer) -> None:
        """Note that an answer has gone out."""
        if answer.name is not None:
            await asyncio.shield(asyncio.ensure_future(self._turns.sent(answer.name)))


def _read(line: Line, query: Mapping[str, str], body: bytes, now: float) -> tuple[Opened, Push]:
    if len(body) > LARGEST_BODY:
        raise BadPush(f"more than {LARGEST_BODY} bytes")
    opened = line.account.door.open(query, body, now)
    push = parse(opened.fields)
    if push.to != line.account.original_id:
        raise BadPush("meant for another account")
    return opened, push
