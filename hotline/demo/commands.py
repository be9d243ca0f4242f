"""`python -m hotline demo-day`: fills a desk of the demonstration with a day of invented traffic."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from backend_client import PlatformClient, PlatformError

from .filling import Filling, NotADemonstration

if TYPE_CHECKING:
    from ..desk import Desk


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m hotline`."""
    commands.add_parser("demo-day", help="fill the demonstration's desk with a day of invented traffic")


def run(desk: Desk, _chosen: argparse.Namespace) -> int:
    """Fill; return the exit status."""
    settings, now = desk.settings, desk.unix()
    try:
        filling = Filling(desk)
        print(f"chats: {filling.chats(now)} new")
        print(f"questions nobody could answer: {filling.questions(now)} new")
        platform = PlatformClient(settings.platform_url, "desk", settings.platform_secret)
        print(f"work orders: {filling.orders(platform)} new")
    except NotADemonstration:
        sys.stderr.write("this desk is no demonstration (JKT_DEMO=0): nothing was written\n")
        return 1
    except PlatformError as error:
        sys.stderr.write(
            f"the platform does not answer ({type(error).__name__}): no work orders; run again\n"
        )
        return 1
    finally:
        desk.close()
    return 0
