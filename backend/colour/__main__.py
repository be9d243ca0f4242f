"""Commands for editors of rules: `python -m backend.colour lint [folder] | assumed [folder]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.colour.linter import lint
from backend.colour.reading import RULES


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when nothing is wrong, else 1."""
    parser = argparse.ArgumentParser(prog="python -m backend.colour", description="Colour rules")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, does in (
        ("lint", "check all rule files: form, gaps, overlaps, contradictions, rules that never fire"),
        ("assumed", "list the values no source gives, for an operator to confirm"),
    ):
        command = commands.add_parser(name, help=does)
        command.add_argument("folder", nargs="?", type=Path, default=RULES)
    options = parser.parse_args(argv)
    rules, faults = lint(options.folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    if options.command == "assumed":
        for rule in rules:
            if rule.assumed or rule.colour == "unknown":
                values = [*rule.assumed, *(["colour: unknown"] if rule.colour == "unknown" else [])]
                print(f"{rule.file}:{rule.line}: {rule.id}: {', '.join(values)}  {rule.note or ''}".rstrip())
    elif not faults:
        print(f"{len(rules)} rules in {len({rule.file for rule in rules})} files: nothing wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
