"""The citizen's page and its channel: WebSocket first, HTTP where that is blocked, a form without script.

See ``docs/page.md`` for the protocol. ``mount(app)`` puts the page at ``/`` of Rasa's server.
"""

from __future__ import annotations

from bot.channels.web.channel import WebChannel, WebParts, mount
from bot.channels.web.settings import WebSettings

__all__ = ["WebChannel", "WebParts", "WebSettings", "mount"]
