"""One message being answered: what was said, what is known, what is said back."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import speech
from actions.days import moved
from actions.kit import Kit
from privacy.errors import UnknownToken
from privacy.kinds import TOKEN
from privacy.masking import mask_value
from privacy.media import Media
from privacy.vault import Secret
from wording.words import Voice

#: Entity of each typed token the privacy step puts in place of a value.
TOKEN_ENTITIES = {
    "ID": "id_number",
    "PASSPORT": "passport_number",
    "PERMIT": "permit_number",
    "PHONE": "phone",
    "NAME": "name",
    "OTP": "otp",
    "GEO": "location",
    "CODE": "shown_code",
    "JOIN": "join_code",
}
DOCUMENT_KINDS = ("ID", "PASSPORT", "PERMIT")

_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z][a-z']+(?![A-Za-z0-9-])")
_ENGLISH_ALONE = frozenset(
    {"hello", "hi", "hey", "help", "english", "thanks", "yes", "agent", "human", "emergency"}
)


#: Intents of messages that are answers themselves.
_VALUE_INTENTS = frozenset(
    {"inform", "affirm", "deny", "nlu_fallback", "out_of_scope", "chitchat", "greet", "thank"}
)
_SURE = 0.7
#: Fields whose answers are written in whatever language the document or the street sign has.
_ANY_LANGUAGE = ("person_name", ".street", ".division")
_ASKING = re.compile(
    r"[?？]|[吗嘛么呢](?:[。！!]|$)|怎么|咋|啷个|如何|多久|好久|几天|哪里|哪儿|在哪|为什么|为啥|什么|啥子?|多少|能不能|可不可以"
    r"|查一?下|帮我查|等一下|先问|\b(?:how|what|where|when|why|can i|do i|is it)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Access:
    """A person who has shown who they are: the platform session and the person it belongs to."""

    session: str
    person_id: str


class NeedsIdentity(Exception):  # noqa: N818 - a request to the dialogue, not a failure
    """Raised by a topic that needs to know who is asking."""


class NeedsConsent(Exception):  # noqa: N818 - a request to the dialogue, not a failure
    """Raised by a topic that needs consent to ``purposes`` first (``actions/consents.py``)."""

    def __init__(self, purposes: tuple[str, ...]) -> None:
        super().__init__(*purposes)
        self.purposes = purposes


@dataclass(frozen=True)
class Entity:
    """Something recognised in the message; ``extra`` holds what the extractor adds (adcode, candidates …)."""

    kind: str
    value: str
    start: int
    extra: dict[str, Any]


@dataclass(frozen=True)
class SecondWish:
    """The second of two wishes in one message, and the words of the first."""

    intent: str
    text: str
    first_text: str


@dataclass(frozen=True)
class Button:
    """A choice to tap: what it says, the intent it means, and values for the next turn.

    ``url`` makes it a link that is opened instead.
    """

    title: str
    intent: str
    values: dict[str, str] = field(default_factory=dict)
    url: str | None = None

    def payload(self) -> dict[str, str]:
        """In Rasa's shape; the channel signs it."""
        if self.url is not None:
            return {"title": self.title, "type": "web_url", "url": self.url}
        values = json.dumps(self.values, ensure_ascii=False) if self.values else ""
        return {"title": self.title, "payload": f"/{self.intent}{values}"}


