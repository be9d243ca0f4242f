"""Relatives, and whose something is."""

from __future__ import annotations

_KIN_EN = {
    "母亲": "mother",
    "父亲": "father",
    "奶奶": "grandmother",
    "爷爷": "grandfather",
    "外婆": "grandmother",
    "外公": "grandfather",
    "岳母": "mother-in-law",
    "岳父": "father-in-law",
    "婆婆": "mother-in-law",
    "公公": "father-in-law",
    "妻子": "wife",
    "丈夫": "husband",
    "儿子": "son",
    "女儿": "daughter",
    "孩子": "child",
}


def kin(relation: str, language: str = "zh") -> str:
    """“母亲” or “mother”."""
    return _KIN_EN.get(relation, "family member") if language == "en" else relation


def whose(relation: str | None, language: str = "zh") -> str:
    """“您” or “您母亲”; “your” or “your mother's”."""
    if language == "en":
        return f"your {_KIN_EN.get(relation, 'family member')}'s" if relation else "your"
    return f"您{relation}" if relation else "您"
