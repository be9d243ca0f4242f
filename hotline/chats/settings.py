"""The settings of chats, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from privacy.secrets import SecretStore

from .hours import Hours
from .model import Timers


@dataclass(frozen=True)
class ChatSettings:
    """How chats run.

    Attributes:
        key: 32 bytes under which chats lie sealed (secret `desk_chats`).
        bot_url: the assistant's process, without a path.
        bot_secret: signs what is told to it (secret `desk_events`).
        hours: when chats are taken; outside, citizens are offered a work order or a call-back at once.
        timers: how long each state may last.
        presence_s: an agent whose page gives no sign for so many seconds is gone.
    """

    key: bytes = field(repr=False)
    bot_secret: bytes = field(repr=False)
    bot_url: str = "http://127.0.0.1:5005"
    hours: Hours = field(default_factory=Hours)
    timers: Timers = field(default_factory=Timers)
    presence_s: float = 45.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], secrets: SecretStore) -> ChatSettings:
        """Return the settings of this process.

        Raises:
            ValueError: a value cannot be read; the message names the variable.
        """
        try:
            hours = Hours.parse(environment.get("JKT_DESK_HOURS") or "00:00-24:00")
        except ValueError as error:
            raise ValueError(f"JKT_DESK_HOURS: {error}") from None
        return cls(
            key=secrets.get("desk_chats"),
            bot_secret=secrets.get("desk_events"),
            bot_url=(environment.get("JKT_BOT_URL") or "http://127.0.0.1:5005").rstrip("/"),
            hours=hours,
            timers=_timers(environment),
            presence_s=_seconds(environment, "JKT_DESK_PRESENCE_S", 45.0),
        )


def _timers(environment: Mapping[str, str]) -> Timers:
    """Read `JKT_DESK_ACCEPT_S`, `JKT_DESK_QUEUE_S`, … : one for each timer, in seconds."""
    names = {each.name: f"JKT_DESK_{each.name.upper()}_S" for each in fields(Timers)}
    usual = Timers()
    return Timers(
        **{name: _seconds(environment, variable, getattr(usual, name)) for name, variable in names.items()}
    )


def _seconds(environment: Mapping[str, str], variable: str, usual: float) -> float:
    text = environment.get(variable) or str(usual)
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"{variable} must be a number of seconds, not {text!r}") from None
    if not 0 < seconds < float("inf"):
        raise ValueError(f"{variable} must be more than 0 seconds, not {text!r}")
    return seconds
