"""The product's words: read from ``data/responses``, chosen by language and reading mode.

A response file maps a key to its wordings::

    code.green:
      zh: ["您现在是绿码。{since}"]
      en: ["Your code is green. {since}"]
      elder: ["您是绿码，可以通行。"]

``zh`` is required; ``en`` and ``elder`` fall back to it. Placeholders are Python format fields and must be
the same in every wording of a language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

#: WeChat refuses a text above this size (domain/wechat: customer-service text limit), in UTF-8 bytes.
MAX_BYTES = 2048

Wordings = Mapping[str, tuple[str, ...]]


class UnknownPhraseError(KeyError):
    """A key that no response file holds."""


@dataclass(frozen=True)
class Voice:
    """How this person is spoken to.

    Attributes:
        language: ``zh`` or ``en``.
        elder: plain short sentences when the wording has them.
    """

    language: str = "zh"
    elder: bool = False


class Words:
    """All wordings, loaded once.

    Args:
        phrases: response key to wordings by voice (``zh``, ``en``, ``elder``).
    """

    def __init__(self, phrases: Mapping[str, Wordings]) -> None:
        self._phrases = dict(phrases)

    @classmethod
    def load(cls, folder: Path, *topics: str) -> Words:
        """Read every ``*.yml`` below ``folder``, or those of ``topics`` alone.

        Raises:
            OSError: the file of a topic is not there.
            ValueError: a key stands in two files or has no Chinese wording.
        """
        phrases: dict[str, Wordings] = {}
        for path in [folder / f"{topic}.yml" for topic in topics] or sorted(folder.glob("*.yml")):
            for key, voices in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
                if key in phrases:
                    raise ValueError(f"{path.name}: {key} stands in two files")
                if not voices.get("zh"):
                    raise ValueError(f"{path.name}: {key} has no Chinese wording")
                phrases[key] = {voice: tuple(texts) for voice, texts in voices.items()}
        return cls(phrases)

    @property
    def keys(self) -> frozenset[str]:
        """Every response key."""
        return frozenset(self._phrases)

    def wordings(self, key: str) -> Wordings:
        """All wordings of ``key`` by voice.

        Raises:
            UnknownPhraseError: no file holds it.
        """
        try:
            return self._phrases[key]
        except KeyError:
            raise UnknownPhraseError(key) from None

    def say(self, key: str, voice: Voice, seed: str = "", **values: object) -> str:
        """One wording of ``key``, filled in.

        Args:
            key: response key.
            voice: language and reading mode of the person.
            seed: picks among several wordings; the same seed gives the same words, so that a repeated
                delivery of one message reads the same.
            values: placeholder values.

        Raises:
            UnknownPhraseError: no file holds ``key``.
        """
        wordings = self.wordings(key)
        texts = wordings["zh"]
        if voice.language == "en" and wordings.get("en"):
            texts = wordings["en"]
        elif voice.elder and wordings.get("elder"):
            texts = wordings["elder"]
        pick = int(hashlib.sha256(f"{seed}{key}".encode()).hexdigest(), 16) % len(texts)
        text = clip(texts[pick].format_map(values).strip())
        return text[:1].upper() + text[1:] if voice.language == "en" else text


def clip(text: str, limit: int = MAX_BYTES) -> str:
    """Cut ``text`` to ``limit`` UTF-8 bytes at a line or sentence end where one is near."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    head = raw[: limit - 3].decode(errors="ignore")
    end = max(head.rfind("\n"), head.rfind("。"), head.rfind("；"))
    return (head[: end + 1] if end > len(head) // 2 else head).rstrip() + "…"
