"""What people chose in WeChat for each template: required beside our own consent, and never instead of it.

WeChat asks the person itself and tells us (``subscribe_msg_popup_event``, ``subscribe_msg_change_event``); that a
consent is gone we may also learn from a refused call (43101). The newest word counts, by WeChat's clock, in whatever
order it comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from bot.channels.wechat.pushes import TemplateChoice

_metadata = sa.MetaData()
_consents = sa.Table(
    "wechat_consents",
    _metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("template", sa.String(128), primary_key=True),
    sa.Column("said", sa.String(8), nullable=False),
    sa.Column("scene", sa.Integer),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
#: What a refused call says of a consent.
_GONE: Final = "gone"


class TemplateConsents:
    """The choices of all accounts' people, in the bot's database: the newest for a conversation and a template."""

    def __init__(self, engine: Any, clock: Callable[[], float] = time.time) -> None:
        """Use the bot's database; ``clock`` gives unix seconds."""
        self._engine = engine
        self._clock = clock
        _metadata.create_all(engine)

    def note(self, conversation_id: str, choice: TemplateChoice, at: float) -> None:
        """Note a choice made at ``at`` (unix seconds, WeChat's clock); an older one than is known changes nothing."""
        self._write(conversation_id, choice.template_id, choice.said, choice.scene, at)

    def lost(self, conversation_id: str, template_id: str, asked_at: float) -> None:
        """Note that WeChat knows of no consent (43101) when it was asked at ``asked_at``."""
        self._write(conversation_id, template_id, _GONE, None, asked_at)

    def holds(self, conversation_id: str, template_id: str) -> bool:
        """Tell whether the person's newest word for a template is yes."""
        query = sa.select([_consents.c.said]).where(*_same(conversation_id, template_id))
        with self._engine.connect() as connection:
            return bool(connection.execute(query).scalar() == "accept")

    def now(self) -> float:
        """Return the time of this ledger, unix seconds."""
        return self._clock()

    def _write(self, conversation_id: str, template_id: str, said: str, scene: int | None, at: float) -> None:
        row = {"said": said, "scene": scene, "at": at}
        key = {"conversation_id": conversation_id, "template": template_id}
        older = _consents.update().where(*_same(conversation_id, template_id), _consents.c.at <= at)
        for _ in range(2):
            with self._engine.begin() as connection:
                if connection.execute(older.values(**row)).rowcount:
                    return
            try:
                with self._engine.begin() as connection:
                    connection.execute(_consents.insert().values(**key, **row))
            except sa.exc.IntegrityError:
                continue  # a newer word is known, or another process has just written: looked at once more
            return


def purge_consents(engine: Any, before: float) -> int:
    """Delete choices made before ``before``; return how many."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        return int(connection.execute(_consents.delete().where(_consents.c.at <= before)).rowcount)


def forget_consents(engine: Any, conversation_id: str) -> None:
    """Delete what a person chose."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_consents.delete().where(_consents.c.conversation_id == conversation_id))


def _same(conversation_id: str, template_id: str) -> tuple[Any, ...]:
    return (_consents.c.conversation_id == conversation_id, _consents.c.template == template_id)
