"""A rewritten text that still knows which typed characters each of its characters came from."""

from dataclasses import dataclass
from typing import Iterable, List, NamedTuple, Tuple

import rasa.shared.utils.io


class Edit(NamedTuple):
    """Replace `[start, end)` of a text by `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class MappedText:
    """`text[i]` came from `original[starts[i]:ends[i]]`; both bounds never decrease along the text."""

    text: str
    original: str
    starts: Tuple[int, ...]
    ends: Tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> "MappedText":
        """Return the identity mapping of `original`."""
        size = len(original)
        return cls(original, original, tuple(range(size)), tuple(range(1, size + 1)))

    @classmethod
    def from_pieces(cls, original: str, pieces: Iterable[Tuple[str, int, int]]) -> "MappedText":
        """Build from `(new text, start, end)` pieces given in the order of `original`."""
        chars: List[str] = []
        starts: List[int] = []
        ends: List[int] = []
        for new, start, end in pieces:
            chars.append(new)
            starts.extend([start] * len(new))
            ends.extend([end] * len(new))
        return cls("".join(chars), original, tuple(starts), tuple(ends))

    def span(self, start: int, end: int) -> Tuple[int, int]:
        """Return the typed span behind `text[start:end]`.

        Raises:
            ValueError: the span is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no characters in [{start}, {end}) of {len(self.text)}")
        return self.starts[start], self.ends[end - 1]

    def apply(self, edits: Iterable[Edit]) -> "MappedText":
        """Return the text with all `edits` made; they are in order and do not overlap.

        A replacement of equal length maps character by character; any other maps each new character to the whole
        replaced span.
        """
        chars: List[str] = []
        starts: List[int] = []
        ends: List[int] = []
        position = 0
        for start, end, new in edits:
            if not position <= start < end <= len(self.text):
                raise ValueError("edits must be ordered, disjoint, non-empty and inside the text")
            chars += [self.text[position:start], new]
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            if len(new) == end - start:
                starts += self.starts[start:end]
                ends += self.ends[start:end]
            else:
                starts += [self.starts[start]] * len(new)
                ends += [self.ends[end - 1]] * len(new)
            position = end
        if position == 0:
            return self
        chars.append(self.text[position:])
        starts += self.starts[position:]
        ends += self.ends[position:]
        return MappedText("".join(chars), self.original, tuple(starts), tuple(ends))

    def fingerprint(self) -> str:
        """Return a stable hash (Rasa fingerprints every message of the training data)."""
        return str(rasa.shared.utils.io.get_text_hash(f"{self.original}\x1f{self.text}"))
