"""WeChat as one of Rasa's channels, and everything of it that runs in a process."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.wechat import http
from bot.channels.wechat.accounts import Account
from bot.channels.wechat.cards import Cards, LastCards
from bot.channels.wechat.choices import Choices
from bot.channels.wechat.client import Paths, WeChatClient
from bot.channels.wechat.consents import TemplateConsents
from bot.channels.wechat.entering import Entrance, Entrances
from bot.channels.wechat.gateway import Gateway
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.leaving import Leaving
from bot.channels.wechat.line import Line
from bot.channels.wechat.meaning import Interpreter
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.mini_login import MiniLogin
from bot.channels.wechat.notifying import Notifier
from bot.channels.wechat.oauth import SignIn
from bot.channels.wechat.outbox import Outbox
from bot.channels.wechat.pages import Pages
from bot.channels.wechat.people import People
from bot.channels.wechat.postman import Postman
from bot.channels.wechat.quota_store import QuotaStore
from bot.channels.wechat.scanning import Scans
from bot.channels.wechat.settings import AUTHORIZE_URL
from bot.channels.wechat.sns import LoginCodes
from bot.channels.wechat.thumbs import Thumbs, ThumbStore
from bot.channels.wechat.tokens import Tokens, TokenStore
from bot.channels.wechat.turns import Door, Heard, Sleep, Stores, Turns
from bot.channels.wechat.voice import Voice
from bot.channels.wechat.wire import Limits, Wire
from bot.identity.passing import Passing
from bot.identity.tickets import Tickets
from bot.message import OutboundMessage
from bot.pictures import Pictures
from bot.signing import PayloadSigner
from bot.voice import Deaf, SpeechRecogniser
from privacy.erasure import Erasures
from privacy.media import MediaStore

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[Any], Awaitable[Any]]
_DRAIN_SECONDS: Final = 10.0
_PURGE_SECONDS: Final = 600.0
#: Seconds that who speaks waits to hear whether WeChat has taken it; less than the desk waits for an answer.
_SPEAKS_WITHIN: Final = 3.0


@dataclass(frozen=True)
class WeChatParts:
    """What the process gives to the channel.

    Attributes:
        door: makes the door to the assistant from Rasa's handler (``Footing.inbound``).
        engine: of the bot's database.
        key: 32 bytes under which pushes, answers and tokens lie sealed (``SecretStore.get("wechat")``).
        people: who is who.
        signer, pictures, media, erasures: of the process.
        menu: the menu of the accounts.
        says: the channel's own sentences.
        accounts: the accounts.
        base_url: WeChat's interfaces.
        public_url: below which people reach the bot's pages.
        patience: seconds WeChat is kept waiting for an answer.
        recogniser: makes words of speech.
        heard: takes receipts of notices.
        farewell: ends what goes on in a conversation whose person has left: notices, a chat with the hotline.
        tickets, passing: identities on their way (``bot/identity``).
        entrances: pages of the mini-program people come from.
        pages: pages of the mini-program that answers lead to.
        authorize_url: WeChat's page that says who opens ours.
        clock: unix seconds.
        sleep: waits.
        limits: of calls to WeChat.
    """

    door: Callable[[OnNewMessage], Door]
    engine: Any
    key: bytes = field(repr=False)
    people: People
    signer: PayloadSigner
    pictures: Pictures
    media: MediaStore
    erasures: Erasures
    menu: Menu
    says: Callable[[str, str], str]
    accounts: Sequence[Account]
    base_url: str
    public_url: str
    patience: float
    heard: Heard
    farewell: Callable[[str], None]
    tickets: Tickets
    passing: Passing
    entrances: Mapping[str, Entrance]
    pages: Pages
    authorize_url: str = AUTHORIZE_URL
    recogniser: SpeechRecogniser = field(default_factory=Deaf)
    clock: Callable[[], float] = time.time
    sleep: Sleep = asyncio.sleep
    limits: Limits | None = None


@dataclass(frozen=True)
class WeChatContext:
    """What runs in a process for this channel."""

    gateway: Gateway
    turns: Turns
    postman: Postman
    notifier: Notifier
    stores: Stores
    choices: Choices
    lines: Mapping[str, Line]
    wire: Wire
    sign_in: SignIn
    mini_login: MiniLogin
    scans: Scans
    last_cards: LastCards

    async def push(self, conversation_id: str, message: OutboundMessage, name: str | None = None) -> bool:
        """Say something in a conversation as soon as the quota allows, once for one ``name``.

        Its buttons carry signed payloads. False when nobody knows (any more) whom the conversation is with.
        """
        person = await asyncio.to_thread(self.stores.people.find, conversation_id)
        if person is None:
            return False
        await asyncio.to_thread(self.stores.outbox.put, conversation_id, person, [message], name)
        self.postman.wake()
        return True

    async def speak(self, conversation_id: str, message: OutboundMessage, name: str) -> bool:
        """Say something as a person of the hotline; False when it waits until the citizen writes again.

        Their words stand for themselves: a number that is typed after them is an answer to them, no choice of ours.
        """
        if not message.buttons:
            await asyncio.to_thread(self.choices.end_numbers, conversation_id)
        if not await self.push(conversation_id, message, name):
            return True
        await self.postman.say_now(conversation_id, _SPEAKS_WITHIN)
        return not await asyncio.to_thread(self.stores.outbox.is_put_off, conversation_id, name)

    def quota(self, conversation_id: str) -> dict[str, Any]:
        """Return how many messages get through (``left``) and until when (``until``, unix seconds; None: none do)."""
        person = self.stores.people.find(conversation_id)
        line = None if person is None else self.lines.get(person.account)
        if line is None or not line.can_send:
            return {"left": 0, "until": None}
        known, now = self.stores.quotas.quota(conversation_id), self.stores.quotas.now()
        return {"left": known.left(now), "until": known.until(now)}

    def purge(self, now: float) -> None:
        """Forget answers, quotas and last cards that are over; the rest has rules (``privacy/retention.yml``)."""
        self.stores.inbox.forget_answers(now)
        self.stores.quotas.purge(now)
        self.last_cards.purge(now)


class WeChatChannel(InputChannel):
    """The channel; its address is ``/wechat/<account>``."""

    def __init__(self, parts: WeChatParts) -> None:
        """Take what the channel is made of; it is put together with Rasa's handler in :meth:`blueprint`."""
        self._parts = parts
        self.context: WeChatContext | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "wechat"

    def url_prefix(self) -> str:
        """Return ``/``: the console of WeChat wants a short address."""
        return "/"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Return the routes, with Rasa's handler behind the door."""
        context = self.context = build_context(self._parts, on_new_message)
        routes = Blueprint("wechat")
        http.register(routes, context.gateway, context.sign_in, context.mini_login)
        _keep_house(routes, context, embedded=self._parts.engine.dialect.name == "sqlite")
        return routes


