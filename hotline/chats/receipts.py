"""What becomes of an agent's words that have left the desk: they arrive, or the citizen's channel holds them back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from .errors import ChatRefused
from .records import ChatEvent, Letter, Said

if TYPE_CHECKING:
    from .service import Chats

_SPOKEN: Final = ("agent", "department")
#: Read by agents, once for each time that WeChat closes.
CLOSED_BY_WECHAT: Final = (
    "微信现在不让再发消息（群众说一句后48小时内最多5条，点一次选项后1分钟内最多3条）。没送到的话先留着，"
    "群众再说一句时一起送到；等不及的，请打电话或者记工单。"
)


def still_held(events: Iterable[ChatEvent]) -> list[int]:
    """Return the numbers of the events that a channel holds back, in order."""
    held: dict[int, bool] = {}
    for event in events:
        what = event.body.get("what") if event.kind == "event" else None
        if what in ("held", "delivered"):
            held[int(event.body["values"]["seq"])] = what == "held"
    return [seq for seq, is_held in held.items() if is_held]


class Receipts:
    """Notes what the assistant's process answers to a letter."""

    def __init__(self, chats: Chats) -> None:
        """Note it in these chats."""
        self._chats = chats

    async def arrived(self, letter: Letter, answer: dict[str, Any]) -> None:
        """Note which words have reached the citizen's channel, which wait there, and what it still lets through."""
        try:
            quota = answer.get("quota")
            if quota is not None:
                await self._chats.quota(letter.chat_id, quota["left"], quota["until"])
            spoken = [line["seq"] for line in letter.body["lines"] if line["kind"] in _SPOKEN]
            held = [seq for seq in spoken if seq in (answer.get("held") or ())]
            for seq in spoken:
                if seq not in held:
                    await self._chats.mark(letter.chat_id, "delivered", {"seq": seq})
            if held:
                await self._hold(letter.chat_id, held)
        except ChatRefused:
            return  # deleted meanwhile

    async def _hold(self, chat_id: str, held: Sequence[int]) -> None:
        before = still_held((await self._chats.open_chat(chat_id)).events)
        for seq in held:
            await self._chats.mark(chat_id, "held", {"seq": seq})
        if not before:
            told = Said("note", "", CLOSED_BY_WECHAT, f"held-{held[0]}")
            await self._chats.remark(chat_id, told)

    async def let_go(self, chat_id: str) -> None:
        """Note that what was held back goes along with the answer: the citizen has written again."""
        for seq in still_held((await self._chats.open_chat(chat_id)).events):
            await self._chats.mark(chat_id, "delivered", {"seq": seq})
