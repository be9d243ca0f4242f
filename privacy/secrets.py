"""Secrets of one installation: made at first use, readable by the owner alone."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from privacy.errors import SecretUnusable

SECRET_BYTES: Final = 32
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class SecretStore:
    """A folder of secrets, one file each, mode 0600, made when first asked for.

    Several processes may ask for the same missing secret at once: all get the same bytes.
    """

    def __init__(self, directory: Path) -> None:
        """Use ``directory``; it is made (mode 0700) when the first secret is."""
        self.directory = directory

    def get(self, name: str) -> bytes:
        """Return the 32 bytes called ``name``, making them at first use.

        Raises:
            SecretUnusable: the file holds something else, or group or others may read it.
        """
        raw = self._read_or_create(name, secrets.token_hex(SECRET_BYTES))
        try:
            value = bytes.fromhex(raw)
        except ValueError as error:
            raise SecretUnusable(f"secret {name!r} is not hexadecimal") from error
        if len(value) != SECRET_BYTES:
            raise SecretUnusable(f"secret {name!r} has {len(value)} bytes, not {SECRET_BYTES}")
        return value

    def text(self, name: str) -> str:
        """Return the text secret called ``name`` (a first password, say), making 16 letters at first use.

        Raises:
            SecretUnusable: the file is empty, or group or others may read it.
        """
        value = self._read_or_create(name, secrets.token_urlsafe(12))
        if not value:
            raise SecretUnusable(f"secret {name!r} is empty")
        return value

    def given(self, name: str) -> str | None:
        """Return the text that somebody has put into the file called ``name``; None when there is none.

        Raises:
            SecretUnusable: group or others may read it.
        """
        path = self.path(name)
        return self._read(path) if path.exists() else None

    def path(self, name: str) -> Path:
        """Return where the secret called ``name`` lives; ValueError for a name that is no plain word."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name of a secret: {name!r}")
        return self.directory / name

    def _read_or_create(self, name: str, fresh: str) -> str:
        path = self.path(name)
        if not path.exists():
            self._create(path, fresh)
        return self._read(path)

    def _read(self, path: Path) -> str:
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            raise SecretUnusable(f"secret {path.name!r} may be read by others: run chmod 600 on it")
        return path.read_text(encoding="ascii").strip()

    def _create(self, path: Path, value: str) -> None:
        """Write aside and link into place: a reader never sees half a secret, the first writer wins."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(value + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(aside, path)
            except FileExistsError:
                return  # somebody else was first: theirs counts
        finally:
            aside.unlink()
