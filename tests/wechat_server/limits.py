"""WeChat's counting: how many customer-service messages, which token is valid."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

#: What a person does → (messages, seconds); official since 12 June 2023.
GRANTS = {
    "message": (5, 48 * 3600),
    "click": (3, 60),
    "subscribe": (3, 60),
    "scan": (3, 60),
    "enter": (2, 60),
}


@dataclass
class Allowance:
    """What may still be sent to one person: a grant for 48 hours and one for a minute, the larger one counts."""

    long: int = 0
    long_until: float = 0.0
    short: int = 0
    short_until: float = 0.0

    def grant(self, what: str, now: float) -> None:
        """The person did something."""
        count, seconds = GRANTS[what]
        if seconds > 60:
            self.long, self.long_until = count, now + seconds
        else:
            self.short, self.short_until = count, now + seconds

    def refusal(self, now: float) -> int:
        """0 when a message may be sent, and it is counted; else the errcode."""
        living = [until > now for until in (self.long_until, self.short_until)]
        if not any(living):
            return 45015
        if max(self.long * living[0], self.short * living[1]) < 1:
            return 45047
        self.long, self.short = max(0, self.long - 1), max(0, self.short - 1)
        return 0


@dataclass
class StableToken:
    """``/cgi-bin/stable_token`` of one account: one while it lives, two for five minutes after a renewal."""

    clock: Callable[[], float]
    lifetime: float = 7200.0
    current: str = ""
    until: float = 0.0
    valid: dict[str, float] = field(default_factory=dict)
    fetched: int = 0
    forced_at: list[float] = field(default_factory=list)

    def ask(self, *, force: bool) -> tuple[str, int] | int:
        """Token and seconds left, or an errcode."""
        now = self.clock()
        self.fetched += 1
        if force:
            today = [at for at in self.forced_at if now - at < 86_400]
            if len(today) >= 20 or (today and now - today[-1] < 30):
                return 45011
            self.forced_at.append(now)
            self.valid.clear()
        if force or self.until - now <= 300:
            for token in self.valid:
                self.valid[token] = min(self.valid[token], now + 300)
            self.current, self.until = f"token-{secrets.token_hex(120)}", now + self.lifetime
            self.valid[self.current] = self.until
        return self.current, int(self.until - now)

    def refusal(self, token: str) -> int:
        """0, or the errcode of a token that is not valid."""
        if token not in self.valid:
            return 40001
        return 0 if self.valid[token] > self.clock() else 42001

    def spoil(self) -> None:
        """Let no token be valid, while the account is still given the same one: what WeChat sometimes does."""
        self.valid.clear()
