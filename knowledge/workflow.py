"""How a version of an entry comes to be told: written, reviewed by somebody else, published, retired. Pure.

::

    draft ──submit──▶ in_review ──publish (not by an author)──▶ published
      ▲                   │
      └────send_back──────┘            draft, in_review ──drop──▶ dropped

An entry is taken away by publishing a version of kind `retire`, so that taking away needs two people as well. The one
way around is `withdraw`: a reviewer alone takes an answer away at once; nobody alone puts one there.

WorkflowError
├── WrongState     the version is not in a state in which this can be done
├── OwnWork        an author wants to publish what they have written
├── CommentNeeded  a reason must be given
└── EndsTooEarly   the scheduled end does not lie after the start
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from knowledge.errors import KnowledgeError

State = Literal["draft", "in_review", "published", "dropped"]
Kind = Literal["tell", "retire"]
Origin = Literal["desk", "file"]

OPEN: frozenset[State] = frozenset({"draft", "in_review"})

#: Who publishes what comes with the product's files: their review is that of the repository they are kept in.
FILES = "files"


class WorkflowError(KnowledgeError):
    """A step that may not be taken; the message says why, in the editor's words."""


class WrongState(WorkflowError):  # noqa: N818 - reads as what it says
    """The version is in another state."""


class OwnWork(WorkflowError):  # noqa: N818
    """Two pairs of eyes: an author may not publish."""


class CommentNeeded(WorkflowError):  # noqa: N818
    """Somebody must learn why."""


class EndsTooEarly(WorkflowError):  # noqa: N818
    """Nothing would ever be told."""


@dataclass(frozen=True)
class Version:
    """One version of an entry.

    Attributes:
        number: 1, 2, … within the entry.
        content: the entry as in a file of `data/policies`, source written out; a draft may be incomplete.
        kind: `retire` takes the entry away from when it is in force.
        authors: everybody who wrote or submitted it.
        live_from, live_until: moments of the platform's clock; None: at once, without end.
        order: position among all publications; of two the later one counts.
        emergency: withdrawn by one reviewer alone.
        overridden: why a reviewer published although test questions lose their answer.
    """

    number: int
    state: State
    content: Mapping[str, Any]
    kind: Kind = "tell"
    origin: Origin = "desk"
    authors: tuple[str, ...] = ()
    reviewer: str = ""
    comment: str = ""
    live_from: dt.datetime | None = None
    live_until: dt.datetime | None = None
    order: int = 0
    published_at: dt.datetime | None = None
    emergency: bool = False
    overridden: str = ""
    edit: int = field(default=0, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.state in OPEN


def draft(number: int, content: Mapping[str, Any], author: str, kind: Kind = "tell") -> Version:
    """A new version by `author`."""
    return Version(number, "draft", content, kind, authors=(author,))


def from_file(number: int, content: Mapping[str, Any], order: int, now: dt.datetime, kind: Kind) -> Version:
    """What the product's files say, published as they are."""
    return Version(
        number,
        "published",
        content,
        kind,
        "file",
        (FILES,),
        FILES,
        order=order,
        published_at=now,
    )


def save(
    version: Version,
    person: str,
    content: Mapping[str, Any],
    live_from: dt.datetime | None = None,
    live_until: dt.datetime | None = None,
) -> Version:
    """The draft with new content; whoever saves becomes an author."""
    _in(version, "draft")
    return replace(
        version,
        content=content,
        authors=_with(version.authors, person),
        live_from=live_from,
        live_until=live_until,
    )


def submit(version: Version, person: str) -> Version:
    """Hand a draft to the reviewers; who submits answers for it like an author."""
    _in(version, "draft")
    if version.live_from and version.live_until and version.live_until <= version.live_from:
        raise EndsTooEarly("下线时间要晚于上线时间。")
    return replace(version, state="in_review", authors=_with(version.authors, person), comment="")


def send_back(version: Version, person: str, comment: str) -> Version:
    """Give it back to its authors, with a reason."""
    _in(version, "in_review")
    if not comment.strip():
        raise CommentNeeded("请写明退回的原因，作者会看到。")
    return replace(version, state="draft", reviewer=person, comment=comment.strip())


def publish(version: Version, person: str, now: dt.datetime, order: int, overridden: str = "") -> Version:
    """Let it be told, from `live_from` on.

    Args:
        version: in review.
        person: the reviewer, who has not written any of it.
        now: real time, for the record.
        order: larger than that of every publication before.
        overridden: why it is published although the test questions speak against it.
    """
    _in(version, "in_review")
    if person in version.authors:
        raise OwnWork("您写过或提交过这一版，要请另一位审核员发布。")
    return replace(
        version,
        state="published",
        reviewer=person,
        order=order,
        published_at=now,
        comment="",
        overridden=overridden.strip(),
    )


def drop(version: Version, person: str) -> Version:
    """Give up an open version."""
    if not version.is_open:
        raise WrongState("只有草稿和待审的版本可以作废。")
    return replace(version, state="dropped", reviewer=person)


def withdraw(
    number: int, content: Mapping[str, Any], person: str, reason: str, *, now: dt.datetime, order: int
) -> Version:
    """Take the entry away at once, by one reviewer alone: the only thing one person may do."""
    if not reason.strip():
        raise CommentNeeded("请写明为什么要紧急下线。")
    return Version(
        number,
        "published",
        content,
        "retire",
        authors=(person,),
        reviewer=person,
        comment=reason.strip(),
        order=order,
        published_at=now,
        emergency=True,
    )


def in_force(versions: Iterable[Version], now: dt.datetime) -> Version | None:
    """The version that decides at a moment of the platform's clock: the last published one that has begun.

    It may be of kind `retire`, or over: then nothing is told, for an older version does not come back by itself.
    """
    begun = [v for v in versions if v.state == "published" and (v.live_from is None or v.live_from <= now)]
    return max(begun, key=lambda v: v.order, default=None)


def told(versions: Iterable[Version], now: dt.datetime) -> Version | None:
    """The version that is told at a moment; None when none is."""
    deciding = in_force(versions, now)
    if deciding is None or deciding.kind == "retire":
        return None
    return deciding if deciding.live_until is None or now < deciding.live_until else None


def waiting(versions: Iterable[Version], now: dt.datetime) -> list[Version]:
    """Published versions that will come into force, in the order of their starts."""
    versions = list(versions)
    present = in_force(versions, now)
    later = [
        v
        for v in versions
        if v.state == "published"
        and v.live_from is not None
        and v.live_from > now
        and (present is None or v.order > present.order)
    ]
    return sorted(later, key=lambda v: (v.live_from, v.order))


def _in(version: Version, state: State) -> None:
    if version.state != state:
        raise WrongState("这一版的状态已经变了，请看最新状态再操作。")


def _with(authors: tuple[str, ...], person: str) -> tuple[str, ...]:
    return authors if person in authors else (*authors, person)
