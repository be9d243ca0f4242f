"""The one door for every channel: gate, privacy, router, Rasa."""

from __future__ import annotations

from typing import Any

from bot.message import InboundMessage


class Inbound:
    """Takes one message on its way; built by ``bot.footing.Footing.inbound(on_new_message)``.

    A channel's ``blueprint(on_new_message)`` does::

        inbound = self.footing.inbound(on_new_message)     # footing: bot.footing.Footing
        await inbound.receive(message, output_channel)      # returns when the answer has been sent
    """

    async def receive(self, message: InboundMessage, output_channel: Any) -> None:
        """Answer ``message`` through ``output_channel`` (a Rasa ``OutputChannel``); returns when all is sent.

        Messages of one ``sender_id`` are handled one after another, in the order of the calls. Short fragments
        that wait behind a running turn may be joined: then the joined turn answers on the channel of the last.
        Never raises for anything a person can send; a failing turn is answered in words.
        """
        raise NotImplementedError
