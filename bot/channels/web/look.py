"""How a person wants the page: large type, language, colours. Asked for in a link or kept in the plain form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Language = Literal["zh-CN", "en"]
Theme = Literal["light", "dark"]
_LANGUAGES: Final[dict[str, Language]] = {"zh": "zh-CN", "zh-CN": "zh-CN", "en": "en"}
_TURNED: Final = re.compile(r"(view|lang)=([a-zA-Z-]{2,8})", re.ASCII)


@dataclass(frozen=True)
class Look:
    """How the page is drawn before (or without) script.

    Attributes:
        language: of the page's own words.
        large: large type for older people (长辈版).
        theme: None follows the device.
    """

    language: Language = "zh-CN"
    large: bool = False
    theme: Theme | None = None

    @property
    def view(self) -> str:
        """Return the view's name in links: ``elder`` or ``normal``."""
        return "elder" if self.large else "normal"

    @classmethod
    def of(cls, fields: Mapping[str, str], accepted: str) -> Look:
        """Read ``view``, ``lang`` and ``theme``; what is unknown is as if it were not there.

        Args:
            fields: of a link or a form. ``look`` (``view=elder``, ``lang=en``) is a pressed switch and goes first.
            accepted: the ``Accept-Language`` header; English is for those who read it and no Chinese.
        """
        asked = dict(fields)
        if turned := _TURNED.fullmatch(asked.get("look", "")):
            asked[turned.group(1)] = turned.group(2)
        theme = next((name for name in get_args(Theme) if name == asked.get("theme")), None)
        language = _LANGUAGES.get(asked.get("lang", "")) or _preferred(accepted)
        return cls(language, asked.get("view") == "elder", theme)


def _preferred(accepted: str) -> Language:
    ranges = [part.split(";")[0].strip().lower() for part in accepted.split(",")]
    reads_chinese = any(name.startswith("zh") for name in ranges)
    return "en" if not reads_chinese and any(name.startswith("en") for name in ranges) else "zh-CN"
