"""Commands for editors of travel rules: `python -m backend.travel lint`, `… show --on DAY`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from backend.travel.journey import Journey, applicable
from backend.travel.linter import lint
from backend.travel.rulebook import RULES, STAYS


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when nothing is wrong, else 1."""
    options = _parser().parse_args(argv)
    rules, faults = lint(options.folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    if options.command == "lint" and not faults:
        assumed = sum(bool(rule.assumed) for rule in rules)
        files = len({rule.file for rule in rules})
        print(
            f"{len(rules)} rules in {files} files: nothing wrong ({assumed} with something no source gives)"
        )
    if options.command == "show":
        found = applicable(rules, Journey(options.on, options.origin, options.to, options.stay, options.left))
        for rule in found.rules:
            print(f"{rule.id}  {rule.valid_from}..{rule.valid_to}  {rule.source.name} [{rule.source.trust}]")
            for measure in rule.requires:
                print("   ", ", ".join(f"{key}: {value}" for key, value in measure.items()))
        if found.asks:
            print("depends on the stay:", ", ".join(found.asks))
        if found.silent:
            print("no rule speaks of this stay")
    return 1 if faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.travel", description="Travel rules")
    parser.add_argument("--folder", type=Path, default=RULES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("lint", help="check all rule files")
    show = commands.add_parser("show", help="what applies to a journey")
    show.add_argument("--on", type=date.fromisoformat, required=True, help="day of the journey")
    show.add_argument("--from", dest="origin", help="division code, or abroad")
    show.add_argument("--to", default="510000", help="division code")
    show.add_argument("--stay", choices=STAYS)
    show.add_argument("--left", type=date.fromisoformat, help="day the place was left")
    return parser


if __name__ == "__main__":
    sys.exit(main())
