"""Text inside XML that stays text, whatever somebody wrote."""

from __future__ import annotations

import re
from typing import Final

#: What XML 1.0 cannot hold, not even escaped.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return ``text`` without what no message can carry: control characters and lone surrogates."""
    return _UNPRINTABLE.sub("", text)


def cdata(text: str) -> str:
    """Return ``text`` as a CDATA section that cannot be left: ``]]>`` is divided between two sections."""
    safe = printable(text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"
