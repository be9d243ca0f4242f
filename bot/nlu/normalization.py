"""From what a person typed to one plain spelling: width, script, repeats, dialect, mistakes.

Every step is a function from `MappedText` to `MappedText`, so that any later finding can be shown at the place where
it was typed. Private tokens such as `<ID#k7m2q9xa>` pass through untouched; a typed look-alike (`＜ID#…`) never becomes
one, because only tokens of the typed text are protected and everything else is lower-cased.
"""

import functools
import re
import unicodedata
from typing import Dict, Iterable, Iterator, List, Tuple

from opencc_pyo3 import OpenCC

from bot.nlu.homophones import HomophoneFixer
from bot.nlu.mapped_text import Edit, MappedText
from bot.nlu.private_tokens import PRIVATE_TOKEN
from bot.nlu.resources import read_lexicon
from bot.nlu.rewriting import Rewriter

_KEEP = frozenset("＜＞")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_BLANKS = re.compile(r" +")
_BESIDE_BLANK = re.compile(rf"[{_CJK}，。、！？,.!?:;()（）<>]")
_SAME_CHAR = re.compile(r"([^\d\s])\1{2,}")
_SAME_PHRASE = re.compile(r"([^\d\s]{2,8}?)\1{2,}")
_LATIN_KEPT = 2
_DROPPED_CATEGORIES = frozenset({"Cf", "Cs", "Co", "Cn", "Mn", "Me", "So", "Sk"})


class TextNormalizer:
    """Normalises typed text; safe to share between threads."""

    def __init__(self) -> None:
        """Read the lexicons."""
        self._emoji: Dict[str, str] = {str(key): str(value) for key, value in read_lexicon("emoji").items()}
        self._simplify = OpenCC("t2s")
        self._dialect = Rewriter(read_lexicon("dialect"))
        mistakes = read_lexicon("homophones")
        self._typos = Rewriter(mistakes["typos"])
        self._homophones = HomophoneFixer(mistakes["words"])

    def __call__(self, typed: str) -> MappedText:
        """Return the normalised text; empty when nothing readable was typed."""
        text = MappedText.from_pieces(typed, self._fold(typed))
        text = _squeeze_blanks(text)
        text = _collapse_repeats(text)
        text = self._to_simplified(text)
        if text.text.isascii() and not text.text.isalnum():
            return text
        text = self._typos.apply(self._dialect.apply(text))
        return self._homophones.apply(text)

    def _fold(self, typed: str) -> Iterator[Tuple[str, int, int]]:
        position = 0
        for token in PRIVATE_TOKEN.finditer(typed):
            yield from self._fold_plain(typed, position, token.start())
            yield from ((typed[at], at, at + 1) for at in range(token.start(), token.end()))
            position = token.end()
        yield from self._fold_plain(typed, position, len(typed))

    def _fold_plain(self, typed: str, start: int, end: int) -> Iterator[Tuple[str, int, int]]:
        for at in range(start, end):
            char = typed[at]
            if char in self._emoji:
                yield self._emoji[char], at, at + 1
            elif char in _KEEP:
                yield char, at, at + 1
            else:
                yield "".join(_fold_char(char)), at, at + 1

    def _to_simplified(self, text: MappedText) -> MappedText:
        simplified = self._simplify.convert(text.text, False)
        if simplified == text.text:
            return text
        if len(simplified) != len(text.text):
            simplified = "".join(self._simplify.convert(char, False)[:1] or char for char in text.text)
        return MappedText(simplified, text.original, text.starts, text.ends)


def _fold_char(char: str) -> Iterator[str]:
    for folded in unicodedata.normalize("NFKC", char).lower():
        category = unicodedata.category(folded)
        if folded.isspace() or category == "Cc":
            yield " "
        elif category not in _DROPPED_CATEGORIES:
            yield folded


def _squeeze_blanks(text: MappedText) -> MappedText:
    """Keep one blank between Latin words or numbers, none beside Chinese characters or at the ends."""
    edits: List[Edit] = []
    for match in _BLANKS.finditer(text.text):
        start, end = match.span()
        before, after = text.text[start - 1 : start], text.text[end : end + 1]
        beside = not before or not after or _BESIDE_BLANK.match(before) or _BESIDE_BLANK.match(after)
        if beside or end - start > 1:
            edits.append(Edit(start, end, "" if beside else " "))
    return text.apply(edits)


def _collapse_repeats(text: MappedText) -> MappedText:
    """“啊啊啊啊” → “啊”, “快点快点快点” → “快点”, “hellooo” → “helloo”; numbers and private tokens stay."""
    for pattern in (_SAME_CHAR, _SAME_PHRASE):
        text = text.apply(_repeat_edits(pattern, text.text))
    return text


def _repeat_edits(pattern: "re.Pattern[str]", text: str) -> Iterable[Edit]:
    protected = [match.span() for match in PRIVATE_TOKEN.finditer(text)]
    for match in pattern.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in protected):
            continue
        unit = match.group(1)
        kept = unit * _LATIN_KEPT if len(unit) == 1 and unit.isascii() and unit.isalpha() else unit
        yield Edit(match.start() + len(kept), match.end(), "")


@functools.lru_cache(maxsize=1)
def text_normalizer() -> TextNormalizer:
    """Return the normaliser of this process, built at first use."""
    return TextNormalizer()
