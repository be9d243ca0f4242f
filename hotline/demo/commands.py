"""`python -m hotline demo-day`: fills a desk of the demonstration with a day of invented traffic."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from .filling import Filling, NotADemonstration

if TYPE_CHECKING:
    from ..desk import Desk


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m hotline`."""
    commands.add_parser("demo-day", help="fill the demonstration's desk with a day of invented traffic")


def run(desk: Desk, _chosen: argparse.Namespace) -> int:
    """Fill; return the exit status."""
    now = desk.unix()
    try:
        filling = Filling(desk)
        print(f"chats: {filling.chats(now)} new")
        print(f"questions nobody could answer: {filling.questions(now)} new")
        print(f"telephone calls: {filling.phones(now)} new")
    except NotADemonstration:
        sys.stderr.write("this desk is no demonstration (JKT_DEMO=0): nothing was written\n")
        return 1
    finally:
        desk.close()
    return 0
