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


def fold_document(number: str) -> str:
    """Return a document number: half-width, upper case, without blanks, hyphens and brackets."""
    return re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", number)).upper()


def fold_phone(phone: str) -> str:
    """Return a phone number's digits; mainland mobiles lose their +86."""
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(\+86|86|0086)(?=1\d{10}$)", "", digits)
