"""A summary of a conversation by rule: from understood facts and the citizen's own last words. Pure.

Nothing is concluded: each line is a fact of the hand-over or a quotation, so that it can be checked against the talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ..chats.model import Chat, Reason
from ..chats.records import ChatEvent
from ..chats.service import Dossier
from ..display import shown
from ..words import CHANNELS
from . import labels
from .wire import is_tap

_WHY: Final[dict[Reason, str]] = {
    "asked": "市民要找人工",
    "failures": "助手两次没听懂，转人工",
    "distress": "市民情绪激动，转人工",
    "emergency": "市民可能有危险，优先转人工",
    "taken_over": "坐席主动接管",
}
#: Facts whose value is an intent.
_TOPICAL: Final = ("topic", "person_topic", "pending")
_COUNTY: Final = re.compile(r"\d{4}(?!00)\d{2}")
#: Nothing but that a person is wanted (why the chat came stands in the first line), or nothing but a starred value.
_SAYS_NOTHING: Final = re.compile(
    r"\W*(?:请|帮我|我要|给我)?(?:转|找|要)?(?:个|一下)?(?:人工|坐席|客服)(?:服务|坐席|客服)?\W*|(?:〔[^〕]*〕|\s)+"
)
_LAST_WISHES: Final = 3
_LONGEST_QUOTE: Final = 60


def summary_of(chat: Chat, context: dict[str, Any], events: Sequence[ChatEvent]) -> list[str]:
    """Return lines: why and whence, what it is about, the last wishes."""
    facts = context.get("facts") or {}
    who = [CHANNELS.get(chat.channel, chat.channel), "英语" if chat.language == "en" else ""]
    lines = [f"{_WHY[chat.reason]}（{'，'.join(part for part in (*who, _large(chat)) if part)}）。"]
    topic = labels.topics().get(chat.topic, "")
    if topic or facts.get("place"):
        about = "，".join(part for part in (topic, facts.get("place", "")) if part)
        lines.append(f"在问：{about}。")
    if facts.get("form"):
        lines.append(f"表填到一半：{_form(facts['form'])}。")
    wishes = _wishes(context, events)
    if wishes:
        lines.append(f"最后说的：{'；'.join(f'“{wish}”' for wish in wishes)}。")
    return lines


def facts_of(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return understood facts with their labels; values in words where there are any."""
    facts, topics = context.get("facts") or {}, labels.topics()
    values = {
        **facts,
        **{name: topics.get(facts[name], facts[name]) for name in _TOPICAL if name in facts},
    }
    if "form" in facts:
        values["form"] = _form(facts["form"])
    return [(label, shown(values[name])) for name, label in labels.facts().items() if values.get(name)]


def order_values(dossier: Dossier, *, longest: int) -> dict[str, str]:
    """Return what a work order made from a chat begins with: the citizen's words, the district, elderly people."""
    said = "\n".join(_said(dossier.context, dossier.events))
    return {
        "content": said[-longest:],
        "division": dossier.chat.district if _COUNTY.fullmatch(dossier.chat.district) else "",
        "place": (dossier.context.get("facts") or {}).get("place", ""),
        "special_group": "elderly" if dossier.chat.large_type else "",
        "urgency": "urgent" if dossier.chat.priority == 0 else "normal",
    }


def _large(chat: Chat) -> str:
    return "长辈版" if chat.large_type else ""


def _form(name: str) -> str:
    return labels.forms().get(name, name)


def _wishes(context: dict[str, Any], events: Sequence[ChatEvent]) -> list[str]:
    said = [text for text in _said(context, events) if not _SAYS_NOTHING.fullmatch(text)]
    return [
        text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…" for text in said[-_LAST_WISHES:]
    ]


def _said(context: dict[str, Any], events: Sequence[ChatEvent]) -> list[str]:
    """Return everything the citizen has said, before the hand-over and since, for the screen."""
    talk = context.get("transcript") or []
    before = [line["text"] for line in talk if line["who"] == "person" and not is_tap(line["text"])]
    since = [event.body.get("text", "") for event in events if event.kind == "citizen"]
    return [shown(text.strip()) for text in (*before, *since) if text.strip()]
