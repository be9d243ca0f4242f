"""`python -m backend handover PERSONA`: a persona handed over to a conversation, for trying it out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from backend.codes.commands import resumed_clock
from backend.database import Database
from backend.demo.people import person_id
from backend.models import Person
from backend.problems import ForbiddenPerson
from backend.registry.handovers import Tokens, token_for
from backend.settings import Settings


def main(argv: Sequence[str], settings: Settings) -> int:
    """Print a token; the exit status is 0, 1 when there is no such persona, 2 outside the demonstration."""
    parser = argparse.ArgumentParser(prog="python -m backend handover")
    parser.add_argument("persona", help="key of backend/demo/personas.yml, e.g. green")
    parser.add_argument("--channel", default="rest", help="rest, web, wechat, mini_program")
    parser.add_argument(
        "--conversation", required=True, help="id of the conversation, e.g. the sender you chose"
    )
    options = parser.parse_args(argv)
    if not settings.demo:
        sys.stderr.write("Only the demonstration hands people over without knowing them.\n")
        return 2
    database = Database(settings.database_url)
    try:
        with database.read() as session:
            person = session.get(Person, person_id(options.persona))
            if person is None:
                sys.stderr.write(f"There is no persona {options.persona!r}: see backend/demo/personas.yml\n")
                return 1
            token = token_for(
                Tokens(settings.record_key),
                person,
                channel=options.channel,
                conversation_id=options.conversation,
                now=resumed_clock(settings).now(),
            )
    except ForbiddenPerson as error:
        sys.stderr.write(f"Not handed over: {error.detail}\n")
        return 1
    finally:
        database.dispose()
    print(token)
    return 0
