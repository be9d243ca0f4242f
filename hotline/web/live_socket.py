"""The stream of an agent's page. docs/desk.md describes the frames."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint

from ..accounts.sessions import Present
from ..live import frames
from ..live.hub import Seat
from ..live.wire import snapshot_wire
from .chat_moves import agent_of
from .stream import Stream

PATH = "/desk/ws"


def blueprint() -> Any:
    """Return the route of the stream."""
    routes = Blueprint("live_socket")
    routes.add_websocket_route(_serve, PATH)
    return routes


async def _serve(request: Any, ws: Any) -> None:
    await _AgentStream(request, ws).serve()


class _AgentStream(Stream):
    """An agent's: everything that happens on the floor."""

    def seat(self) -> Seat:
        return self.live.hub.join()

    async def standing(self, who: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        snapshot = await self.chats.snapshot()
        stands = {"looks": who["looks"], "departments": who["departments"]}
        return snapshot.feed, {"snapshot": snapshot_wire(snapshot), **stands}

    async def alive(self, frame: frames.Here, present: Present) -> dict[str, Any] | None:
        """Note that the agent is there; `None` when they may no longer take chats."""
        if not present.agent.may("chat.take"):
            return None
        number, now = present.agent.number, self.desk.unix()
        state = frame.state
        if not frame.chosen:
            kept = await self.desk.on_thread(lambda: self.chats.presence.state_of(number, now))
            state = kept or state
        await self.chats.here(agent_of(present.agent), state)
        return {"state": state}

    async def look(self, frame: frames.Look) -> None:
        """Note what the page shows; who opens a chat has answered the notes that called them there."""
        live, now = self.live, self.desk.unix()
        page, number, chat_id = self.page, self.account.number, frame.chat_id

        def work() -> None:
            live.looks.look(page, number, chat_id, typing=frame.typing, now=now)
            if chat_id and not frame.typing:
                live.mentions.seen(number, chat_id)

        await self.desk.on_thread(work)
