"""What every action works with, built once in a process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from actions.bot_door import BotDoor
from actions.consent_texts import ConsentTexts
from actions.knowledge_feed import DeskDoor, KnowledgeFeed
from actions.landmarks import Landmarks
from actions.settings import Settings
from actions.speech import CHINA
from actions.unanswered import Unanswered
from backend_client import AsyncPlatform, PlatformClient, PlatformError
from knowledge import KnowledgeIndex, PolicyStore, shared_encoder
from knowledge.feed import ServedPolicies
from knowledge.places import PlaceNames
from privacy.consent import ConsentLedger
from privacy.erasure import Erasures
from privacy.joins import Joins
from privacy.media import MediaStore
from privacy.notices import Subscriptions
from privacy.secrets import SecretStore
from privacy.vault import Vault
from wording.words import Words

#: How long the platform's clock is trusted before it is asked again, in seconds.
_CLOCK_TRUST = 300.0


class PlatformTime:
    """The platform's clock, asked now and then and carried on in between.

    The demonstration lives in September 2022: dates are compared with the platform's time.
    """

    def __init__(self, platform: AsyncPlatform) -> None:
        self._platform = platform
        self._offset = timedelta(0)
        self._asked: float | None = None

    async def now(self) -> datetime:
        """The platform's time; this machine's, shifted as last seen, while the platform is away."""
        if self._asked is None or time.monotonic() - self._asked > _CLOCK_TRUST:
            try:
                clock = await self._platform.run(lambda p: p.clock())
            except PlatformError:
                return datetime.now(CHINA) + self._offset
            self._offset = clock.now - datetime.now(CHINA)
            self._asked = time.monotonic()
        return self.as_known()

    def as_known(self) -> datetime:
        """The platform's time as it was last seen, without asking."""
        return datetime.now(CHINA) + self._offset


@dataclass(frozen=True)
class Kit:
    """Dependencies of the actions."""

    platform: AsyncPlatform
    words: Words
    vault: Vault
    consent: ConsentLedger
    consent_texts: ConsentTexts
    erasures: Erasures
    bot: BotDoor
    subscriptions: Subscriptions
    joins: Joins
    media: MediaStore
    policies: ServedPolicies
    feed: KnowledgeFeed
    unanswered: Unanswered
    knowledge: KnowledgeIndex
    landmarks: Landmarks
    time: PlatformTime = field(repr=False)
    public_url: str = ""
    in_wechat: bool = False


def build(settings: Settings) -> Kit:
    """Wire the actions to their neighbours as ``settings`` say."""
    secrets = SecretStore(settings.secrets_dir)
    platform = AsyncPlatform(
        PlatformClient(settings.platform_url, "assistant", secrets.get("platform_service"))
    )
    gazetteer = settings.data_dir / "gazetteer"
    clock = PlatformTime(platform)
    policies = ServedPolicies(PolicyStore(settings.data_dir / "policies"), clock.as_known)
    desk = DeskDoor(settings.desk_url, secrets.get("desk_service"))
    feed = KnowledgeFeed(desk, policies, settings.kept_knowledge)
    return Kit(
        platform=platform,
        words=Words.load(settings.data_dir / "responses"),
        vault=Vault(settings.vault_db, secrets.get("vault"), _utc_now),
        consent=ConsentLedger(settings.vault_db, _utc_now),
        consent_texts=ConsentTexts.load(settings.data_dir / "privacy" / "consent.yml"),
        erasures=Erasures(settings.vault_db, secrets.get("vault"), _utc_now),
        bot=BotDoor(settings.bot_url, secrets.get("bot_internal")),
        subscriptions=Subscriptions(settings.vault_db, secrets.get("notices")),
        joins=Joins(settings.vault_db, secrets.get("vault"), _utc_now),
        media=MediaStore(settings.vault_db, secrets.get("vault"), _utc_now),
        policies=policies,
        feed=feed,
        unanswered=Unanswered(desk),
        knowledge=KnowledgeIndex(
            policies, shared_encoder(), places=PlaceNames.read(gazetteer / "divisions.csv")
        ),
        landmarks=Landmarks.load(gazetteer / "landmarks.csv"),
        time=clock,
        public_url=settings.public_url,
        in_wechat=settings.in_wechat,
    )


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


@lru_cache(maxsize=1)
def kit() -> Kit:
    """The process's kit. Rasa builds actions without arguments, so they ask here, at their first run."""
    return build(Settings.from_env())
