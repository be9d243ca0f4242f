"""`python -m hotline demo-live`: simulated citizens and colleagues at the running demonstration, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import signal
import sys
from typing import Any, Final

import yaml

from ...accounts.first_start import DEMO_PASSWORD
from ...settings import ROOT, Settings
from ...words import CHINA
from .browser import is_up
from .citizen import Choices
from .script import script
from .stage import Play, Stage
from .wire import Pace

#: What the assistant's page calls the choices that the desk offers.
_WORDS: Final = ROOT / "data" / "responses" / "desk.yml"
_EVERY_S: Final = 30.0
_AT_ONCE: Final = 8
_CALLS_EVERY_S: Final = 90.0
#: Where a process that listens everywhere is found on its own machine.
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not listened on


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m hotline`."""
    live = commands.add_parser(
        "demo-live", help="let simulated citizens and colleagues come to the demonstration until Ctrl-C"
    )
    live.add_argument(
        "--every",
        type=_positive,
        default=_EVERY_S,
        help="seconds between two citizens who want a person, about",
    )
    live.add_argument("--at-once", type=int, default=_AT_ONCE, help="how many of them at one time, at most")
    live.add_argument(
        "--calls-every", type=_positive, default=_CALLS_EVERY_S, help="seconds between two calls, about"
    )
    live.add_argument("--speed", type=_positive, default=1.0, help="2: everybody is twice as fast")
    live.add_argument("--seed", type=int, help="the same number plays the same people; usual: the day")


def run(settings: Settings, chosen: argparse.Namespace) -> int:
    """Simulate; return the exit status."""
    if not settings.demo:
        return _refuse("this desk is no demonstration (JKT_DEMO=0): nobody is simulated")
    password = settings.secrets.given(DEMO_PASSWORD)
    if password is None:
        return _refuse(
            f"there is no {settings.secrets.path(DEMO_PASSWORD)}: start the product first (make run)"
        )
    today = dt.datetime.now(CHINA).date()
    play = Play(
        desk_url=f"http://{_ANYWHERE.get(settings.host, settings.host)}:{settings.port}",
        bot_url=settings.chats.bot_url,
        every_s=chosen.every,
        at_once=chosen.at_once,
        calls_every_s=chosen.calls_every,
        pace=Pace(chosen.speed),
        seed=today.toordinal() if chosen.seed is None else chosen.seed,
    )
    words = yaml.safe_load(_WORDS.read_text("utf-8"))
    stage = Stage(play, script(), Choices.of(words), _tell)
    return asyncio.run(_play(stage, play, password))


async def _play(stage: Stage, play: Play, password: str) -> int:
    for name, url in (("desk", play.desk_url), ("assistant", play.bot_url)):
        if not await is_up(url, "/healthz"):
            return _refuse(f"the {name} does not answer at {url}: start the product first (make run)")
    print(
        f"Simulated citizens and colleagues keep the desk busy until Ctrl-C; "
        f"log in as A001 at {play.desk_url}/ and go online to take part.",
        flush=True,
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not await stage.runs(password, stop):
        return _refuse("no colleague could log in")
    print("Everybody has left.", flush=True)
    return 0


def _tell(who: str, what: str) -> None:
    print(f"{dt.datetime.now(CHINA):%H:%M:%S}  {who:<11} {what}", flush=True)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("a number above 0")
    return number
