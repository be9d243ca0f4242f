"""What a model is made of, and whether the model at hand is made of what lies here now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FILES: Final = ("config.yml", "domain.yml")
_FOLDERS: Final = (
    ("domain", ".yml"),
    ("data/nlu", ".yml"),
    ("data/rules", ".yml"),
    ("data/stories", ".yml"),
    ("data/lexicon", ""),
    ("data/gazetteer", ".csv"),
    ("bot/nlu", ".py"),
)


@dataclass(frozen=True)
class ModelInputs:
    """The files a model depends on, below a project's root."""

    root: Path

    def files(self) -> Iterator[Path]:
        """Yield the files in a fixed order."""
        for name in _FILES:
            if (self.root / name).is_file():
                yield self.root / name
        for folder, ending in _FOLDERS:
            found = (path for path in (self.root / folder).rglob(f"*{ending}") if path.is_file())
            yield from sorted(path for path in found if "__pycache__" not in path.parts)

    def fingerprint(self) -> str:
        """Return a hash over names and contents."""
        digest = hashlib.sha256()
        for path in self.files():
            digest.update(str(path.relative_to(self.root)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def made(self, model: Path) -> bool:
        """Tell whether ``model`` is there and was made of these files."""
        record = _record_of(model)
        if not model.is_file() or not record.is_file():
            return False
        try:
            known = json.loads(record.read_text(encoding="utf-8"))
        except ValueError:
            return False
        return isinstance(known, dict) and known.get("inputs") == self.fingerprint()

    def sign(self, model: Path, inputs: str) -> None:
        """Note that ``model`` was made of files with the fingerprint ``inputs``."""
        _record_of(model).write_text(json.dumps({"inputs": inputs}) + "\n", encoding="utf-8")


def _record_of(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".inputs.json")
