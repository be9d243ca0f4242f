"""The bot's process, assembled once: settings, secrets, stores, and the door for channels."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from backend_client import AsyncPlatform, PlatformClient
from bot.channels.wechat.people import People
from bot.desk.danger import speaks_of_danger
from bot.desk.letters import Letters
from bot.desk.line import DeskLine
from bot.desk.owners import Owners
from bot.desk.receiver import Receiver as DeskReceiver
from bot.desk.words import DeskWords
from bot.erasing import Eraser
from bot.held_answers import HeldAnswers
from bot.identity.passing import Passing
from bot.identity.tickets import Tickets
from bot.inbound import Inbound, OnNewMessage, Steps, expected_kind
from bot.joining import JoinedTalk
from bot.message import OutboundMessage
from bot.notices.courier import Courier
from bot.notices.ledger import DeliveryLedger, forget_deliveries
from bot.notices.receiver import Receiver
from bot.notices.store import NoticeStore, forget_notices
from bot.notices.texts import PlatformTexts
from bot.notices.wording import Wording
from bot.pacing import Pace
from bot.pictures import Pictures
from bot.refusals import Refusals
from bot.router import DeskParts, DeskRouter
from bot.settings import ROOT, Settings, read_settings
from bot.signing import PayloadSigner
from bot.tracker_tables import TrackerTables
from bot.voice import Deaf, SpeechRecogniser, WhisperRecogniser
from privacy.erasure import Erasures
from privacy.joins import Joins
from privacy.media import MediaStore
from privacy.notices import Subscriptions
from privacy.secrets import SecretStore
from privacy.vault import Vault, utc_now

#: Text messages that the platform is asked for at the same time.
_TEXTS_AT_ONCE: Final = 4


@dataclass(frozen=True)
class Footing:
    """What the channels of this process stand on.

    Attributes:
        settings: how the process runs.
        secrets: the installation's secrets.
        tables: the tracker database.
        vault: where raw values go.
        held: answers that may not have reached their channel.
        media: pictures and documents on their way.
        people: who is reached in WeChat.
        erasures: deletions under way.
        eraser: deletes conversations when their person has confirmed it.
        pictures: takes pictures people send.
        recogniser: makes words of what people say.
        signer: signs buttons.
        router: who answers.
        desk_line: carries letters to the desk.
        desk: takes what the desk says.
        refusals: the gate's sentences.
        receiver: takes events of the platform.
        courier: tells people of them.
        joined: conversations that their person has joined.
        texts: lets the platform tell them by text message.
        tickets: what stands for a person on their way, for minutes.
        passing: brings identities from conversation to conversation.
        pace: lets turns step aside for everything else.
    """

    settings: Settings
    secrets: SecretStore
    tables: TrackerTables
    vault: Vault
    held: HeldAnswers
    media: MediaStore
    people: People
    erasures: Erasures
    eraser: Eraser
    pictures: Pictures
    recogniser: SpeechRecogniser
    signer: PayloadSigner
    router: DeskRouter
    desk_line: DeskLine
    desk: DeskReceiver
    refusals: Refusals
    receiver: Receiver
    courier: Courier
    joined: JoinedTalk
    texts: PlatformTexts
    tickets: Tickets
    passing: Passing
    pace: Pace = field(default_factory=Pace)

    @classmethod
    def build(cls, settings: Settings) -> Footing:
        """Open the stores and make the secrets that are missing.

        Raises:
            StoreFailed: the tracker database cannot be opened.
            SecretUnusable: a secret file is broken or readable by others.
        """
        secrets = SecretStore(settings.secrets_dir)
        media = MediaStore(settings.vault_db, secrets.get("vault"), utc_now)
        tables = TrackerTables(settings.bot_db)
        signer = PayloadSigner(secrets.get("payload"))
        notices = NoticeStore(tables.engine, secrets.get("notices"))
        subscriptions = Subscriptions(settings.vault_db, secrets.get("notices"))
        wording = Wording.load(ROOT / "data" / "notices.yml")
        held = HeldAnswers(tables.engine, secrets.get("held_answers"), utc_now)
        people = People(settings.vault_db, secrets.get("vault"))
        platform = PlatformClient(settings.backend_url, "bot", secrets.get("platform_bot"))
        joins = Joins(settings.vault_db, secrets.get("vault"), utc_now)
        vault = Vault(settings.vault_db, secrets.get("vault"), utc_now)
        erasures = Erasures(settings.vault_db, secrets.get("vault"), utc_now)
        line, router, desk = _desk(settings, secrets, tables, signer)
        return cls(
            settings=settings,
            secrets=secrets,
            tables=tables,
            people=people,
            erasures=erasures,
            eraser=Eraser(erasures, tables, held, people, router.forget),
            held=held,
            vault=vault,
            media=media,
            pictures=Pictures(media),
            recogniser=_recogniser(settings),
            signer=signer,
            router=router,
            desk_line=line,
            desk=desk,
            refusals=Refusals.load(ROOT / "data" / "responses" / "gate.yml", "gate."),
            receiver=Receiver(secrets.get("events_bot"), notices, subscriptions, wording, joins),
            courier=Courier(
                notices,
                DeliveryLedger(tables.engine),
                subscriptions,
                wording=wording,
                signer=signer,
                joins=joins,
            ),
            joined=JoinedTalk(joins),
            texts=PlatformTexts(AsyncPlatform(platform, _TEXTS_AT_ONCE), subscriptions),
            tickets=Tickets(tables.engine, secrets.get("identity")),
            passing=Passing(vault, tables),
        )

    def end_notices(self, conversation_id: str) -> None:
        """End the notices of a conversation at once: nothing is wanted, nothing is on its way any more."""
        self.receiver.subscriptions.forget(conversation_id)
        forget_notices(self.tables.engine, conversation_id)
        forget_deliveries(self.tables.engine, conversation_id)

    def farewell(self, conversation_id: str) -> None:
        """End what goes on with a person who has left: notices, a chat with the hotline, the way to them."""
        self.end_notices(conversation_id)
        self.router.depart(conversation_id)
        self.people.forget(conversation_id)

    def inbound(self, on_new_message: OnNewMessage) -> Inbound:
        """Return the door in front of Rasa's handler."""
        return Inbound(
            on_new_message,
            Steps(
                signer=self.signer,
                vault=self.vault,
                held=self.held,
                router=self.router,
                requested_slot=self.requested_slot,
                refusals=self.refusals,
                holds=self.media.holds,
                longest=self.settings.longest_message,
                most_waiting=self.settings.most_waiting,
                turn_limit=self.settings.turn_limit,
                after_turn=self._after_turn,
                told_identity=self.passing.heard,
                waiting_notices=self._at_contact,
                pace=self.pace,
            ),
        )

    async def _after_turn(self, sender_id: str) -> None:
        """Do what follows a turn: note where the person spoke, delete what they have confirmed."""
        await self.joined.spoke(sender_id)
        await self.eraser.after_turn(sender_id)

    async def _at_contact(
        self, conversation_id: str, say: Callable[[OutboundMessage], Awaitable[None]]
    ) -> None:
        """Say what waited for a conversation on a channel that cannot be pushed to: a person's words first."""
        await self.desk.at_contact(conversation_id, say)
        await self.joined.at_contact(conversation_id, say)
        await self.courier.at_contact(conversation_id, say)

    async def requested_slot(self, sender_id: str) -> str | None:
        """Return which slot the assistant has just asked this person for."""
        return await asyncio.to_thread(self.tables.requested_slot, sender_id)

    async def expects(self, sender_id: str) -> str | None:
        """Return what kind of answer is expected of this person: name, document, phone, otp or None."""
        return expected_kind(await self.requested_slot(sender_id))

    @property
    def engine(self) -> Any:
        """The engine of the bot's database, for channels with tables of their own."""
        return self.tables.engine


def _desk(
    settings: Settings, secrets: SecretStore, tables: TrackerTables, signer: PayloadSigner
) -> tuple[DeskLine, DeskRouter, DeskReceiver]:
    """Build the way to a person and back."""
    owners = Owners(tables.engine)
    letters = Letters(tables.engine, secrets.get("desk_letters"))
    line = DeskLine(settings.desk_url, secrets.get("desk_service"), letters, owners)
    words = DeskWords.load(ROOT / "data" / "responses" / "desk.yml", ROOT / "data" / "desk" / "phrases.yml")
    router = DeskRouter(DeskParts(owners, letters, line, words, tables.read_history, speaks_of_danger))
    receiver = DeskReceiver(
        secret=secrets.get("desk_events"),
        owners=owners,
        letters=letters,
        words=words,
        router=router,
        tables=tables,
        signer=signer,
        says={},
    )
    line.tell(receiver.arrived)
    return line, router, receiver


def _recogniser(settings: Settings) -> SpeechRecogniser:
    return (WhisperRecogniser.found(settings.voice_threads) if settings.voice else None) or Deaf()


@cache
def process_footing() -> Footing:
    """Return this process's footing, built from the environment when first asked for (by Rasa's loaders)."""
    return Footing.build(read_settings(os.environ))
