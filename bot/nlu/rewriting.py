"""Word-for-word rewriting with guards: one compiled expression for a whole list of replacements.

A rule is a mapping `say` → `mean`; `say` is literal text (or a list of them). Optional guards are regular expressions
of fixed width alternatives around it: `unless_before`, `unless_after`, `only_before`, `only_after`; `whole: true`
demands that the rule covers the whole text.
"""

import re
from typing import Any, Dict, Iterable, List, Tuple

from bot.nlu.mapped_text import Edit, MappedText
from bot.nlu.private_tokens import PRIVATE_TOKEN


def _lookbehind(alternatives: str, negative: bool) -> str:
    """Return a lookbehind for `a|bc`; Python needs each alternative to have its own fixed width."""
    parts = alternatives.split("|")
    if negative:
        return "".join(f"(?<!{part})" for part in parts)
    return "(?:" + "|".join(f"(?<={part})" for part in parts) + ")"


def guarded(expression: str, rule: Dict[str, Any], word: str) -> str:
    """Return `expression` with the guards of `rule` around it; a Latin `word` must stand alone."""
    if rule.get("whole"):
        return rf"\A{expression}\Z"
    pieces = []
    if "unless_before" in rule:
        pieces.append(_lookbehind(rule["unless_before"], negative=True))
    if "only_before" in rule:
        pieces.append(_lookbehind(rule["only_before"], negative=False))
    alone = word.isascii() and word[:1].isalnum()
    pieces.append(rf"(?<![a-z0-9]){expression}(?![a-z0-9])" if alone else expression)
    if "unless_after" in rule:
        pieces.append(f"(?!{rule['unless_after']})")
    if "only_after" in rule:
        pieces.append(f"(?={rule['only_after']})")
    return "".join(pieces)


class Rewriter:
    """Applies the longest rule at each place of a text, from left to right."""

    def __init__(self, rules: Iterable[Dict[str, Any]]) -> None:
        """Compile `rules` (see the module docstring)."""
        compiled: List[Tuple[str, str, str]] = []
        for rule in rules:
            words = rule["say"] if isinstance(rule["say"], list) else [rule["say"]]
            compiled += [(str(word), str(rule["mean"]), guarded(re.escape(str(word)), rule, str(word))) for word in words]
        compiled.sort(key=lambda item: -len(item[0]))
        self._meanings = [mean for _, mean, _ in compiled]
        self._pattern = re.compile("|".join(f"({expression})" for _, _, expression in compiled) or r"(?!)")

    def apply(self, text: MappedText) -> MappedText:
        """Return `text` with every rule applied; private tokens stay as they are."""
        protected = [match.span() for match in PRIVATE_TOKEN.finditer(text.text)]
        edits = []
        for match in self._pattern.finditer(text.text):
            if any(start < match.end() and match.start() < end for start, end in protected):
                continue
            assert match.lastindex is not None  # every alternative is one group
            edits.append(Edit(match.start(), match.end(), self._meanings[match.lastindex - 1]))
        return text.apply(edits)
