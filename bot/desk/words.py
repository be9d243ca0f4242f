"""What a citizen hears of the hand-over (``data/responses/desk.yml``): in their language, plain if they wish so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.desk.owners import Ownership
from bot.message import Button, OutboundMessage

_PHONE: Final = "tel:12345"
_MINUTE_S: Final = 60.0
_SCORES: Final = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Reader:
    """How somebody reads."""

    language: str = "zh"
    elder: bool = False

    @classmethod
    def of(cls, ownership: Ownership) -> Reader:
        """Return how the citizen of a conversation reads."""
        return cls(ownership.language, ownership.large_type)


class DeskWords:
    """The sentences, and the choices below them (not signed yet)."""

    def __init__(self, raw: Mapping[str, Mapping[str, list[str]]], phrases: Mapping[str, list[str]]) -> None:
        """Use sentences by key and voice, and phrases by what they mean."""
        self._raw = raw
        self._leaves = re.compile("|".join(phrases["leave"]), re.IGNORECASE)

    @classmethod
    def load(cls, responses: Path, phrases: Path) -> DeskWords:
        """Read the files; raises OSError or yaml.YAMLError when they cannot be read."""
        read = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (responses, phrases))
        return cls(*read)

    def leaves(self, text: str) -> bool:
        """Tell whether somebody in the queue wants out of it."""
        return self._leaves.fullmatch(text.strip()) is not None

    def text(self, key: str, reader: Reader, **values: object) -> str:
        """Return the sentence ``desk.<key>``."""
        voices = self._raw[f"desk.{key}"]
        voice = "elder" if reader.elder and reader.language == "zh" and "elder" in voices else reader.language
        return voices.get(voice, voices["zh"])[0].format(**values)

    def queued(self, standing: Mapping[str, Any], reader: Reader) -> OutboundMessage:
        """Place in the queue and, when it is known, how long it takes."""
        ahead, wait = standing.get("ahead") or 0, standing.get("wait_s")
        if ahead == 0:
            text = self.text("queued.first", reader)
        elif wait is None:
            text = self.text("queued.ahead", reader, ahead=ahead)
        else:
            text = self.text("queued.wait", reader, ahead=ahead, minutes=max(1, round(wait / _MINUTE_S)))
        return OutboundMessage(text, (self._leave(reader),))

    def noted(self, standing: Mapping[str, Any], reader: Reader) -> OutboundMessage:
        """Words written while waiting have been passed on."""
        ahead = standing.get("ahead") or 0
        key = "noted.ahead" if ahead else "noted.first"
        return OutboundMessage(self.text(key, reader, ahead=ahead), (self._leave(reader),))

    def ways_on(self, key: str, reader: Reader) -> OutboundMessage:
        """Nobody can come: a work order, a call-back, the telephone."""
        return OutboundMessage(self.text(key, reader), self._ways_on(reader))

    def plain(self, key: str, reader: Reader) -> OutboundMessage:
        """Return a sentence alone."""
        return OutboundMessage(self.text(key, reader))

    def line(
        self, line: Mapping[str, Any], told: Mapping[str, Any], reader: Reader, *, named: bool
    ) -> OutboundMessage:
        """Return a line of a letter of the desk: somebody's words, or what happened.

        ``named``: the channel does not show who speaks, so the words do.
        """
        if line["kind"] == "agent":
            if not named:
                return OutboundMessage(line["text"])
            return OutboundMessage(self.text("says_named", reader, agent=line["author"], text=line["text"]))
        if line["kind"] == "department":
            return OutboundMessage(self.text("department", reader, name=line["name"], text=line["text"]))
        return self._system(line["key"], line["values"], told, reader)

    def _system(
        self, key: str, values: Mapping[str, Any], told: Mapping[str, Any], reader: Reader
    ) -> OutboundMessage:
        text = self.text(key, reader, **values)
        if values.get("rate"):
            chat = str(told["chat_id"])
            scores = tuple(
                Button(self.text(f"score.{n}", reader), command("rate", chat=chat, score=n)) for n in _SCORES
            )
            return OutboundMessage(text, scores)
        if key == "expired":
            return OutboundMessage(text, self._ways_on(reader))
        if key in ("requeued", "transferring"):
            return OutboundMessage(text, (self._leave(reader),))
        return OutboundMessage(text)

    def _leave(self, reader: Reader) -> Button:
        return Button(self.text("button.leave", reader), command("leave"))

    def _ways_on(self, reader: Reader) -> tuple[Button, ...]:
        return (
            Button(self.text("button.order", reader), "/complain"),
            Button(
                self.text("button.call_back", reader),
                f"/request_human{json.dumps({'choice': 'person=call_back'})}",
            ),
            Button(self.text("button.phone", reader), _PHONE),
        )


_ADDRESS: Final = re.compile(r"(tel:|https?://)")


def opens_address(button: Button) -> bool:
    """Tell whether a choice opens a page or a phone: then it is not signed and comes back to nobody."""
    return _ADDRESS.match(button.payload) is not None


def command(do: str, **more: Any) -> str:
    """Return the payload of a choice that is for the desk and not for the assistant."""
    return f"/desk{json.dumps({'do': do, **more})}"


def read_command(text: str) -> dict[str, Any] | None:
    """Return what a payload asks of the desk; None for any other text."""
    if not text.startswith("/desk{"):
        return None
    found: dict[str, Any] = json.loads(text.removeprefix("/desk"))
    return found
