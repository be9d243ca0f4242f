"""Names of the province's cities and counties, so that a rule of one of them is found when the question names it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

_ETHNIC = re.compile(r"(藏族羌族|藏族|彝族|羌族)?自治[州县]$")


class PlaceNames:
    """Finds the adcode of a city or county that a text names."""

    def __init__(self, adcodes: dict[str, str]) -> None:
        """Take a mapping from name to adcode."""
        self._adcodes = adcodes
        longest_first = sorted(adcodes, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @classmethod
    def read(cls, path: Path) -> PlaceNames:
        """Read the gazetteer (`adcode,name,level,…`); names that two places share are left out."""
        found: list[tuple[str, str]] = []
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["level"] in {"prefecture", "county"}:
                    found.extend((name, row["adcode"]) for name in _names(row["name"], row["level"]))
        shared = Counter(name for name, _ in found)
        return cls({name: adcode for name, adcode in found if shared[name] == 1})

    def find(self, text: str) -> str | None:
        """The adcode of the first place the text names, None when it names none."""
        match = self._pattern.search(text)
        return self._adcodes[match[0]] if match is not None else None


def _names(name: str, level: str) -> set[str]:
    """阿坝藏族羌族自治州 → also 阿坝州 and 阿坝; 成都市 → also 成都. Districts keep their 区: 安居 is a common word."""
    names = {name}
    if name.endswith("市"):
        names.add(name.removesuffix("市"))
    short = _ETHNIC.sub("", name)
    if level == "prefecture" and short != name:
        names |= {short, f"{short}州"}
    return names
