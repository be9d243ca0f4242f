"""``python -m bot chat``: the assistant in a terminal, over the REST channel."""

from __future__ import annotations

import os
import sys
import uuid
from typing import Any

import requests

from bot.settings import read_settings

_TIME_LIMIT = 60


def chat(url: str | None, sender: str | None) -> int:
    """Talk until the input ends; return 0, or 1 when the bot does not answer."""
    base = (url or read_settings(os.environ).bot_url).rstrip("/")
    talk = Conversation(base, sender or f"chat-{uuid.uuid4().hex}")
    print("直接打字提问；输入数字选按钮；空行或 Ctrl-D 结束。")
    while True:
        try:
            typed = input("您：").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return 0
        if not typed:
            return 0
        try:
            for line in talk.say(typed):
                print(line)
        except requests.RequestException as error:
            sys.stderr.write(f"The bot at {base} does not answer ({type(error).__name__}). Is it running?\n")
            return 1


class Conversation:
    """One conversation over REST; remembers the buttons shown last."""

    def __init__(self, base: str, sender: str) -> None:
        """Talk to the bot at ``base`` as ``sender``."""
        self._address = f"{base}/webhooks/rest/webhook"
        self._sender = sender
        self._buttons: list[dict[str, Any]] = []
        self._http = requests.Session()

    def say(self, typed: str) -> list[str]:
        """Send what was typed, or the button of that number; return the lines of the answer."""
        body = {"sender": self._sender, "message": self._chosen(typed)}
        answer = self._http.post(self._address, json=body, timeout=_TIME_LIMIT)
        answer.raise_for_status()
        self._buttons = []
        return [line for message in answer.json() for line in self._lines(message)]

    def _chosen(self, typed: str) -> str:
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(self._buttons):
            button = self._buttons[int(typed) - 1]
            return str(button.get("payload") or button.get("url") or button["title"])
        return typed

    def _lines(self, message: dict[str, Any]) -> list[str]:
        lines = [f"助手：{message['text']}"] if message.get("text") else []
        for button in message.get("buttons") or ():
            self._buttons.append(button)
            lines.append(f"   {len(self._buttons)}. {button['title']}")
        if message.get("image"):
            lines.append(f"   [图片] {message['image']}")
        return lines
