"""Free text as the desk shows it: personal numbers and names starred, tokens of the assistant as words."""

from __future__ import annotations

from privacy.kinds import TOKEN
from privacy.masking import mask_value
from privacy.recognise import find

_TOKEN_WORDS = {
    "ID": "〔证件号〕",
    "PASSPORT": "〔护照号〕",
    "PERMIT": "〔通行证号〕",
    "PHONE": "〔手机号〕",
    "NAME": "〔姓名〕",
    "OTP": "〔验证码〕",
    "CODE": "〔健康码内容〕",
    "GEO": "〔位置〕",
    "SESSION": "〔会话〕",
}


def shown(text: str) -> str:
    """Return a citizen's text for the screen (GB/T 35273-2020 §7.2: de-identify what is displayed)."""
    pieces: list[str] = []
    done = 0
    for finding in find(text):
        pieces += [text[done : finding.start], mask_value(finding.kind, finding.value)]
        done = finding.end
    pieces.append(text[done:])
    return TOKEN.sub(lambda token: _TOKEN_WORDS[token[1]], "".join(pieces))
