"""The shape of every action: a topic that answers some intents and always says something."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import consents, trouble
from actions.followups import PLACE_TOPICS, follow_up, note_relatives
from actions.kit import kit
from actions.turn import NeedsConsent, NeedsIdentity, Turn
from backend_client import NotVerified, PlatformError
from backend_client.correlation import request_id

log = logging.getLogger(__name__)


class Topics(Mapping[str, "Topic"]):
    """Topics by intent, filled by the classes themselves; forms answer interruptions through it."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Topic]] = {}

    def add(self, topic: type[Topic]) -> None:
        """Let ``topic`` answer its intents."""
        self._classes.update(dict.fromkeys(topic.intents, topic))

    def __getitem__(self, intent: str) -> Topic:
        """The topic that answers ``intent``."""
        return self._classes[intent]()

    def __iter__(self) -> Iterator[str]:
        """Every intent with a topic."""
        return iter(self._classes)

    def __len__(self) -> int:
        """How many intents have a topic."""
        return len(self._classes)


TOPICS = Topics()


async def begin(dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
    """The turn of the message Rasa hands over, with its correlation id set for calls to the platform."""
    metadata: dict[str, Any] = (tracker.latest_message or {}).get("metadata") or {}
    if metadata.get("request_id"):
        request_id.set(metadata["request_id"])
    tools = kit()
    return Turn(tools, dispatcher, tracker, await tools.time.now())


class Topic(Action, ABC):
    """Something the assistant can do.

    Attributes:
        intents: the intents it answers.
        resumable: whether “再说一遍” and a value sent later (“武侯区”) run it again.
    """

    intents: ClassVar[tuple[str, ...]] = ()
    resumable: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the topic for its intents."""
        super().__init_subclass__(**kwargs)
        TOPICS.add(cls)

    @abstractmethod
    def name(self) -> str:
        """Rasa's name of the action."""

    @abstractmethod
    async def handle(self, turn: Turn) -> None:
        """Answer the turn.

        Raises:
            NeedsIdentity: the person must be verified first.
            NeedsConsent: the person has not agreed to what the topic reads.
            PlatformError: the platform could not do it; the caller words it.
        """

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answer, and say so in words when something fails."""
        turn = await begin(dispatcher, tracker)
        await respond(turn, self)
        turn.listen()
        return turn.events


async def respond(turn: Turn, topic: Topic) -> None:
    """Answer all a message asks: the topic it continues, else its own; of two wishes the first, then the second."""
    note_relatives(turn)
    continued = follow_up(turn, in_form=turn.active_form is not None)
    if continued is not None:
        await answer(turn, TOPICS[continued])
        return
    second = turn.second_wish()
    if second is None or second.intent not in TOPICS:
        await answer(turn, topic)
        return
    form = turn.active_form
    turn.narrow(turn.intent, second.first_text)
    await answer(turn, topic)
    if turn.active_form != form:
        turn.set("then", {"intent": second.intent, "text": second.text, "entities": turn.told_entities()})
        return
    turn.narrow(second.intent, second.text)
    await answer(turn, TOPICS[second.intent])


async def answer_then(turn: Turn) -> None:
    """Answer the second wish of an earlier message, when the first had to open a form and that is over."""
    held = turn.slots.get("then")
    if not isinstance(held, dict) or turn.active_form is not None:
        return
    turn.clear("then")
    turn.recall(held["intent"], held["text"], held["entities"])
    await answer(turn, TOPICS[held["intent"]])


async def answer(turn: Turn, topic: Topic) -> None:
    """Let ``topic`` answer ``turn``; trouble is put in words and the request is kept for later."""
    asked = turn.intent if turn.intent in topic.intents else topic.intents[0]
    if str(turn.slots.get("notice_wish") or "").startswith("offer:") and turn.intent not in (
        "affirm",
        "deny",
    ):
        turn.clear("notice_wish")  # an offer stands for one message
    if topic.resumable:
        turn.set("last_topic", asked)
        turn.clear("failures")
        if asked in PLACE_TOPICS:
            turn.set("last_place_topic", asked)
    try:
        with turn.about(asked):
            await topic.handle(turn)
    except (NeedsIdentity, NotVerified):
        turn.clear("session", "session_until")
        turn.set("pending_topic", asked)
        turn.set("pending_words", {"topic": asked, "text": turn.text, "entities": turn.told_entities()})
        await _identify(turn)
    except NeedsConsent as needed:
        turn.set("pending_topic", asked)
        turn.set("pending_words", {"topic": asked, "text": turn.text, "entities": turn.told_entities()})
        await _ask_consent(turn, needed)
    except PlatformError as error:
        log.warning("platform_trouble", extra={"topic": topic.name(), "error": type(error).__name__})
        trouble.explain(turn, error)
    except Exception:
        # The person must get an answer whatever went wrong; the cause goes to the operator with its id.
        log.exception("topic_failed", extra={"topic": topic.name()})
        trouble.excuse(turn)


async def _identify(turn: Turn) -> None:
    """Find out who is asking; a form that is open waits meanwhile."""
    if turn.active_form == "identity_form":
        turn.say("identity.then")
    else:
        await open_form(turn, "identity_form")


async def _ask_consent(turn: Turn, needed: NeedsConsent) -> None:
    """Show the card once; who has refused is told what is left out and how to have it."""
    if any(consents.refused(turn, purpose) for purpose in needed.purposes):
        turn.say("consent.missing.health", [turn.button("agree_health", "ask_privacy", choice="give=health")])
    else:
        await open_form(turn, "consent_form")


async def run_pending(turn: Turn) -> None:
    """Answer what was asked before identity or consent had to be seen to."""
    pending = turn.slots.get("pending_topic")
    said = turn.slots.get("pending_words") or {}
    turn.clear("pending_topic", "pending_words")
    if pending is not None and pending in TOPICS:
        own = said if said.get("topic") == pending else {}
        turn.recall(pending, own.get("text", ""), own.get("entities", []))
        await answer(turn, TOPICS[pending])


async def open_form(turn: Turn, name: str, known: Mapping[str, Any] | None = None) -> None:
    """Open a form and let it ask its first question; Rasa then waits for the person.

    A form that is open already is parked, and taken up again when the new one is over. With ``known`` the form begins
    anew with these values; without it, it goes on with what was filled in before, if there is something.

    Raises:
        NeedsIdentity: the form is for verified persons only; nothing was opened.
    """
    form = FORMS[name]()
    form.admit(turn)
    if turn.active_form not in (None, name):
        parked = [f for f in turn.slots.get("parked") or [] if f not in (name, turn.active_form)]
        turn.set("parked", [*parked, turn.active_form])
    _activate(turn, name)
    await form.begin(turn, known)


async def return_to_parked(turn: Turn) -> None:
    """Take up the form that was parked last, where it was; nothing when there is none."""
    parked = list(turn.slots.get("parked") or [])
    if not parked:
        return
    name = parked.pop()
    turn.set("parked", parked or None)
    _activate(turn, name)
    await FORMS[name]().go_on(turn)


def _activate(turn: Turn, name: str) -> None:
    turn.events.append(ActiveLoop(name))
    turn.active_form = name
    turn.clear("form_failures")
    turn.listen()


class FormAction(Action, ABC):
    """A form that speaks for itself: it reads the message, asks, corrects, and answers interruptions.

    Rasa runs ``validate_<form>`` once in each turn of an active form; doing everything there keeps a turn
    at one round trip to this server (docs/dialogue.md).
    """

    form: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the form by its name."""
        super().__init_subclass__(**kwargs)
        if cls.form:
            FORMS[cls.form] = cls

    def name(self) -> str:
        """Rasa's name of the step."""
        return f"validate_{self.form}"

    @abstractmethod
    async def step(self, turn: Turn) -> None:
        """Take one message while the form is open."""

    @abstractmethod
    async def ask_next(self, turn: Turn) -> None:
        """Ask for the next missing value, or finish."""

    @abstractmethod
    async def go_on(self, turn: Turn) -> None:
        """Say where the form was, and ask again."""

    def admit(self, turn: Turn) -> None:
        """Let nobody in who may not fill the form; everybody may by default.

        Raises:
            NeedsIdentity: the person must be verified first.
        """

    async def begin(self, turn: Turn, known: Mapping[str, Any] | None = None) -> None:
        """Ask the first question that ``known`` leaves open."""
        await self.ask_next(turn)

    def end(self, turn: Turn) -> None:
        """Close the form with this turn."""
        turn.set("requested_slot", None)
        turn.active_form = None

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """One turn of the open form; a failing platform leaves what was entered in place."""
        turn = await begin(dispatcher, tracker)
        if turn.active_form != self.form:
            return []
        try:
            await self._step(turn)
            if turn.active_form is None:
                await answer_then(turn)
                await return_to_parked(turn)
        except PlatformError as error:
            log.warning("platform_trouble", extra={"form": self.form, "error": type(error).__name__})
            trouble.explain(turn, error)
        except Exception:
            log.exception("form_failed", extra={"form": self.form})
            trouble.excuse(turn)
        return _with_request(turn)

    async def _step(self, turn: Turn) -> None:
        """Take the message; who is not verified (any more) is, and the form waits for it."""
        try:
            await self.step(turn)
        except (NeedsIdentity, NotVerified):
            turn.clear("session", "session_until")
            await _identify(turn)


def _with_request(turn: Turn) -> list[EventType]:
    """Name the slot the form waits for, so that Rasa neither chooses another nor rejects the form.

    It is named once: Rasa goes by the first of several, which a form that was returned to has not set.
    """
    waiting = turn.slots.get("requested_slot")
    return [
        *(event for event in turn.events if event.get("name") != "requested_slot"),
        SlotSet("form_failures", turn.slots.get("form_failures")),
        SlotSet("requested_slot", waiting),
    ]


#: Forms by name.
FORMS: dict[str, type[FormAction]] = {}
