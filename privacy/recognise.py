"""Where in a text is personal data and of which kind: a pure function of text and what was just asked for."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, Literal

from privacy.documents import is_foreign_card
from privacy.finding import Finding
from privacy.folding import CHINESE_DIGITS, fold_width
from privacy.join_codes import find_codes
from privacy.kinds import TOKEN, Kind
from privacy.names import find_beside, find_expected, find_introduced
from privacy.numbers import (
    Run,
    find_numbers,
    is_landline,
    looks_like_time,
    number_view,
    runs,
)
from privacy.words import words

__all__ = ["Expects", "Finding", "find"]

Expects = Literal["name", "document", "phone", "otp", "join_code"]

_DIGIT: Final = re.compile(r"\d")
_FREE: Final = r"(?<![A-Za-z0-9#])"
_PASSPORT: Final = re.compile(
    rf"{_FREE}(?:[EGDSP](?:[ ]{{0,4}}\d){{8}}|E[ ]{{0,4}}[A-HJ-NP-Z](?:[ ]{{0,4}}\d){{7}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PERMIT: Final = re.compile(
    rf"{_FREE}(?:[HMCWT](?:[ ]{{0,4}}\d){{8}}(?:(?:[ ]{{0,4}}\d){{2}})?|[A-Z]{{3}}(?:[ ]{{0,4}}\d){{12}})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PASSPORT_SAID: Final = re.compile(
    r"(?:护照|護照|passport)[^A-Za-z0-9\n]{0,3}(?:证件)?(?:号码|号|號|number|no\b\.?|num)?[^A-Za-z0-9\n]{0,6}(?:is|为|是)?[^A-Za-z0-9\n]{0,3}"
    r"([A-Z]{0,3}[ ]{0,4}\d(?:[ ]{0,4}\d|[A-Z0-9]){4,13})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PERMIT_SAID: Final = re.compile(
    r"(?:台胞证|臺胞證|台湾居民|臺灣居民|通行证|通行證|回乡证|回鄉證|永居证|永久居留|居留证|居留许可)[^A-Za-z0-9\n]{0,12}"
    r"([A-Z]{0,3}(?:[ ]{0,4}\d){7,15}(?:[ ]{0,4}[A-Z])?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_OTP_SAID: Final = re.compile(
    r"(?:验证码|驗證碼|校验码|动态码|短信码|verification code|\bcode is|\botp)"
    r"[^\d\n]{0,6}(\d(?:[ ]{0,2}\d){3,7})(?!\d)",
    re.IGNORECASE,
)
_PHONE_SAID: Final = re.compile(
    r"(?:座机|固话|家里电话|我的?电话|联系电话|电话号码)[^\d\n]{0,4}([2-9]\d{6,7})(?!\d)"
)
_DOCUMENT_TYPED: Final = re.compile(
    rf"{_FREE}(?:[A-Z]{{1,2}}[ ]{{0,2}}|[A-Z]{{3}})?\d(?:[ ]{{0,4}}\d){{5,16}}[A-Z]?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PASSPORT_TYPED: Final = re.compile(
    rf"{_FREE}(?=[A-Z]{{0,3}}\d)(?=(?:[A-Z]*\d){{3}})[A-Z0-9]{{6,9}}(?![A-Za-z0-9])", re.IGNORECASE
)
"""A passport number with letters inside (C01X00T47), believed when a document was asked for."""
#: A signed code as text (passes/payload.py): whoever has it could show it as their own.
_CODE: Final = re.compile(r"TFJK1\.[A-Z2-7]{100,400}", re.IGNORECASE)
_CHINESE_DIGITS: Final = re.compile(f"[{''.join(CHINESE_DIGITS)}]+")
_OTP_LENGTHS: Final = range(4, 9)
_PHONE_LENGTHS: Final = range(7, 16)


def find(text: str, expects: str | None = None) -> list[Finding]:
    """Find identity numbers, other documents, phones, names, one-time passwords, codes that join and signed codes.

    Args:
        text: what was typed. Tokens in it (``<ID#…>``) and ticket numbers (``JKT…``) are left alone.
        expects: ``name``, ``document``, ``phone``, ``otp`` or ``join_code`` when it was just asked for, else None.
            What is asked for is found without introduction and also when it is mistyped.

    Returns:
        Findings in the order of the text, none overlapping another.
    """
    flat = fold_width(text)
    view = number_view(flat)
    layers: list[list[Finding]] = [_by_pattern(flat, _CODE, "CODE")]
    if _DIGIT.search(view):
        layers.append(list(find_codes(flat, asked=expects == "join_code")))
        layers.append(_introduced_numbers(flat, view))
        layers.append(find_numbers(flat, view))
        layers.append(_by_pattern(view, _PASSPORT, "PASSPORT") + _by_pattern(view, _PERMIT, "PERMIT"))
        if expects in ("document", "phone", "otp"):
            layers.append(_expected_numbers(flat, view, expects))
    numbers = _without_overlaps(layers)
    names = find_introduced(flat) + find_beside(flat, numbers)
    if expects == "name" and not numbers:
        names = find_expected(flat) or names
    tokens = [m.span() for m in TOKEN.finditer(text)] if "#" in text else []
    names = [n for n in names if not any(a < n.end and n.start < b for a, b in tokens)]
    return _without_overlaps([numbers, names])


def _introduced_numbers(flat: str, view: str) -> list[Finding]:
    found = _by_pattern(view, _OTP_SAID, "OTP", group=1)
    found += [
        f for f in _by_pattern(view, _PASSPORT_SAID, "PASSPORT", group=1) if not _is_card_or_phone(f.value)
    ]
    found += [f for f in _by_pattern(view, _PERMIT_SAID, "PERMIT", group=1) if not _is_card_or_phone(f.value)]
    found += _by_pattern(view, _PHONE_SAID, "PHONE", group=1)
    return [f for f in found if f.value not in words("public_numbers")]


def _is_card_or_phone(value: str) -> bool:
    """Tell whether the general rules know this number better (“护照丢了，身份证5101…”)."""
    flat = fold_width(value)
    return bool(find_numbers(flat, number_view(flat))) and not is_foreign_card(value)


def _by_pattern(view: str, pattern: re.Pattern[str], kind: Kind, group: int = 0) -> list[Finding]:
    found = []
    for match in pattern.finditer(view):
        begin, end = match.span(group)
        found.append(Finding(begin, end, kind, view[begin:end].replace(" ", "").upper()))
    return found


def _expected_numbers(flat: str, view: str, expects: str) -> list[Finding]:
    """Find what the person meant as the answer, right or wrong."""
    view = _without_lone_digits(flat, view)
    if expects == "document":
        typed = [
            Finding(m.start(), m.end(), *_document_kind(m.group().replace(" ", "").upper()))
            for m in _DOCUMENT_TYPED.finditer(view)
            if not looks_like_time(m.group()) or m.group() == flat.strip()
        ]
        return typed or _by_pattern(view, _PASSPORT_TYPED, "PASSPORT")
    found: list[Finding] = []
    lengths, kind = (_OTP_LENGTHS, "OTP") if expects == "otp" else (_PHONE_LENGTHS, "PHONE")
    for run in runs(flat, view, lengths.start):
        digits = run.digits.rstrip("X")
        if (
            len(digits) in lengths
            and "X" not in digits
            and digits not in words("public_numbers")
            and not _is_date(run)
        ):
            end = run.places[len(digits) - 1] + 1
            valid = kind == "OTP" or is_landline(digits)
            found.append(Finding(run.places[0], end, "OTP" if kind == "OTP" else "PHONE", digits, valid))
    return found


def _without_lone_digits(flat: str, view: str) -> str:
    """Blank a Chinese digit that stands alone: in “12345一直占线” it is a word."""
    if flat.isascii():
        return view
    kept = list(view)
    for match in _CHINESE_DIGITS.finditer(flat):
        if match.end() - match.start() == 1:
            kept[match.start()] = "\0"
    return "".join(kept)


def _document_kind(value: str) -> tuple[Kind, str, bool]:
    if value[:1].isalpha():
        return (
            ("PERMIT", value, True)
            if value[0] in "HM" and len(value) in (9, 11)
            else ("PASSPORT", value, True)
        )
    if len(value) == 8:  # noqa: PLR2004 - the permit of a Taiwan resident
        return "PERMIT", value, True
    return ("PASSPORT", value, True) if len(value) == 9 else ("ID", value, False)  # noqa: PLR2004


def _is_date(run: Run) -> bool:
    sizes = [b - a for a, b in zip(run.starts, run.starts[1:], strict=False)]
    return sizes[:1] == [4] and len(sizes) == 3 and run.digits[:2] in ("19", "20")  # noqa: PLR2004


def _without_overlaps(layers: list[list[Finding]]) -> list[Finding]:
    """Join layers: an earlier layer wins, inside one the first, of those that begin together the longest."""
    kept: list[Finding] = []
    for layer in layers:
        taken = _Spans(kept)
        end = 0
        for finding in sorted(layer, key=lambda f: (f.start, -f.end)):
            if finding.start >= end and not taken.touch(finding):
                kept.append(finding)
                end = finding.end
    return sorted(kept)


class _Spans:
    """Spans that do not overlap, asked whether another touches one of them, in logarithmic time."""

    def __init__(self, findings: list[Finding]) -> None:
        self._sorted = sorted(findings)
        self._starts = [f.start for f in self._sorted]

    def touch(self, finding: Finding) -> bool:
        after = bisect_left(self._starts, finding.end)
        return after > 0 and self._sorted[after - 1].end > finding.start
