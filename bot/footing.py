"""The bot's process, assembled once: settings, secrets, stores, and the door for channels."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.erasing import Eraser
from bot.held_answers import HeldAnswers
from bot.inbound import Inbound, OnNewMessage, Steps, expected_kind
from bot.notices.courier import Courier
from bot.notices.receiver import Receiver
from bot.notices.store import NoticeStore
from bot.notices.wording import Wording
from bot.pictures import Pictures
from bot.refusals import Refusals
from bot.router import BotOwnsAll, Router
from bot.settings import ROOT, Settings, read_settings
from bot.signing import PayloadSigner
from bot.tracker_tables import TrackerTables
from privacy.erasure import Erasures
from privacy.media import MediaStore
from privacy.notices import Subscriptions
from privacy.secrets import SecretStore
from privacy.vault import Vault, utc_now


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
        eraser: deletes conversations when their person has confirmed it.
        pictures: takes pictures people send.
        signer: signs buttons.
        router: who answers.
        refusals: the gate's sentences.
        receiver: takes events of the platform.
        courier: tells people of them.
    """

    settings: Settings
    secrets: SecretStore
    tables: TrackerTables
    vault: Vault
    held: HeldAnswers
    media: MediaStore
    eraser: Eraser
    pictures: Pictures
    signer: PayloadSigner
    router: Router
    refusals: Refusals
    receiver: Receiver
    courier: Courier

    @classmethod
    def build(cls, settings: Settings, router: Router | None = None) -> Footing:
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
        return cls(
            settings=settings,
            secrets=secrets,
            tables=tables,
            eraser=Eraser(Erasures(settings.vault_db, secrets.get("vault"), utc_now), tables, held),
            held=held,
            vault=Vault(settings.vault_db, secrets.get("vault"), utc_now),
            media=media,
            pictures=Pictures(media),
            signer=signer,
            router=router or BotOwnsAll(),
            refusals=Refusals.load(ROOT / "data" / "responses" / "gate.yml"),
            receiver=Receiver(secrets.get("events_bot"), notices, subscriptions, wording),
            courier=Courier(notices, subscriptions, wording, signer),
        )

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
                after_turn=self.eraser.after_turn,
                waiting_notices=self.courier.at_contact,
            ),
        )

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


@cache
def process_footing() -> Footing:
    """Return this process's footing, built from the environment when first asked for (by Rasa's loaders)."""
    return Footing.build(read_settings(os.environ))
