"""“session-from”: which page of the mini-program the chat was opened from, and a reference to who was handed over.

Anybody can open the chat with any text there: only pages that the configuration names count, and a reference only in
the chat of the person it was given to. Everything else is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import yaml

from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.mini_login import REFERENCE
from bot.identity.tickets import Tickets

#: WeChat's own limit of session-from.
_LONGEST: Final = 1000
_MOST_FIELDS: Final = 8
_REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_WELCOME: Final = "welcome"


@dataclass(frozen=True)
class Entrance:
    """What is said to somebody who comes from a page: a sentence of ours, and choices below it."""

    greeting: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Came:
    """How somebody came: what is said, the choices below it, and the platform's token they brought along."""

    greeting: str
    choices: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Entrances:
    """The pages people come from, and where references are looked up."""

    pages: Mapping[str, Entrance]
    tickets: Tickets

    def read(self, source: str, conversation_id: str) -> Came:
        """Return what a session-from says in this person's chat; a reference is taken once."""
        said = _fields(source)
        page = self.pages.get(said.get("page", ""), Entrance(_WELCOME, ()))
        reference = said.get("ref", "")
        held = None
        if _REFERENCE.fullmatch(reference):
            held = self.tickets.take(REFERENCE, reference, conversation_id)
        return Came(page.greeting, page.choices, None if held is None else str(held["token"]))


def _fields(source: str) -> dict[str, str]:
    if len(source) > _LONGEST:
        return {}
    try:
        return dict(parse_qsl(source, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def load_entrances(path: Path) -> dict[str, Entrance]:
    """Return the pages of the file, by the name that stands in session-from.

    Raises:
        NotConfigured: the file is missing or names something twice; the text says what.
    """
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))["entrances"]
        return {str(name): _entrance(str(name), entry) for name, entry in raw.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise NotConfigured(f"{path} has no entrances: {type(error).__name__}") from error


def _entrance(name: str, entry: Mapping[str, Any]) -> Entrance:
    choices = tuple(str(choice) for choice in entry["choices"])
    if not choices or len(set(choices)) != len(choices):
        raise NotConfigured(f"entrance {name}: choices, each once")
    return Entrance(str(entry["greeting"]), choices)
