"""An account and the way to talk through it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.sns import LoginCodes

logger = logging.getLogger(__name__)


@dataclass
class Line:
    """One account of this process.

    Attributes:
        account: what is known of it.
        client: its calls.
        codes: who stands behind the codes of its logins.
        can_send: whether it has customer service, as far as WeChat has told us.
        can_show_cards: whether its customer service has cards, as far as WeChat has told us.
    """

    account: Account
    client: WeChatClient
    codes: LoginCodes
    can_send: bool
    can_show_cards: bool = True

    @classmethod
    def of(cls, account: Account, client: WeChatClient, codes: LoginCodes) -> Line:
        """A line that may do what its kind of account may."""
        return cls(account, client, codes, account.abilities.customer_service)

    def lose_service(self) -> None:
        """Note that WeChat has refused customer service (48001): only pushes are answered from now on."""
        if self.can_send:
            logger.error("account %s has no customer service (48001): slow answers wait", self.account.name)
        self.can_send = False

    def lose_cards(self) -> None:
        """Note that WeChat has refused a card (40200, 48001): words alone are sent from now on."""
        if self.can_show_cards:
            logger.error("account %s has no mini-program cards: answers go without", self.account.name)
        self.can_show_cards = False


Lines = Mapping[str, Line]
