"""A WeChat of our own: tokens, customer-service messages, quotas and menus on one side, signed pushes on the other.

It is a real HTTP server on loopback and shares no line with the product: signatures, sealing and quotas are written a
second time, from the same documentation. Time is a clock that a test moves; nothing sleeps.
"""

from __future__ import annotations

from tests.wechat_server.account import Account
from tests.wechat_server.clock import ManualClock, RealClock
from tests.wechat_server.phone import Phone, Seen
from tests.wechat_server.server import Delivery, SentNotice, WeChat

__all__ = ["Account", "Delivery", "ManualClock", "Phone", "RealClock", "Seen", "SentNotice", "WeChat"]
