"""Which scenes go through which door: every scene at the page and in WeChat, a handful over REST."""

from __future__ import annotations

from typing import Any, Final, Literal

from tests.support.conversation import scripts

Door = Literal["page", "wechat"]
#: Scenes that cannot be played through a door: ``file: title`` and the reason, which is the channel's own. All others
#: are played through both and must go as they are written.
CANNOT: Final[dict[Door, dict[str, str]]] = {"page": {}, "wechat": {}}
#: Played over Rasa's REST channel besides: one of each way to answer, none that leaves anything on the platform.
OVER_REST: Final = (
    "appeal: A picture nobody asked for is not kept",
    "code: Yellow and worried, asks why, then when it turns green",
    "english: A foreigner, English throughout",
    "sites: Round the clock in Wuhou, then nearer",
    "travel: From Shanghai, only the level is asked",
)


def scenes_at(door: Door) -> dict[str, dict[str, Any]]:
    """Scenes that are played through ``door``, by name."""
    return {name: script for name, script in scripts() if name not in CANNOT[door]}