class Turn:
    """One message on its way through an action.

    Args:
        kit: the process's dependencies.
        dispatcher: where messages to the person go.
        tracker: Rasa's view of the conversation.
        now: the platform's time.
    """

    def __init__(self, kit: Kit, dispatcher: CollectingDispatcher, tracker: Tracker, now: datetime) -> None:
        self.kit = kit
        self.dispatcher = dispatcher
        self.now = now
        self.conversation_id: str = tracker.sender_id
        self.channel: str = tracker.get_latest_input_channel() or "rest"
        self.slots: dict[str, Any] = dict(tracker.slots)
        self.active_form: str | None = (tracker.active_loop or {}).get("name")
        message = tracker.latest_message or {}
        self.text: str = message.get("text") or ""
        self.intent: str = (message.get("intent") or {}).get("name") or "nlu_fallback"
        self.confidence: float = float((message.get("intent") or {}).get("confidence") or 0.0)
        self.ranking: list[str] = [r["name"] for r in message.get("intent_ranking") or []]
        today = now.astimezone(speech.CHINA).date()
        self.entities: list[Entity] = [_entity(e, today) for e in message.get("entities") or []]
        self.large_type: bool = bool((message.get("metadata") or {}).get("large_type"))
        self.seed: str = str(message.get("message_id") or self.text)
        self.past: list[dict[str, Any]] = list(tracker.events or [])
        self.events: list[EventType] = []
        self._topic: str | None = None
        self._read_language()

    # What is known ------------------------------------------------------------------------------------

    def _read_language(self) -> None:
        if self.text.startswith("/") or str(self.slots.get("requested_slot") or "").endswith(_ANY_LANGUAGE):
            return
        spoken = self.first("language")
        if spoken is None or spoken.value == self.slots.get("language"):
            return
        english = _is_english(self.text)
        if (spoken.value == "zh" and not english) or (spoken.value == "en" and english):
            self.set("language", spoken.value)

    @property
    def voice(self) -> Voice:
        """How to speak to this person: as chosen in words, else plainly where the page shows large type."""
        chosen = self.slots.get("elder_mode")
        return Voice(self.slots.get("language") or "zh", self.large_type if chosen is None else bool(chosen))

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""
        return self.voice.language

    def all(self, *kinds: str) -> list[Entity]:
        """Entities of these kinds in the order of the text."""
        return sorted((e for e in self.entities if e.kind in kinds), key=lambda e: e.start)

    def first(self, *kinds: str) -> Entity | None:
        """The first entity of these kinds, if there is one."""
        return next(iter(self.all(*kinds)), None)

    def second_wish(self) -> SecondWish | None:
        """What the message asks besides its own intent (``bot/nlu/two_wishes.py``), if it asks two things."""
        also = self.first("also_asks")
        if also is None:
            return None
        return SecondWish(
            also.value, str(also.extra.get("text") or ""), str(also.extra.get("first_text") or "")
        )

    def narrow(self, intent: str, text: str) -> None:
        """Go on with one wish of the message; what it names of persons and places is shared by both."""
        self.intent, self.text = intent, text
        self.entities = [e for e in self.entities if e.kind != "also_asks"]

    def told_entities(self) -> list[dict[str, Any]]:
        """What the message names, to be remembered with a wish that must wait."""
        return [{"kind": e.kind, "value": e.value, "start": e.start, "extra": e.extra} for e in self.entities]

    def recall(self, intent: str, text: str, entities: Sequence[Mapping[str, Any]]) -> None:
        """Take up a wish that waited, with what was named then."""
        self.intent, self.text = intent, text
        self.entities = [Entity(**entity) for entity in entities]

    def tokens(self, *kinds: str) -> list[str]:
        """Privacy tokens of these kinds in the message, in order."""
        return [m.group(0) for m in TOKEN.finditer(self.text) if m.group(1) in kinds]

    def is_token(self, text: str) -> bool:
        """Whether ``text`` is a privacy token as a whole."""
        return TOKEN.fullmatch(text) is not None

    def asks_something_else(self) -> bool:
        """Whether the message is surely a question or a wish of its own rather than the value that was asked for."""
        if self.intent in _VALUE_INTENTS:
            return False
        return self.confidence >= _SURE and bool(_ASKING.search(self.text))

    def reveal(self, token: str | None) -> Secret | None:
        """The value behind a token of this conversation; None when it is forgotten or was never one."""
        if not token:
            return None
        try:
            return self.kit.vault.get(self.conversation_id, token)
        except UnknownToken:
            return None

    def masked(self, text: str) -> str:
        """``text`` with its tokens replaced by a form a person may read, e.g. ``138****5678``."""

        def show(match: Any) -> str:
            secret = self.reveal(match.group(0))
            return mask_value(secret.kind, secret.value) if secret else "…"

        return TOKEN.sub(show, text)

    def access(self) -> Access:
        """The verified person of this conversation.

        Raises:
            NeedsIdentity: nobody is verified, or the 30 minutes are over.
        """
        secret = self.reveal(self.slots.get("session"))
        if secret is None or time.time() >= float(self.slots.get("session_until") or 0):
            raise NeedsIdentity
        return Access(secret.value, str(self.slots["person_id"]))

    def session_if_verified(self) -> str | None:
        """The platform session of the verified person; None when nobody is verified just now."""
        try:
            return self.access().session
        except NeedsIdentity:
            return None

    # What is said -------------------------------------------------------------------------------------

    def word(self, key: str, **values: object) -> str:
        """One wording of ``key`` in the person's language and reading mode."""
        return self.kit.words.say(key, self.voice, seed=self.seed, **values)

    def say(
        self, key: str, buttons: Sequence[Button] = (), *, private: bool = False, **values: object
    ) -> None:
        """Say the words of ``key``.

        Args:
            key: response key.
            buttons: choices below the message.
            private: the words hold health or personal data and must not be kept in tracker or broker.
            values: placeholder values.
        """
        self.say_text(self.word(key, **values), buttons, private=private)

    def say_text(self, text: str, buttons: Sequence[Button] = (), *, private: bool = False) -> None:
        """Say ready-made words: policy answers and composed texts."""
        extra = {"private": True} if private else {}
        self.dispatcher.utter_message(
            text=text, buttons=[b.payload() for b in buttons] or None, **extra, **self._about()
        )

    def say_picture(
        self, text: str, media: Media, lifetime: timedelta, buttons: Sequence[Button] = (), *, alt: str = ""
    ) -> None:
        """Say words with a picture this conversation can look at for ``lifetime``; never kept in tracker or broker.

        ``alt`` says what is on the picture to those who cannot see it; without it the words do.
        """
        self.dispatcher.utter_message(
            text=text,
            image=self.keep_media(media, lifetime),
            json_message={"alt": alt or text},
            buttons=[b.payload() for b in buttons] or None,
            private=True,
            **self._about(),
        )

    @contextmanager
    def about(self, topic: str) -> Iterator[None]:
        """Let what is said meanwhile tell the channel which intent it answers: it may lead to a page of its own."""
        before, self._topic = self._topic, topic
        try:
            yield
        finally:
            self._topic = before

    def _about(self) -> dict[str, str]:
        return {"about": self._topic} if self._topic is not None else {}

    def hand_over(self, reason: str) -> None:
        """Ask for a person when this turn is over: the bot's process asks the desk and says what comes of it.

        ``reason``: ``asked``, ``failures``, ``distress``, ``emergency``; it decides who is served first.
        """
        wish = {"reason": reason, "language": self.language, "elder": self.voice.elder}
        self.dispatcher.utter_message(json_message={"hand_over": wish})

    def link(self, key: str, media: Media, lifetime: timedelta) -> Button:
        """A choice that opens or saves a document, with the wording of ``button.<key>``."""
        return Button(self.word(f"button.{key}"), "", url=self.keep_media(media, lifetime))

    def keep_media(self, media: Media, lifetime: timedelta) -> str:
        """Keep a picture or document for the person and return its address on the assistant."""
        return f"/media/{self.kit.media.put(self.conversation_id, media, lifetime)}"

    def button(self, key: str, intent: str, **values: str) -> Button:
        """A choice with the wording of ``button.<key>``."""
        return Button(self.word(f"button.{key}"), intent, values)

    # What is remembered -------------------------------------------------------------------------------

    def set(self, slot: str, value: Any) -> None:
        """Remember ``value`` in ``slot``."""
        self.slots[slot] = value
        self.events.append(SlotSet(slot, value))

    def clear(self, *slots: str) -> None:
        """Forget these slots."""
        for slot in slots:
            if self.slots.get(slot) is not None:
                self.set(slot, None)

    def listen(self) -> None:
        """Wait for the person now, whatever rules say; Rasa is spared a prediction."""
        if FollowupAction("action_listen") not in self.events:
            self.events.append(FollowupAction("action_listen"))


def _is_english(text: str) -> bool:
    """Whether the message shows that the person writes English: numbers, codes and single odd words do not."""
    words = _LATIN_WORD.findall(TOKEN.sub(" ", text))
    return len(words) > 1 or bool(words and words[0].lower() in _ENGLISH_ALONE)


def _entity(raw: dict[str, Any], today: date) -> Entity:
    """One entity of Rasa's; days are moved to the platform's calendar."""
    value = str(raw.get("value"))
    extra = {k: v for k, v in raw.items() if k not in ("entity", "value", "start", "end")}
    if raw["entity"] == "date" and raw.get("as_of"):
        as_of, moves = date.fromisoformat(raw["as_of"]), str(raw.get("moves"))
        value = moved(date.fromisoformat(value), as_of, moves, today).isoformat()
        if raw.get("until"):
            extra["until"] = moved(date.fromisoformat(raw["until"]), as_of, moves, today).isoformat()
    return Entity(raw["entity"], value, int(raw.get("start") or 0), extra)
