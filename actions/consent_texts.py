"""The wordings people agree to, with their versions: ``data/privacy/consent.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from wording.words import Voice


@dataclass(frozen=True)
class Purpose:
    """One thing personal data is used for.

    Attributes:
        name: what it is called, by language.
        basis: the articles it rests on.
        versions: wordings by voice (``zh``, ``elder``, ``en``), by version, oldest first.
    """

    name: Mapping[str, str]
    basis: str
    versions: Mapping[str, Mapping[str, str]]

    @property
    def version(self) -> str:
        """The version that is asked for now: the newest."""
        return max(self.versions)

    def wording(self, voice: Voice, version: str | None = None) -> str:
        """The words of a version (the newest without one), in a person's voice; empty when it is not known."""
        wordings = self.versions.get(version or self.version, {})
        chosen = "en" if voice.language == "en" else "elder" if voice.elder else "zh"
        return wordings.get(chosen) or wordings.get("zh", "")


class ConsentTexts:
    """Every purpose by its name in the code."""

    def __init__(self, purposes: Mapping[str, Purpose]) -> None:
        self._purposes = dict(purposes)

    @classmethod
    def load(cls, path: Path) -> ConsentTexts:
        """Read the purposes of a file.

        Raises:
            ValueError: a purpose has no name or no version, or a version no Chinese wording.
        """
        found: dict[str, Purpose] = {}
        for key, raw in yaml.safe_load(path.read_text("utf-8")).items():
            versions = {str(version): dict(words) for version, words in (raw.get("versions") or {}).items()}
            if not versions or not raw.get("name") or not all(words.get("zh") for words in versions.values()):
                raise ValueError(f"{path.name}: {key} needs a name and versions with Chinese wordings")
            found[key] = Purpose(dict(raw["name"]), str(raw["basis"]), dict(sorted(versions.items())))
        return cls(found)

    def __getitem__(self, purpose: str) -> Purpose:
        """The purpose called so."""
        return self._purposes[purpose]

    def __contains__(self, purpose: object) -> bool:
        """Whether there is a purpose called so."""
        return purpose in self._purposes