def build_context(parts: WeChatParts, on_new_message: OnNewMessage) -> WeChatContext:
    """Build everything the routes and tasks share."""
    wire = Wire(parts.base_url, parts.limits)
    tokens = TokenStore(parts.engine, parts.key)
    lines = {account.name: _line(account, wire, tokens, parts.clock) for account in parts.accounts}
    people, tickets = parts.people, parts.tickets
    scans = Scans(lines, tickets, parts.passing, people, parts.signer, parts.media, parts.says)
    choices = Choices(parts.engine, parts.key, parts.clock)
    voice = Voice(choices, parts.media, parts.public_url, parts.pages, parts.says)
    stores = Stores(
        inbox=Inbox(parts.engine, parts.key, secrets.token_hex(16), parts.clock),
        outbox=Outbox(parts.engine, parts.key, parts.clock),
        quotas=QuotaStore(parts.engine, parts.clock),
        people=parts.people,
    )
    last_cards = LastCards(parts.engine, parts.clock)
    thumbs = Thumbs(ThumbStore(parts.engine, parts.clock), parts.pages.picture)
    cards = Cards(parts.pages, thumbs, last_cards, stores.quotas)
    postman = Postman(lines, stores.outbox, stores.quotas, voice, parts.media, cards=cards)
    consents = TemplateConsents(parts.engine, parts.clock)
    notifier = Notifier(lines, parts.people, consents, stores.quotas, voice, cards=cards)
    turns = Turns(
        lines,
        stores,
        interpreter=Interpreter(
            choices,
            parts.pictures,
            parts.recogniser,
            parts.signer,
            parts.menu,
            parts.says,
            Entrances(parts.entrances, tickets),
            scans,
        ),
        voice=voice,
        door=parts.door(on_new_message),
        leaving=Leaving(parts.erasures, parts.farewell),
        notifier=notifier,
        heard=parts.heard,
        wake=postman.wake,
        patience=parts.patience,
        clock=parts.clock,
        sleep=parts.sleep,
    )
    return WeChatContext(
        Gateway(lines, turns, parts.clock),
        turns,
        postman,
        notifier,
        stores,
        choices,
        lines,
        wire,
        sign_in=SignIn(lines, tickets, people, parts.public_url, parts.authorize_url),
        mini_login=MiniLogin(lines, tickets, people, parts.key, parts.clock),
        scans=scans,
        last_cards=last_cards,
    )


def _line(account: Account, wire: Wire, store: TokenStore, clock: Callable[[], float]) -> Line:
    tokens = Tokens(account.app_id, account.app_secret, wire, store, clock)
    client = WeChatClient(wire, tokens, Paths.of(account.channel))
    return Line.of(account, client, LoginCodes(account, wire))


def _keep_house(routes: Blueprint, context: WeChatContext, *, embedded: bool) -> None:
    """Add what is done when the server starts and stops. (Sanic 21.12 never calls a bound method here.)"""

    @routes.after_server_start
    async def start(app: Sanic, *_: Any) -> None:
        if embedded:  # the only process: whatever it was working on when it died is nobody's now
            await asyncio.to_thread(context.stores.inbox.release_all)
        app.add_task(context.postman.run())
        app.add_task(context.turns.keep_leases())
        app.add_task(_purge_forever(context))

    @routes.before_server_stop
    async def stop(*_: Any) -> None:
        await context.turns.drain(_DRAIN_SECONDS)
        await context.wire.close()


async def _purge_forever(context: WeChatContext) -> None:
    """Delete what is older than it may be kept, at the start and every few minutes."""
    while True:
        try:
            await asyncio.to_thread(context.purge, time.time())
        except SQLAlchemyError as error:
            logger.warning("old pushes could not be deleted, tried again later: %s", type(error).__name__)
        await asyncio.sleep(_PURGE_SECONDS)
