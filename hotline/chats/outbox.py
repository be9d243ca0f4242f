"""Letters to the assistant's process that have not arrived yet: in order for each conversation, until they arrive."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .records import Codec, Letter
from .tables import chat_outbox


class Outbox:
    """The table of letters; `ChatStore` puts them in, in the transaction they tell of."""

    def __init__(self, engine: Any, codec: Codec) -> None:
        """Use the desk's database."""
        self._engine = engine
        self._codec = codec

    def take(self, now: float, lease_s: float, most: int) -> list[Letter]:
        """Take the first letter of each conversation that is due, for `lease_s` seconds."""
        box = chat_outbox.c
        first = sa.select(sa.func.min(box.id)).group_by(box.conversation_id)
        free = sa.and_(box.not_before <= now, box.lease_until <= now)
        query = sa.select(chat_outbox).where(box.id.in_(first), free).order_by(box.id).limit(most)
        with self._engine.connect() as connection:
            found = [self._codec.letter(row) for row in connection.execute(query)]
        return self._leased(found, now, lease_s) if found else []

    def done(self, letter: Letter) -> None:
        """Note that a letter has arrived."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(chat_outbox).where(chat_outbox.c.id == letter.number))

    def put_off(self, letter: Letter, until: float) -> None:
        """Try a letter again at `until`; those behind it wait."""
        mine = chat_outbox.c.id == letter.number
        values = {"tries": letter.tries + 1, "not_before": until, "lease_until": 0.0}
        with self._engine.begin() as connection:
            connection.execute(sa.update(chat_outbox).where(mine).values(**values))

    def hurry(self, now: float) -> None:
        """Try everything now: the other side is there again."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(chat_outbox).where(chat_outbox.c.not_before > now).values(not_before=now)
            )

    def waiting(self) -> int:
        """Return how many letters have not arrived."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(chat_outbox)).scalar_one())

    def _leased(self, letters: list[Letter], now: float, lease_s: float) -> list[Letter]:
        """Take letters, but those that another process has taken meanwhile."""
        taken = []
        with self._engine.begin() as connection:
            for letter in letters:
                free = sa.and_(chat_outbox.c.id == letter.number, chat_outbox.c.lease_until <= now)
                lease = sa.update(chat_outbox).where(free).values(lease_until=now + lease_s)
                if connection.execute(lease).rowcount:
                    taken.append(letter)
        return taken
