"""Fetches the page's three vendored files again: ``python -m bot.channels.web.vendor``.

``static/vendor/vendor.json`` pins package, version and the npm integrity of each archive; the SHA-256 of each
file as served stands beside it and is checked by a test. Needs ``npm``; the running page never does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

VENDOR: Final = Path(__file__).parent / "static" / "vendor"
MANIFEST: Final = VENDOR / "vendor.json"


class WrongArchive(Exception):  # noqa: N818 - read as a sentence
    """What npm delivered is not what was pinned."""


def manifest() -> list[dict[str, Any]]:
    """Return the pinned files: ``file, package, version, integrity, path, sha256``."""
    entries: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return entries


def prepared(source: bytes) -> bytes:
    """Return a module as it is served: imports relative (no import map), no source map."""
    lines = source.replace(b'from"preact"', b'from"./preact.mjs"').splitlines()
    kept = [line for line in lines if not line.startswith(b"//# sourceMappingURL=")]
    return b"\n".join(kept) + b"\n"


def fetch(entry: dict[str, Any], folder: Path) -> bytes:
    """Return the file of ``entry`` out of its npm archive.

    Raises:
        WrongArchive: the archive's SHA-512 is not the pinned one.
    """
    archive = folder / f"{entry['package']}-{entry['version']}.tgz"
    if not archive.exists():
        command = ["npm", "pack", "--silent", f"{entry['package']}@{entry['version']}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    if f"sha512-{digest}" != entry["integrity"]:
        raise WrongArchive(f"{archive.name} is not the pinned archive")
    with tarfile.open(archive) as tar:
        member = tar.extractfile(f"package/{entry['path']}")
        if member is None:
            raise WrongArchive(f"{archive.name} has no {entry['path']}")
        return prepared(member.read())


def main() -> int:
    """Fetch everything, write it and the new SHA-256 list."""
    entries = manifest()
    with tempfile.TemporaryDirectory() as name:
        for entry in entries:
            body = fetch(entry, Path(name))
            entry["sha256"] = hashlib.sha256(body).hexdigest()
            (VENDOR / entry["file"]).write_bytes(body)
            print(f"{entry['file']}  {entry['package']} {entry['version']}  {len(body)} bytes")
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
