"""``python -m bot.voice``: put the recogniser's model together and check it (``make voice``)."""

from __future__ import annotations

import sys

from bot.voice.errors import NotInstalled
from bot.voice.model import DIRECTORY, assemble


def main() -> int:
    """Return 0 when the model is whole, 1 when it cannot be used."""
    try:
        whole = assemble(DIRECTORY)
    except NotInstalled as error:
        sys.stderr.write(f"The speech model cannot be used: {error}\n")
        return 1
    print(f"The speech model is whole: {whole}. Restart the bot to use it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
