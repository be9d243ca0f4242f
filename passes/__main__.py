"""``python -m passes``: check codes without network.

    python -m passes fetch http://platform:8000 --to FOLDER     # once in a while, with network
    python -m passes verify FILE --in FOLDER                    # a picture, a PDF or the text of a code; - reads text

Exit status of verify: 0 green, 10 yellow, 11 red, 20 expired or not begun, 21 revoked, 22 not signed by the platform,
23 nothing readable, 2 wrong use.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from passes.errors import Forged, Malformed, NothingRead, PassError, UnknownKey
from passes.judging import state_of
from passes.keys import read_keys
from passes.payload import Pass, find, serial_text, verify
from passes.revocations import read_list
from passes.scanning import read_any

KEYS, REVOKED = "pass-keys.json", "revoked.bin"
EXIT_OF_COLOUR: Final = {"green": 0, "yellow": 10, "red": 11}
EXPIRED, IS_REVOKED, UNSIGNED, UNREADABLE, WRONG_USE = 20, 21, 22, 23, 2
_STALE: Final = timedelta(hours=24)
_CHINA: Final = timezone(timedelta(hours=8))
_SECONDS: Final = 15


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m passes", description="Check codes without network.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("verify", help="check a picture, a PDF or the text of a code")
    checking.add_argument("file", help="PNG, JPEG, PDF or text; - reads text from standard input")
    checking.add_argument("--in", dest="folder", type=Path, default=Path(), help="where keys and list are")
    checking.add_argument("--at", type=datetime.fromisoformat, help="the time to judge at; now when left out")
    fetching = commands.add_parser("fetch", help="get the public keys and the list of revoked codes")
    fetching.add_argument("platform", help="address of the platform")
    fetching.add_argument("--to", dest="folder", type=Path, default=Path())
    chosen = parser.parse_args(arguments)
    if chosen.command == "fetch":
        return fetch(chosen.platform, chosen.folder)
    at = chosen.at or datetime.now(timezone.utc)
    if at.tzinfo is None:
        parser.error("--at needs its offset, e.g. 2022-09-05T09:00+08:00")
    return check(chosen.file, chosen.folder, at)


def fetch(platform: str, folder: Path) -> int:
    """Write the platform's public keys and its list of revoked codes into a folder."""
    if not platform.startswith(("http://", "https://")):
        print("the address begins with http:// or https://", file=sys.stderr)
        return WRONG_USE
    try:
        keys = _get(f"{platform.rstrip('/')}/pass-keys")
        listed = base64.b64decode(json.loads(_get(f"{platform.rstrip('/')}/pass-revocations"))["list"])
        revoked = read_list(listed, read_keys(keys))
    except (OSError, urllib.error.URLError, ValueError, KeyError, PassError) as error:
        print(f"not fetched: {type(error).__name__}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEYS).write_text(keys, encoding="utf-8")
    (folder / REVOKED).write_bytes(listed)
    print(f"{len(revoked)} revoked codes, {len(listed)} bytes, made {_when(revoked.made_at)}")
    return 0


def check(file: str, folder: Path, at: datetime) -> int:
    """Say what a code is worth at a time."""
    try:
        keys = read_keys((folder / KEYS).read_text("utf-8"))
        revoked = read_list((folder / REVOKED).read_bytes(), keys)
    except (OSError, PassError) as error:
        print(f"no usable keys and list in {folder} ({error}): fetch them first", file=sys.stderr)
        return WRONG_USE
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = next((found for read in read_any(content) if (found := find(read))), "")
        facts = verify(text, keys)
    except UnknownKey as error:
        print(f"signed with key {error}, which is not here: fetch again; do not accept it until then")
        _warn_if_old(revoked.made_at, at)
        return UNSIGNED
    except Forged:
        print("not signed by the platform: do not accept it")
        return UNSIGNED
    except (OSError, NothingRead, Malformed) as error:
        print(f"nothing readable: {error}")
        return UNREADABLE
    state = state_of(facts, at, revoked)
    _warn_if_old(revoked.made_at, at)
    print(_line(facts, state))
    if state != "valid":
        return IS_REVOKED if state == "revoked" else EXPIRED
    return EXIT_OF_COLOUR[facts.colour]


def _warn_if_old(made_at: datetime, at: datetime) -> None:
    age = at - made_at
    if age > _STALE:
        print(f"keys and list of revoked codes are {age.days} days old: fetch new ones", file=sys.stderr)


def _line(facts: Pass, state: str) -> str:
    what = f"{facts.colour} {facts.kind} code {serial_text(facts.serial)} of {facts.name} ({facts.document})"
    return f"{state}: {what}, until {_when(facts.expires_at)}"


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme was checked
        return str(answer.read().decode("utf-8"))


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(_CHINA):%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    sys.exit(main())
