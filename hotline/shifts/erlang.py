"""How many agents a stream of calls or chats needs: Erlang's delay formula. Pure.

A. K. Erlang, “Solution of some Problems in the Theory of Probabilities of Significance in Automatic Telephone
Exchanges”, Elektroteknikeren 13 (1917). With load ``A = arrivals · handling time`` (erlang) and ``n > A`` agents, who
comes waits with the probability::

    C(n, A) = B / (1 - (A / n) · (1 - B)),   B(0) = 1,  B(k) = A · B(k - 1) / (k + A · B(k - 1))

and longer than ``t`` with ``C · exp(-(n - A) · t / handling time)``. Erlang B is taken by its recursion: nothing
overflows. Arrivals count as random and nobody hangs up; with impatient people the real waits are a little shorter.
"""

from __future__ import annotations

import math

#: More agents than this are never needed here; a greater load is a mistake in the data.
MOST_AGENTS = 5_000


def waiting(agents: int, load: float) -> float:
    """Return the probability that somebody who comes must wait; 1 when the agents cannot cope at all.

    Args:
        agents: how many there are, at least 0.
        load: arrivals in a unit of time · handling time in the same unit, at least 0.
    """
    if load <= 0:
        return 0.0 if agents > 0 or load == 0 else 1.0
    if agents <= load:
        return 1.0
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    return min(1.0, blocked / (1 - load / agents * (1 - blocked)))


def within(agents: int, load: float, handle_s: float, patience_s: float) -> float:
    """Return the part of those who come that is served within `patience_s` seconds."""
    if load <= 0:
        return 1.0
    if agents <= load:
        return 0.0
    return 1 - waiting(agents, load) * math.exp(-(agents - load) * patience_s / handle_s)


def mean_wait(agents: int, load: float, handle_s: float) -> float:
    """Return the mean wait of all who come, in seconds; infinite when the agents cannot cope."""
    if load <= 0:
        return 0.0
    if agents <= load:
        return math.inf
    return waiting(agents, load) * handle_s / (agents - load)


def needed(load: float, handle_s: float, part: float, patience_s: float) -> int:
    """Return the fewest agents with whom at least `part` of those who come is served within `patience_s` seconds.

    Args:
        load: in erlang.
        handle_s: mean handling time, more than 0.
        part: more than 0, less than 1.
        patience_s: at least 0.

    Raises:
        ValueError: a load beyond `MOST_AGENTS`.
    """
    if load <= 0:
        return 0
    for agents in range(math.floor(load) + 1, MOST_AGENTS + 1):
        if within(agents, load, handle_s, patience_s) >= part:
            return agents
    raise ValueError(f"a load of {load} erlang needs more than {MOST_AGENTS} agents")
