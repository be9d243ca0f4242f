"""How long WeChat is kept waiting for an answer: less where this process is late, and less in a crowd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

#: How much of the patience stays in a process that is very late, and how fast lateness is forgotten, a push.
_LEAST: Final = 0.4
_CALMS_DOWN: Final = 0.95
#: Turns under way beyond which pushes wait shorter, in proportion: each that waits delays taking in the next.
_AT_EASE: Final = 60


class Patience:
    """The patience of one process."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        """Wait ``seconds`` of ``clock`` (unix seconds) while all is calm."""
        self.seconds = seconds
        self._clock = clock
        self._late = 0.0

    def until(self, under_way: int) -> float:
        """Return the moment until which a push that comes now may wait, with so many turns ``under_way``.

        Less where clocks ring late, since the way in and out is as slow then; less also in a crowd, before clocks ring
        late: whoever is answered later is told so at once.
        """
        calm = max(_LEAST * self.seconds, self.seconds - 2 * self._late)
        return self._clock() + calm * min(1.0, _AT_EASE / max(1, under_way))

    def left(self, until: float) -> float:
        """Return the seconds until then, none when it is past."""
        return max(0.0, until - self._clock())

    def rang(self, until: float) -> None:
        """Note that a wait until then is over, and how late that is."""
        self._late = max(self._clock() - until, _CALMS_DOWN * self._late)
