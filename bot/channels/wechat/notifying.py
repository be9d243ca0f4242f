"""How a person in WeChat is told of something they asked to be told of: by a subscribed notice, or within the quota."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

from bot.channels.wechat import pushes as p
from bot.channels.wechat.cards import Cards
from bot.channels.wechat.consents import TemplateConsents
from bot.channels.wechat.errors import CallFailed, NotSent, Outcome, Refused
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.people import People, Person
from bot.channels.wechat.quota_store import QuotaStore
from bot.channels.wechat.voice import Voice
from bot.notices.ledger import Receipt
from bot.notices.ways import Attempt, Letter, Verdict, Way, Ways

#: Worth another try a little later.
_PASSING: Final = frozenset({Outcome.BUSY, Outcome.SLOW_DOWN, Outcome.TOKEN})
#: Errcode of a limit that ends with the day: no try of today would pass.
_FOR_TODAY: Final = 45009


class Notifier:
    """Tells notices on all accounts, and keeps what WeChat says of consents and receipts."""

    def __init__(
        self,
        lines: Lines,
        people: People,
        consents: TemplateConsents,
        quotas: QuotaStore,
        voice: Voice,
        *,
        cards: Cards,
    ) -> None:
        """Take the accounts, who is who, who agreed to what, what may be sent, how it is said, and the cards."""
        self._lines = lines
        self._people = people
        self._consents = consents
        self._quotas = quotas
        self._voice = voice
        self._cards = cards

    @property
    def ways(self) -> Ways:
        """The ways of this channel, in the order in which they are tried."""
        return {Way.SUBSCRIPTION: self.by_subscription, Way.SERVICE: self.by_service}

    async def by_subscription(self, letter: Letter) -> Attempt:
        """Tell by the notice the person subscribed to, where there is a template and WeChat knows of a consent."""
        conversation_id = letter.notice.to.conversation_id
        person, line = await self._reached(conversation_id)
        template = line.account.templates.by_kind.get(letter.kind) if line else None
        if person is None or line is None or template is None:
            return Attempt(Verdict.REFUSED, "not_configured" if line else "nobody")
        template_id = template.template_id
        if not await asyncio.to_thread(self._consents.holds, conversation_id, template_id):
            return Attempt(Verdict.REFUSED, "no_consent")
        asked_at = self._consents.now()
        to = letter.notice.to
        values = template.values(letter.at, to.language, own=to.relation is None)
        page = self._voice.page_of_notice(line.account, template.page)
        try:
            message_id = await line.client.send_subscribed(person.openid, template_id, values, page)
        except CallFailed as failure:
            if isinstance(failure, Refused) and failure.outcome is Outcome.NO_CONSENT:
                await asyncio.to_thread(self._consents.lost, conversation_id, template_id, asked_at)
            return _failed(failure)
        return Attempt(Verdict.ACCEPTED, message_id=message_id)

    async def by_service(self, letter: Letter) -> Attempt:
        """Tell in the conversation, when WeChat lets us send something there."""
        conversation_id = letter.notice.to.conversation_id
        person, line = await self._reached(conversation_id)
        if person is None or line is None:
            return Attempt(Verdict.REFUSED, "nobody")
        if not line.can_send:
            return Attempt(Verdict.REFUSED, "not_allowed")
        if not await asyncio.to_thread(self._quotas.take, conversation_id):
            return Attempt(Verdict.REFUSED, "no_quota")
        composed = await asyncio.to_thread(self._voice.composed, [letter.message], with_pictures=False)
        said = await asyncio.to_thread(self._voice.as_service_message, line, conversation_id, composed)
        try:
            await line.client.send(person.openid, said)
        except CallFailed as failure:
            await asyncio.to_thread(self._learn, line, conversation_id, failure)
            return _failed(failure)
        await self._cards.follow(line, conversation_id, person, [letter.message])
        return Attempt(Verdict.TOLD)

    def note(self, line: Line, conversation_id: str, push: p.ConsentChanged) -> None:
        """Keep what a person chose, for the templates of this account; the time is WeChat's."""
        known = {template.template_id for template in line.account.templates.by_kind.values()}
        for choice in push.choices:
            if choice.template_id in known:
                self._consents.note(conversation_id, choice, push.created)

    async def _reached(self, conversation_id: str) -> tuple[Person | None, Line | None]:
        person = await asyncio.to_thread(self._people.find, conversation_id)
        return person, self._lines.get(person.account) if person else None

    def _learn(self, line: Line, conversation_id: str, failure: CallFailed) -> None:
        """Note what a failed call says of quota and account; what was surely not sent is given back."""
        if isinstance(failure, Refused) and failure.outcome in (Outcome.NO_QUOTA, Outcome.NO_WINDOW):
            self._quotas.exhaust(conversation_id)
        elif isinstance(failure, Refused | NotSent):
            self._quotas.give_back(conversation_id)
        if isinstance(failure, Refused) and failure.outcome is Outcome.NOT_ALLOWED:
            line.lose_service()


def receipts(line: Line, conversation_id: str, push: p.NoticesSent | p.NoticeDelivered) -> Iterator[Receipt]:
    """Yield what a push says of notices; receipts that name nothing are left out."""
    kinds = {t.template_id: kind for kind, t in line.account.templates.by_kind.items()}
    for one in _entries(push):
        if one.message_id:
            kind = kinds.get(one.template_id, "")
            yield Receipt(conversation_id, one.message_id, kind, one.reason)


def _entries(push: p.NoticesSent | p.NoticeDelivered) -> tuple[p.TemplateSent, ...]:
    if isinstance(push, p.NoticesSent):
        return push.receipts
    return (p.TemplateSent("", push.message_id, push.reason),)


def _failed(failure: CallFailed) -> Attempt:
    """What follows from a call that failed."""
    if not isinstance(failure, Refused):
        if isinstance(failure, NotSent):
            return Attempt(Verdict.LATER, "not_sent")
        return Attempt(Verdict.UNKNOWN, "no_answer")
    passing = failure.outcome in _PASSING and failure.errcode != _FOR_TODAY
    return Attempt(Verdict.LATER if passing else Verdict.REFUSED, str(failure.errcode))
