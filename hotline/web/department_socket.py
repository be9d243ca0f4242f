"""The stream of a department's page: the chats it is joined to, and only those. docs/desk.md describes the frames."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint

from ..accounts.sessions import Present
from ..live import frames
from ..live.hub import Seat
from ..live.narrow import View, stay_wire
from .department import MOST_STAYS, STAYS_SHOWN_S
from .stream import Stream

PATH = "/desk/department/ws"


def blueprint() -> Any:
    """Return the route of the stream."""
    routes = Blueprint("department_socket")
    routes.add_websocket_route(_serve, PATH)
    return routes


async def _serve(request: Any, ws: Any) -> None:
    await _DepartmentStream(request, ws).serve()


class _DepartmentStream(Stream):
    """A department's: what happens in its chats while it is in them, in words once a chat has been opened."""

    def __init__(self, request: Any, ws: Any) -> None:
        super().__init__(request, ws)
        self._view = View(self.account.department, self.account.number)

    def seat(self) -> Seat:
        return self.live.hub.join(self._view)

    async def standing(self, who: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        own, since = self.account.department, self.desk.unix() - STAYS_SHOWN_S
        # The number first: what joins in between is told twice, and nothing is missed.
        feed = await self.desk.on_thread(self.chats.store.head)
        chats = self._view.know(await self.chats.joined_to(own))
        await self._show("", typing=False)
        stays = [stay_wire(stay) for stay in await self.chats.stays(own, since, MOST_STAYS)]
        looks = self._view(who)
        return feed, {"chats": chats, "stays": stays, "looks": looks["looks"] if looks else []}

    async def alive(self, _frame: frames.Here, present: Present) -> dict[str, Any] | None:
        """Return `None` when the person is no longer of this department."""
        stays = present.agent.may("chat.department") and present.agent.department == self.account.department
        return {} if stays else None

    async def look(self, frame: frames.Look) -> None:
        """Note what the page shows; from the first look at a chat on, which goes to the audit, its words are sent."""
        chat_id, view = frame.chat_id, self._view
        joined = {chat.chat_id for chat in await self.chats.joined_to(view.own)} if chat_id else set[str]()
        if chat_id not in joined:
            await self._show("", typing=False)
            return
        if chat_id not in view.opened:
            await self.desk.note(view.agent, "chat.followed", chat_id, department=view.own)
            view.opened.add(chat_id)
        await self._show(chat_id, typing=frame.typing)

    async def _show(self, chat_id: str, *, typing: bool) -> None:
        live, page, view, now = self.live, self.page, self._view, self.desk.unix()
        await self.desk.on_thread(
            lambda: live.looks.look(page, view.agent, chat_id, typing=typing, now=now, department=view.own)
        )
