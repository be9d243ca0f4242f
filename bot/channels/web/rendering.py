"""How a person's own words are shown again: with everything personal masked.

The page shows what was typed only until the server has it; from then on it shows what is kept, which is this.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from privacy.masking import mask_value
from privacy.recognise import find

MAX_SHOWN: Final = 2000
LOCATION_SHOWN: Final = "我的位置"
PICTURE_SHOWN: Final = "[图片]"
IDENTITY_SHOWN: Final = "[已核验的身份]"
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LABELS: Final = {
    "ID": "身份证号",
    "PASSPORT": "护照号",
    "PERMIT": "证件号",
    "PHONE": "手机号",
    "NAME": "姓名",
    "OTP": "验证码",
    "CODE": "健康码内容",
}


def clean(text: str) -> str:
    """Return ``text`` without control characters, direction marks and lone surrogates; lines stay lines."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def masked(text: str, expected: Collection[str | None]) -> str:
    """Return ``text`` as it may be kept and shown.

    Args:
        text: what the person typed.
        expected: everything that the assistant may just have asked for (``name``, ``phone`` …, None for
            nothing); what is personal under any of them is masked.
    """
    found = sorted({f for expects in (None, *expected) for f in find(text, expects)})
    parts: list[str] = []
    position = 0
    for finding in found:
        if finding.start < position:
            if finding.end > position:  # overlaps the one before: its rest goes too
                parts.append("*" * (finding.end - position))
                position = finding.end
            continue
        shown = mask_value(finding.kind, finding.value)
        if finding.kind in _LABELS and not (text[: finding.start] + text[finding.end :]).strip():
            shown = f"{_LABELS[finding.kind]} {shown}"
        parts += [text[position : finding.start], shown]
        position = finding.end
    shown_text = clean("".join(parts) + text[position:]).strip()
    return shown_text if len(shown_text) <= MAX_SHOWN else shown_text[:MAX_SHOWN] + "…"
