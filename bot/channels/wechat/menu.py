"""The menu at the bottom of a 公众号, as data: what each button says, and what WeChat is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.channels.wechat.errors import NotConfigured

_MOST_TOP: Final = 3
_MOST_BELOW: Final = 5
_TOP_BYTES: Final = 16
_BELOW_BYTES: Final = 40
_KEY_BYTES: Final = 128


@dataclass(frozen=True)
class Menu:
    """The menu of an installation.

    Attributes:
        buttons: as in the file.
        says: key of a button → what the assistant hears.
        welcome: choices offered to somebody who begins to follow.
    """

    buttons: tuple[Mapping[str, Any], ...]
    says: Mapping[str, str]
    welcome: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Menu:
        """Read and check the file.

        Raises:
            NotConfigured: the file is missing, or a button would be refused by WeChat; names it.
        """
        try:
            raw = yaml.safe_load(path.read_text("utf-8"))
            buttons = tuple(raw["menu"])
            leaves = list(_leaves(buttons))
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise NotConfigured(f"{path} is no menu: {type(error).__name__}") from error
        if not 1 <= len(buttons) <= _MOST_TOP:
            raise NotConfigured(f"a menu has one to {_MOST_TOP} buttons")
        says = {leaf["key"]: leaf["says"] for leaf in leaves if "says" in leaf}
        if len(says) != sum("says" in leaf for leaf in leaves):
            raise NotConfigured("two buttons have the same key")
        return cls(buttons, says, tuple(raw.get("welcome") or ()))

    def for_wechat(self, public_url: str, page: str | None = None) -> list[dict[str, Any]]:
        """Return the buttons in WeChat's form.

        Args:
            public_url: below it are pages of our own.
            page: the address that opens our page from this account's chats, where it has one.
        """
        places = {"/": page or f"{public_url}/"}
        return [
            {
                "name": button["name"],
                "sub_button": [_leaf(leaf, public_url, places) for leaf in button["buttons"]],
            }
            if "buttons" in button
            else _leaf(button, public_url, places)
            for button in self.buttons
        ]


def _leaves(buttons: tuple[Mapping[str, Any], ...]) -> Iterator[Mapping[str, Any]]:
    """Every button that does something, checked."""
    for button in buttons:
        below = button.get("buttons")
        _check_name(button, _TOP_BYTES)
        if below is None:
            yield _checked(button)
            continue
        if not 1 <= len(below) <= _MOST_BELOW:
            raise NotConfigured(f"{button['name']}: one to {_MOST_BELOW} buttons below")
        for leaf in below:
            _check_name(leaf, _BELOW_BYTES)
            yield _checked(leaf)


def _check_name(button: Mapping[str, Any], most: int) -> None:
    if not 0 < len(str(button["name"]).encode()) <= most:
        raise NotConfigured(f"{button['name']}: a name has at most {most} bytes")


def _checked(leaf: Mapping[str, Any]) -> Mapping[str, Any]:
    if ("says" in leaf) == ("opens" in leaf):
        raise NotConfigured(f"{leaf['name']}: a button says something or opens something")
    if "says" in leaf and not 0 < len(str(leaf["key"]).encode()) <= _KEY_BYTES:
        raise NotConfigured(f"{leaf['name']}: a key has at most {_KEY_BYTES} bytes")
    return leaf


def _leaf(leaf: Mapping[str, Any], public_url: str, places: Mapping[str, str]) -> dict[str, Any]:
    if "says" in leaf:
        return {"type": "click", "name": leaf["name"], "key": leaf["key"]}
    opens = str(leaf["opens"])
    return {
        "type": "view",
        "name": leaf["name"],
        "url": places.get(opens) or (public_url + opens if opens.startswith("/") else opens),
    }
