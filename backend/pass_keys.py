"""The keys that sign codes: the present one, the next one when it is prepared, and the public halves of earlier ones.

A new key is published before it signs, so that those who check without network have it in time, and an old one stays
published for as long as anything it signed counts:

    python -m backend pass-key prepare      # make the next key and publish it
    python -m backend pass-key change       # a day or more later: sign with it; the old private key is destroyed

After a leak nothing that was signed before may be believed any more:

    python -m backend pass-key replace      # a new key at once; every earlier one, also a prepared one, is gone

All take effect when the platform is started again.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from passes.keys import private_key, trusted
from passes.payload import OFFLINE_LIFE, Keys
from privacy.secrets import SecretStore

PRESENT: Final = "pass_signing"
NEXT: Final = "pass_signing_next"
_EARLIER: Final = "pass_keys_earlier.jsonl"
#: Longer than any code counts: a platform may go on signing with the old key until it is started again.
KEPT: Final = 4 * OFFLINE_LIFE


class NotPrepared(Exception):  # noqa: N818 - read as a sentence
    """There is no next key to change to."""


@dataclass(frozen=True)
class PassKeys:
    """The 32 bytes that sign, and the public keys that are published besides (raw, 32 bytes each)."""

    signing: bytes
    others: tuple[bytes, ...] = ()

    def trusted(self) -> Keys:
        """Return every public key by its id, the one that signs first."""
        others = (Ed25519PublicKey.from_public_bytes(raw) for raw in self.others)
        return trusted([private_key(self.signing).public_key(), *others])


def load(secrets: SecretStore, now: datetime) -> PassKeys:
    """Return the keys of an installation; the first one is made when there is none.

    Args:
        secrets: where they are.
        now: real time; what was replaced longer ago than `KEPT` is left out.
    """
    others = [_public(secrets.get(NEXT))] if secrets.path(NEXT).exists() else []
    file = secrets.directory / _EARLIER
    if file.exists():
        rows = [json.loads(line) for line in file.read_text(encoding="ascii").splitlines()]
        others += [
            base64.b64decode(row["public_key"])
            for row in rows
            if now - datetime.fromisoformat(row["replaced_at"]) < KEPT
        ]
    return PassKeys(secrets.get(PRESENT), tuple(others))


def prepare(secrets: SecretStore) -> str:
    """Make the next key; doing it twice makes one. Return its public half in base64."""
    return base64.b64encode(_public(secrets.get(NEXT))).decode()


def change(secrets: SecretStore, now: datetime) -> None:
    """Let the next key sign from the next start on.

    The old public key is on the disk before the old private one goes: killed in between, the change is repeated.

    Raises:
        NotPrepared: there is no next key.
    """
    if not secrets.path(NEXT).exists():
        raise NotPrepared
    row = {
        "public_key": base64.b64encode(_public(secrets.get(PRESENT))).decode(),
        "replaced_at": now.isoformat(),
    }
    _append(secrets.directory / _EARLIER, json.dumps(row))
    secrets.path(NEXT).replace(secrets.path(PRESENT))


def replace_leaked(secrets: SecretStore) -> None:
    """Let a new key sign from the next start on, and nothing else be believed; killed in between, it is repeated."""
    secrets.path(NEXT).unlink(missing_ok=True)
    (secrets.directory / _EARLIER).unlink(missing_ok=True)
    secrets.get(NEXT)
    secrets.path(NEXT).replace(secrets.path(PRESENT))


def main(argv: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Run `pass-key prepare`, `change` or `replace`; return the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m backend pass-key", description="Change the key of codes")
    parser.add_argument("step", choices=["prepare", "change", "replace"])
    step = parser.parse_args(list(argv)).step
    secrets = SecretStore(Path(environment.get("JKT_VAR_DIR", "var")) / "secrets")
    if step == "prepare":
        sys.stdout.write(f"{prepare(secrets)}\npublished from the next start on\n")
        return 0
    if step == "replace":
        replace_leaked(secrets)
        sys.stdout.write("from the next start on a new key signs, and no other is believed\n")
        return 0
    try:
        change(secrets, datetime.now(timezone.utc))
    except NotPrepared:
        sys.stderr.write("there is no next key: run `python -m backend pass-key prepare` first\n")
        return 1
    sys.stdout.write("signing with the new key from the next start on\n")
    return 0


def _public(secret: bytes) -> bytes:
    return private_key(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _append(file: Path, line: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as written:
        written.write(line + "\n")
        written.flush()
        os.fsync(written.fileno())
