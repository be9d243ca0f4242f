"""The shape of a question: what it asks, with the particulars taken out.

“武侯区哪里可以做核酸” and “射洪哪里可以做核酸” ask the same thing. Places, private tokens, days and lengths of time are
replaced by one sign each, so that the letters of a question do not tell 183 counties apart.
"""

import datetime as dt
import functools
from typing import List, Sequence, Tuple

from bot.nlu.addresses import addresses_in
from bot.nlu.dates import find_dates
from bot.nlu.durations import find_durations
from bot.nlu.mapped_text import Edit, MappedText
from bot.nlu.place_finder import PlaceMention, places_in
from bot.nlu.private_tokens import PRIVATE_TOKEN

# Signs that nobody types; a private token becomes Ⓝ and the first letter of its kind.
_SIGNS = {"place": "Ⓟ", "address": "Ⓐ", "institution": "Ⓘ", "date": "Ⓓ", "duration": "Ⓣ"}
_ANY_DAY = dt.datetime(2022, 9, 5, 12, tzinfo=dt.timezone.utc)

Slot = Tuple[int, int, str]


@functools.lru_cache(maxsize=256)
def _slots(text: str) -> Tuple[Slot, ...]:
    """Return the particulars of `text` as `(start, end, kind)`, in order, without overlaps."""
    places = places_in(text)
    found: List[Slot] = [
        (token.start(), token.end(), token.group(1)) for token in PRIVATE_TOKEN.finditer(text)
    ]
    found += [(item.start, item.end, item.entity) for item in addresses_in(text)]
    found += [(place.start, place.end, _place_kind(place)) for place in places]
    found += [(item.start, item.end, "date") for item in find_dates(text, _ANY_DAY)]
    found += [(item.start, item.end, "duration") for item in find_durations(text)]
    kept: List[Slot] = []
    for slot in found:
        if all(slot[1] <= other[0] or other[1] <= slot[0] for other in kept):
            kept.append(slot)
    return tuple(sorted(kept))


def _place_kind(place: PlaceMention) -> str:
    return "institution" if any(reading.kind == "hospital" for reading in place.places) else "place"


@functools.lru_cache(maxsize=2048)
def signs(text: str) -> str:
    """Return `text` with one sign for each particular, for character features."""
    edits = [Edit(start, end, _SIGNS.get(kind, f"Ⓝ{kind[0].lower()}")) for start, end, kind in _slots(text)]
    return MappedText.of(text).apply(edits).text


def covered(text: str, extra: Sequence[Tuple[int, int]] = ()) -> str:
    """Return what remains of `text` beside its particulars and the `extra` spans."""
    spans = sorted([(start, end) for start, end, _ in _slots(text)] + list(extra))
    rest, position = [], 0
    for start, end in spans:
        rest.append(text[position:start])
        position = max(position, end)
    return "".join([*rest, text[position:]])
