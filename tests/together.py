"""``python -m tests.together``: every test, in three runs at once.

Tests that start processes or browsers spend much of their time waiting for them; the others use it meanwhile. What the
runs behind say is kept back and printed when they are over. The exit status is that of a run that failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from typing import IO, Final

PRODUCT: Final = "tests/stack"
IN_WECHAT: Final = f"{PRODUCT}/test_conversations_wechat.py"
#: What goes along with each of the two runs behind, so that all three are about as long.
PAGE: Final = ("tests/web",)
DESK: Final = ("tests/hotline", "tests/chats", "tests/docs")
BEHIND: Final = ((PRODUCT, f"--ignore={IN_WECHAT}", *PAGE), (IN_WECHAT, *DESK))
IN_FRONT: Final = tuple(f"--ignore={path}" for path in (PRODUCT, *PAGE, *DESK))


def main() -> int:
    """Run them all; return the exit status."""
    pytest = [sys.executable, "-m", "pytest"]
    with ExitStack() as ends:
        running = []
        for part in BEHIND:
            said: IO[bytes] = ends.enter_context(tempfile.TemporaryFile())
            process = subprocess.Popen([*pytest, *part], stdout=said, stderr=subprocess.STDOUT)
            ends.callback(process.kill)
            running.append((process, said))
        status = subprocess.run([*pytest, *IN_FRONT], check=False).returncode
        for process, said in running:
            status = process.wait() or status
            said.seek(0)
            sys.stdout.buffer.write(said.read())
            sys.stdout.flush()
    return status


if __name__ == "__main__":
    sys.exit(main())
