"""How a question is read before it is searched: cleaned, simplified, dialect and typos made one, cut into words."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jieba
import yaml
from opencc_pyo3 import OpenCC

LONGEST_QUESTION = 200
"""Characters read of a question; the encoder's time grows with the length."""

_LEXICON_FILE = Path(__file__).with_name("lexicon.yml")
_TOKEN = re.compile(r"<[A-Z]+#[a-z0-9]{8}>")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"[一-鿿]+|[a-z0-9]+")
_TAG_FACET = re.compile(r"^(?P<facet>[a-z]+):(?P<value>[a-z0-9]+)$")

Facets = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class _Lexicon:
    replacement: Mapping[str, str]
    pattern: re.Pattern[str]
    stop: frozenset[str]
    facets: Mapping[str, Mapping[str, re.Pattern[str]]]
    cutter: Any
    simplifier: Any


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    raw = yaml.safe_load(_LEXICON_FILE.read_text("utf-8"))
    replacement: dict[str, str] = raw["same"]
    alternatives = "|".join(re.escape(word) for word in sorted(replacement, key=len, reverse=True))
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    for word in raw["words"]:
        cutter.add_word(word)
    return _Lexicon(
        replacement=replacement,
        pattern=re.compile(alternatives),
        stop=frozenset(raw["stop"]),
        facets={
            facet: {str(value): re.compile(words) for value, words in values.items()}
            for facet, values in raw["facets"].items()
        },
        cutter=cutter,
        simplifier=OpenCC("t2s"),
    )


def read(question: str) -> str:
    """The question as the index reads it; empty when nothing readable is left."""
    text = _UNREADABLE.sub(" ", _TOKEN.sub(" ", question[: 4 * LONGEST_QUESTION]))
    text = unicodedata.normalize("NFKC", text).lower()
    text = _BLANKS.sub(" ", text).strip()[:LONGEST_QUESTION]
    lexicon = _lexicon()
    simple = str(lexicon.simplifier.convert(text))
    return lexicon.pattern.sub(lambda match: lexicon.replacement[match[0]], simple)


def terms(text: str) -> list[str]:
    """Words and pairs of characters of a text that went through `read`, stop words left out."""
    lexicon = _lexicon()
    found: list[str] = []
    for run in _WORD.findall(text):
        if run.isascii():
            if run not in lexicon.stop:
                found.append(run)
            continue
        found.extend(f"w:{word}" for word in lexicon.cutter.lcut(run, HMM=False) if word not in lexicon.stop)
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def facets(text: str) -> Facets:
    """What the text names of each facet (colour, direction, …)."""
    return {
        facet: frozenset(value for value, words in values.items() if words.search(text))
        for facet, values in _lexicon().facets.items()
    }


def tagged_facets(tags: tuple[str, ...]) -> Facets:
    """What an editor has said with tags such as `direction:out`."""
    found: dict[str, set[str]] = {}
    for tag in tags:
        match = _TAG_FACET.match(tag)
        if match is not None and match["facet"] in _lexicon().facets:
            found.setdefault(match["facet"], set()).add(match["value"])
    return {facet: frozenset(values) for facet, values in found.items()}
