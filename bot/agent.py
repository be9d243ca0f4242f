"""Rasa's agent on our stores, without what would hide a failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_server import install as install_result_check
from bot.errors import NotReady
from bot.graph_runner import install as install_graph_runner
from bot.session import install as install_session_start
from bot.shortcuts import install as install_shortcuts

_WARM_UP: Final = ("武侯区哪里可以做核酸", "hello", "码咋突然黄了")


class BotAgent(Agent):
    """An agent whose tracker store is used as it is.

    Rasa wraps every store so that a failed read becomes a new, empty conversation. Here it stays an error:
    the turn ends, the person is told so, and nothing is overwritten.
    """

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Any) -> TrackerStore:
        if store is None:
            raise ValueError("a tracker store must be named in the endpoints")
        store.domain = domain
        return store


def check_model(model: Path) -> None:
    """Refuse to go on without a model.

    Raises:
        NotReady: naming the file and the command that makes it.
    """
    if not model.is_file():
        raise NotReady(f"there is no model at {model}: run `make train`")


def load_agent(model: Path, endpoints: AvailableEndpoints) -> BotAgent:
    """Return an agent with the model loaded.

    Raises:
        NotReady: there is no model, or it cannot be loaded.
    """
    check_model(model)
    install_session_start()
    install_result_check()
    install_graph_runner()
    install_shortcuts()
    agent = BotAgent(
        tracker_store=TrackerStore.create(endpoints.tracker_store),
        lock_store=LockStore.create(endpoints.lock_store),
        generator=endpoints.nlg,
        action_endpoint=endpoints.action,
    )
    try:
        agent.load_model(str(model))
    except Exception as error:  # a damaged archive fails anywhere between tarfile and a component's arrays
        what = type(error).__name__
        raise NotReady(f"the model at {model} cannot be loaded ({what}): run `make train`") from error
    return agent


async def warm_up(agent: Agent) -> None:
    """Understand a few sentences and predict once, so that the first citizen does not wait for lazy loading.

    Nothing is stored and no action is run.
    """
    if agent.processor is None or agent.domain is None:
        raise NotReady("no model is loaded")
    for sentence in _WARM_UP:
        parsed = await agent.processor.parse_message(
            UserMessage(sentence, CollectingOutputChannel(), "warm-up"), None
        )
        tracker = DialogueStateTracker("warm-up", agent.domain.slots)
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(sentence, parsed["intent"], parsed["entities"], parsed))
        agent.processor.predict_next_with_tracker(tracker)
