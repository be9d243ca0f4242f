"""How many customer-service messages may still be sent to a person, as WeChat counts since 12 June 2023.

=============================== ======== ========
what the person did             messages good for
=============================== ======== ========
wrote a message                 5        48 h
tapped a menu or a message menu 3        1 min
began to follow                 3        1 min
scanned a QR                    3        1 min
mini-program: wrote a message   5        48 h
mini-program: opened the chat   2        1 min
=============================== ======== ========

Grants do not add up: the larger one counts. A grant for a minute takes the place of an earlier one for a minute, since
WeChat does not say which of the two it counts on with. A message that is sent is taken from every grant that still
lives. So never more is promised than WeChat allows. Passive replies cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final


class Trigger(Enum):
    """What a person did that lets us send something."""

    MESSAGE = "message"
    MENU = "menu"
    SUBSCRIBE = "subscribe"
    SCAN = "scan"
    ENTER = "enter"


@dataclass(frozen=True)
class Grant:
    """``left`` messages that may be sent until ``until`` (unix seconds)."""

    left: int
    until: float


_HOURS_48: Final = 48 * 3600.0
_MINUTE: Final = 60.0
_RULES: Final[Mapping[Trigger, tuple[int, float]]] = MappingProxyType(
    {
        Trigger.MESSAGE: (5, _HOURS_48),
        Trigger.MENU: (3, _MINUTE),
        Trigger.SUBSCRIBE: (3, _MINUTE),
        Trigger.SCAN: (3, _MINUTE),
        Trigger.ENTER: (2, _MINUTE),
    }
)


@dataclass(frozen=True)
class Quota:
    """The grants of one person, by what gave them."""

    grants: Mapping[Trigger, Grant] = MappingProxyType({})

    def granted(self, trigger: Trigger, now: float) -> Quota:
        """Return the quota after the person has done something at ``now`` (unix seconds)."""
        most, seconds = _RULES[trigger]
        others = {t: grant for t, grant in self._living(now).items() if _RULES[t][1] != seconds}
        return replace(self, grants={**others, trigger: Grant(most, now + seconds)})

    def left(self, now: float) -> int:
        """Return how many messages may be sent at ``now``."""
        return max((grant.left for grant in self._living(now).values()), default=0)

    def until(self, now: float) -> float | None:
        """Return when the last message that may be sent now must have been sent; None when none may."""
        return max((grant.until for grant in self._living(now).values() if grant.left), default=None)

    def spent(self, now: float) -> Quota:
        """Return the quota after one message was sent at ``now``."""
        living = self._living(now)
        return replace(self, grants={t: replace(g, left=max(0, g.left - 1)) for t, g in living.items()})

    def given_back(self, now: float) -> Quota:
        """Return the quota after WeChat has refused one message that was counted as sent."""
        living = self._living(now)
        return replace(
            self, grants={t: replace(g, left=min(_RULES[t][0], g.left + 1)) for t, g in living.items()}
        )

    def _living(self, now: float) -> dict[Trigger, Grant]:
        return {trigger: grant for trigger, grant in self.grants.items() if grant.until > now}


#: WeChat says that nothing may be sent (45047, 45015): it knows better than our count.
EXHAUSTED: Final = Quota()
