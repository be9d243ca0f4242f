# ruff: noqa: N818 – a name says what happened
"""What the plan refuses, in words for whoever asked.

::

    ShiftRefused(sentence)
    ├── NoSuchShift         it has been taken off the plan, or never was on it
    ├── NoSuchWish          no leave or exchange has this id, or it is not this person's
    ├── Overlaps            an agent would have two shifts at the same time
    ├── Settled             somebody has answered or decided already
    └── NotPossible         days in the wrong order, a shift that has begun, oneself as the other
"""

from __future__ import annotations


class ShiftRefused(Exception):
    """Something that is not done; `sentence` is for the page, `status` its HTTP status."""

    status = 409
    sentence = "这一步没有完成。"

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.sentence
        super().__init__(self.sentence)


class NoSuchShift(ShiftRefused):
    """There is no such shift (any more)."""

    status = 404
    sentence = "这个班次已经不在班表上，请看最新的班表。"


class NoSuchWish(ShiftRefused):
    """There is no such leave or exchange for this person."""

    status = 404
    sentence = "没有这条申请。"


class Overlaps(ShiftRefused):
    """Two shifts of one agent at the same time."""

    sentence = "换了以后会有班次重叠，不能这样换。"


class Settled(ShiftRefused):
    """It has been answered or decided."""

    sentence = "这条申请已经处理过了。"


class NotPossible(ShiftRefused):
    """What was asked for cannot be."""
