# ruff: noqa: N818 – a name says what happened
"""What quality refuses, in words for whoever asked.

::

    QualityRefused(sentence)
    ├── NoSuchCase          no case has this id
    ├── TookPart            who took part in a case neither scores it nor decides about it
    ├── AlreadySubmitted    a sheet is submitted once
    ├── ChangedMeanwhile    the sheet or the case is not as it was when the page was opened
    ├── NotReady            a sheet that is not complete; `faults` by field
    ├── WrongState          what is asked does not fit where the case stands
    └── TooLate             the days for an appeal are over
"""

from __future__ import annotations

from collections.abc import Mapping


class QualityRefused(Exception):
    """Something that is not done; `sentence` is for the page, `status` its HTTP status."""

    status = 409
    sentence = "这一步没有完成。"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.sentence)


class NoSuchCase(QualityRefused):
    """There is no such case."""

    status = 404
    sentence = "没有这份质检。"


class TookPart(QualityRefused):
    """Nobody judges what they took part in."""

    status = 403
    sentence = "您参与过这一件，不能由您评分或裁定。"


class AlreadySubmitted(QualityRefused):
    """What was submitted stays."""

    sentence = "这份评分已经提交，不能再改。"


class ChangedMeanwhile(QualityRefused):
    """Somebody else, or another window, was faster."""

    sentence = "这一件刚刚有了变化，请看最新内容再操作。"


class NotReady(QualityRefused):
    """Something is missing; the draft is kept."""

    sentence = "还不能提交，已存为草稿。"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


class WrongState(QualityRefused):
    """The case stands elsewhere."""

    sentence = "这一件现在不能这样处理。"


class TooLate(QualityRefused):
    """The time for it is over."""

    sentence = "申诉期已过，结果已经生效。"
