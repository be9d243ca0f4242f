"""What the recogniser is told to expect, and what it writes by itself: ``data/voice/vocabulary.yml``."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.voice.judging import Known, bare


def load_known(path: Path) -> Known:
    """Read the file.

    Raises:
        OSError, yaml.YAMLError, KeyError: it cannot be read, or is not of this form.
    """
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Known(str(raw["prompt"]), frozenset(bare(str(phantom)) for phantom in raw["phantoms"]))
