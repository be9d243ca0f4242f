"""Names and numbers brought to the one form in which they are stored and compared."""

from __future__ import annotations

import re
import unicodedata

_DOTS = str.maketrans(dict.fromkeys("·・•‧．.", "·"))


def fold_name(name: str) -> str:
    """Return a name for comparison: half-width, case ignored, one kind of middle dot, Han names without blanks."""
    folded = unicodedata.normalize("NFKC", name).translate(_DOTS).casefold()
    words = folded.split()
    return " ".join(words) if folded.isascii() else "".join(words)


def same_name(stored_key: str, name: str) -> bool:
    """Tell whether `name` is the name behind a stored key (`fold_name`).

    Latin names are the same in another order and as the machine-readable zone writes them: hyphens as blanks, without
    apostrophes and accents (ICAO Doc 9303-3, 4.6). People write given names first; documents do not.
    """
    folded = fold_name(name)
    return stored_key == folded or (_is_latin(folded) and _zone_words(stored_key) == _zone_words(folded))


def _is_latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha())


def _zone_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFD", re.sub(r"['’·.]", "", name).replace("-", " "))
    return sorted("".join(c for c in plain if not unicodedata.combining(c)).split())


def fold_document(number: str) -> str:
    """Return a document number: half-width, upper case, without blanks, hyphens and brackets."""
    return re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", number)).upper()


def fold_phone(phone: str) -> str:
    """Return a phone number's digits; mainland mobiles lose their +86."""
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(\+86|86|0086)(?=1\d{10}$)", "", digits)
