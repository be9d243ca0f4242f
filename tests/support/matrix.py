"""Which conversation shows what: capability × kind, from the ``covers`` of the files; run it to read the table.

``covers: [C5.interruption]`` says that a scene shows capability C5 (the ids of the README) while it is interrupted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from tests.support.conversation import ROOT, scripts

#: What every capability is shown in: it works; what cannot be right is named; a question or a silence comes in
#: between; what was said is taken back; a process or the platform is away.
KINDS: Final = ("happy", "wrong", "interruption", "correction", "failure")
#: Those that are answered in English too.
IN_ENGLISH: Final = frozenset({"C1", "C2", "C3", "C4", "C5", "C6", "C8", "T1", "R1", "R2", "H1"})
#: Shown by tests of their own kind: emergencies, language and reading mode run through all conversations, the
#: desk has pages.
ELSEWHERE: Final = frozenset({"H3", "H4", "L1", "L2"})
_ROW = re.compile(r"^\| ([A-Z]\d+) \|", re.MULTILINE)


def capabilities() -> list[str]:
    """Ids of the README's table “What works now” that conversations show."""
    found = _ROW.findall((ROOT / "README.md").read_text("utf-8"))
    return [name for name in dict.fromkeys(found) if name not in ELSEWHERE]


def required() -> set[str]:
    """Every cell that must not be empty, as ``C5.interruption``."""
    cells = {f"{name}.{kind}" for name in capabilities() for kind in KINDS}
    return cells | {f"{name}.english" for name in IN_ENGLISH}


def covered() -> dict[str, list[str]]:
    """Scenes by cell."""
    cells = defaultdict(list)
    for name, script in scripts():
        for cell in script.get("covers") or ():
            cells[str(cell)].append(name)
    return dict(cells)


def table() -> str:
    """The cells in their order, one a line, each with its scenes."""
    shown = covered()
    order = [*KINDS, "english"]
    cells = [f"{name}.{kind}" for name in capabilities() for kind in order]
    wanted = required()
    lines = [f"{cell:17} {'; '.join(shown.get(cell, ['–']))}" for cell in cells if cell in {*shown, *wanted}]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
