"""Whose data is meant: the person's own or a linked relative's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions import consents, speech
from actions.turn import Access, Turn
from backend_client import FamilyMember

_SELF = re.compile(r"我自己|本人|我的|我个人|\bmy\b|\bmine\b|\bmyself\b", re.IGNORECASE)
_CHILDREN = frozenset({"儿子", "女儿", "孩子", "孙子", "孙女", "外孙", "外孙女"})


class NotLinked(Exception):  # noqa: N818 - answered in words, not a failure
    """The relative meant is not linked to this person by consent."""

    def __init__(self, relation: str) -> None:
        super().__init__(relation)
        self.relation = relation


class SeveralLinked(Exception):  # noqa: N818 - answered with a question
    """More than one linked person fits; names in ``members`` are masked."""

    def __init__(self, relation: str, members: list[FamilyMember]) -> None:
        super().__init__(relation)
        self.relation = relation
        self.members = members


@dataclass(frozen=True)
class Subject:
    """The person whose data is read, and the verified person who reads."""

    access: Access
    person_id: str
    relation: str | None

    def label(self, language: str) -> str:
        """“您”, “您母亲”; “your”, “your mother's”."""
        return speech.whose(self.relation, language)


def note_relation(turn: Turn) -> None:
    """Remember whom the message is about (“我妈的” switches, “我的” switches back)."""
    relation = turn.first("person_relation")
    if relation is not None and relation.value not in ("本人", "自己"):
        turn.set("whose", relation.value)
    elif relation is not None or (turn.slots.get("whose") and _SELF.search(turn.text)):
        turn.clear("whose")


async def subject(turn: Turn, purposes: tuple[str, ...] = ("health",)) -> Subject:
    """The person meant by this turn; nothing about them is read without consent to ``purposes``.

    Raises:
        NeedsIdentity: nobody is verified yet.
        NeedsConsent: the person has not agreed.
        NotLinked: the relative is not linked.
        SeveralLinked: several linked relatives fit.
        PlatformError: the platform could not say who is linked.
    """
    note_relation(turn)
    turn.set("last_person_topic", turn.slots.get("last_topic"))
    access = turn.access()
    consents.require(turn, *purposes)
    relation = turn.slots.get("whose")
    if not relation:
        return Subject(access, access.person_id, None)
    members = (await turn.kit.platform.run(lambda p: p.family(access.session))).items
    fitting = [m for m in members if _fits(m.relation, relation)]
    if not fitting:
        turn.clear("whose")
        raise NotLinked(relation)
    meant = _chosen(turn, relation, fitting) if len(fitting) > 1 else fitting[0]
    if meant is None:
        raise SeveralLinked(relation, fitting)
    return Subject(access, meant.person_id, relation)


def _chosen(turn: Turn, relation: str, fitting: list[FamilyMember]) -> FamilyMember | None:
    """Which of several relatives is meant: tapped now, else as chosen before; None when that was never said."""
    remembered = turn.slots.get("members") or {}
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith("member="):
        remembered = {**remembered, relation: tapped.value.removeprefix("member=")}
    meant = next((m for m in fitting if m.person_id == remembered.get(relation)), None)
    if meant is not None and remembered != turn.slots.get("members"):
        turn.set("members", remembered)
    return meant


def _fits(linked: str, meant: str) -> bool:
    return linked == meant or (meant == "孩子" and linked in _CHILDREN)
