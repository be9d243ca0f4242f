"""Which conversation is told: of several that their person has joined, one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from privacy.joins import Joins
from privacy.notices import Subscription, Subscriptions


def one_each(joins: Joins, lines: Iterable[Subscription]) -> list[Subscription]:
    """Return ``lines`` as they are told: joined conversations as one.

    That one is the conversation the person named, else the one they spoke in last; who is not joined is told as asked.
    """
    told: dict[str, Subscription] = {}
    for line in lines:
        member = joins.told(line.conversation_id)
        place = (
            line
            if member is None
            else replace(line, conversation_id=member.conversation_id, channel=member.channel)
        )
        told.setdefault(place.conversation_id, place)
    return list(told.values())


def still_wanted(joins: Joins, subscriptions: Subscriptions, line: Subscription, kind: str) -> bool:
    """Tell whether the conversation that is told, or one joined with it, still asks for this."""
    conversations = {line.conversation_id, *(m.conversation_id for m in joins.members(line.conversation_id))}
    return any(subscriptions.holds(conversation, kind, line.about) for conversation in conversations)
