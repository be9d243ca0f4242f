"""The shape of every action: a topic that answers some intents and always says something."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import trouble
from actions.kit import kit
from actions.turn import NeedsIdentity, Turn
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
            PlatformError: the platform could not do it; the caller words it.
        """

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answer, and say so in words when something fails."""
        turn = await begin(dispatcher, tracker)
        await answer(turn, self)
        return turn.events


async def answer(turn: Turn, topic: Topic) -> None:
    """Let ``topic`` answer ``turn``; trouble is put in words and the request is kept for later."""
    if topic.resumable:
        turn.set("last_topic", turn.intent if turn.intent in topic.intents else topic.intents[0])
        turn.clear("failures")
    try:
        await topic.handle(turn)
    except (NeedsIdentity, NotVerified):
        turn.clear("session", "session_until")
        turn.set("pending_topic", turn.slots.get("last_topic"))
        await _identify(turn)
    except PlatformError as error:
        log.warning("platform_trouble", extra={"topic": topic.name(), "error": type(error).__name__})
        trouble.explain(turn, error)
    except Exception:
        # The person must get an answer whatever went wrong; the cause goes to the operator with its id.
        log.exception("topic_failed", extra={"topic": topic.name()})
        turn.say("trouble.internal", [turn.button("retry", "repeat"), turn.button("person", "request_human")])


async def _identify(turn: Turn) -> None:
    """Find out who is asking: open the identity form, or let the open form go on to it."""
    if turn.active_form is None:
        await open_form(turn, "identity_form")
    else:
        turn.say("identity.then" if turn.active_form == "identity_form" else "identity.after_form")


async def open_form(turn: Turn, name: str) -> None:
    """Open a form and let it ask its first question; Rasa then waits for the person."""
    turn.events.append(ActiveLoop(name))
    await FORMS[name]().ask_next(turn)
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

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """One turn of the open form; a failing platform leaves what was entered in place."""
        turn = await begin(dispatcher, tracker)
        if turn.active_form != self.form:
            return []
        try:
            await self.step(turn)
        except PlatformError as error:
            log.warning("platform_trouble", extra={"form": self.form, "error": type(error).__name__})
            trouble.explain(turn, error)
        except Exception:
            log.exception("form_failed", extra={"form": self.form})
            turn.say("trouble.internal", [turn.button("person", "request_human")])
        return _with_request(turn)


def _with_request(turn: Turn) -> list[EventType]:
    """Name the slot the form waits for, so that Rasa neither chooses another nor rejects the form."""
    waiting = turn.slots.get("requested_slot")
    return [
        *turn.events,
        SlotSet("form_failures", turn.slots.get("form_failures")),
        SlotSet("requested_slot", waiting),
    ]


#: Forms by name.
FORMS: dict[str, type[FormAction]] = {}
