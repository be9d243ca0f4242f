"""What all models share: frozen, strict in types, tolerant of fields they do not know.

A platform that answers a number where a text is promised is wrong, and a colour or a time guessed from it could
send somebody to the wrong place; so nothing is converted but JSON's own forms of times, dates and numbers.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, Extra, StrictBool, StrictInt, StrictStr
from pydantic.generics import GenericModel

ItemT = TypeVar("ItemT")

# `datetime.fromisoformat` of Python 3.10 reads three or six decimals and no `Z`; RFC 3339 allows any and both.
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt](?P<clock>\d\d:\d\d:\d\d)(\.(?P<fraction>\d+))?(?P<offset>[Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)


class Answer(BaseModel):
    """A part of what the platform answers."""

    class Config:
        frozen = True
        extra = Extra.ignore


class Question(BaseModel):
    """The body of a write. Unset optional fields are left out on the wire."""

    class Config:
        frozen = True
        extra = Extra.forbid

    def wire(self) -> dict[str, Any]:
        """Return the JSON object to send."""
        return self.dict(exclude_none=True)

    def __repr__(self) -> str:
        """Name the fields only: the values are personal."""
        return f"{type(self).__name__}({', '.join(self.__fields__)})"

    __str__ = __repr__


class Page(GenericModel, Generic[ItemT]):
    """One page of a list.

    Attributes:
        items: at most `limit` things in the order the method documents.
        next_cursor: hand it back for the next page; `None` on the last.
    """

    class Config:
        frozen = True
        extra = Extra.ignore

    items: tuple[ItemT, ...]
    next_cursor: StrictStr | None = None

    def __len__(self) -> int:
        """Return the number of items on this page."""
        return len(self.items)


def _strict_moment(value: object) -> dt.datetime:
    if not isinstance(value, str):
        raise TypeError("not an RFC 3339 text")
    parts = _MOMENT.fullmatch(value)
    if parts is None:
        raise ValueError("not an RFC 3339 time with an offset")
    fraction = (parts["fraction"] or "").ljust(6, "0")[:6]
    offset = "+00:00" if parts["offset"] in {"Z", "z"} else parts["offset"]
    return dt.datetime.fromisoformat(f"{parts['day']}T{parts['clock']}.{fraction}{offset}")


def _strict_day(value: object) -> dt.date:
    if not isinstance(value, str):
        raise TypeError("not an ISO date text")
    return dt.date.fromisoformat(value)


def _strict_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


if TYPE_CHECKING:
    Text = str
    Whole = int
    Flag = bool
    Number = float
    Moment = dt.datetime
    Day = dt.date
else:
    Text = StrictStr
    Whole = StrictInt
    Flag = StrictBool

    class Moment(dt.datetime):
        """An RFC 3339 time with offset; the value is a plain aware `datetime`."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[object], dt.datetime]]:
            yield _strict_moment

    class Day(dt.date):
        """An ISO date; the value is a plain `date`."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[object], dt.date]]:
            yield _strict_day

    class Number(float):
        """A JSON number, whole or not; the value is a plain `float`."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[object], float]]:
            yield _strict_number


__all__ = [
    "Answer",
    "Day",
    "Flag",
    "Moment",
    "Number",
    "Page",
    "Question",
    "Text",
    "Whole",
]
