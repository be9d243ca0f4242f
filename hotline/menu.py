"""The main menu: what somebody sees of it is what they may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .sessions import Session


@dataclass(frozen=True)
class Item:
    """A link of the menu, and the permissions of which one is needed; `unless`: who may that gets there otherwise."""

    path: str
    label: str
    permission: str
    other: str = ""
    unless: str = ""

    def shown_to(self, session: Session) -> bool:
        """Tell whether somebody may open it."""
        if self.unless and session.may(self.unless):
            return False
        return session.may(self.permission) or bool(self.other and session.may(self.other))


MENU: Final = (
    Item("/desk", "会话", "chat.take"),
    Item("/orders", "工单", "order.view", "order.department"),
    Item("/department", "三方会话", "chat.department"),
    Item("/calls", "来电", "order.create"),
    Item("/appeals", "申诉", "appeal.view"),
    Item("/knowledge", "知识", "knowledge.view"),
    Item("/quality", "质检", "quality.score"),
    Item("/figures/mine", "我的数据", "chat.take", unless="figures.view"),
    Item("/quality/appeals", "质检", "quality.decide", unless="quality.score"),
    Item("/quality/mine", "我的质检", "chat.take", unless="quality.decide"),
    Item("/shifts", "排班", "shift.manage"),
    Item("/shifts/mine", "我的班次", "chat.take", unless="shift.manage"),
    Item("/figures", "报表", "figures.view"),
    Item("/audit", "操作记录", "audit.read"),
    Item("/reveals", "显示记录", "reveal.review"),
    Item("/accounts", "账号", "accounts.view"),
)


def menu_of(session: Session | None) -> tuple[Item, ...]:
    """Return the links for a session, in the order of the menu."""
    return tuple(item for item in MENU if session is not None and item.shown_to(session))


def home_of(session: Session) -> str:
    """Return where somebody starts."""
    items = menu_of(session)
    return items[0].path if items else "/profile"
