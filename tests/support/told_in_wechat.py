"""The whole way of a notice: a change of colour on the platform, and what the person sees by each way."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.conversation import personas
from tests.support.wechat import ByWeChat, RunningWeChat

TEMPLATE: Final = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc"
NOTICES: Final[dict[str, Any]] = {
    "subscribe": "https://h5.example.cn/notices",
    "templates": {
        "code": {
            "id": TEMPLATE,
            "page": "https://h5.example.cn/code",
            "fields": {"thing1": "{whose}的健康码状态有更新", "time2": "{time}"},
        }
    },
}
_OVERLAP: Final = {
    "kind": "overlap",
    "at": "2022-09-04T15:00:00+08:00",
    "region": "510100",
    "place": "太古里",
}
_PATIENCE: Final = 60.0


@dataclass
class Person:
    """A person of the demonstration, with WeChat, who wants to hear of their code."""

    product: ByWeChat
    wechat: RunningWeChat
    key: str

    def asks_for_notices(self) -> list[dict[str, Any]]:
        """Ask for the colour, verify, and agree to be told; returns the answer to that."""
        person = personas()[self.key]
        for text in ("开通变色通知", "同意", person["name"], person["number"], person["phone"]):
            self.product.say(self.key, str(text))
        sent = self.product.text_messages(str(person["phone"]))[-1]["text"]
        answer: list[dict[str, Any]] = self.product.say(self.key, re.findall(r"\d{6}", sent)[0])
        return answer

    def subscribes(self) -> None:
        """Agree in WeChat's pop-up."""
        self.wechat.run(self.product.handset(self.key).subscribes(TEMPLATE))

    def has_no_quota(self) -> None:
        """Let WeChat take no message of the conversation any more, nor a subscribed notice."""
        self.wechat.server.agreed.clear()
        self.wechat.server.errcodes["/cgi-bin/message/custom/send"].extend([45015])

    def is_reported(self) -> float:
        """A province's system reports what changes the colour; returns when, unix seconds."""
        person = personas()[self.key]
        event = {"id": f"told-{uuid.uuid4().hex[:12]}", **_OVERLAP}
        began = time.time()
        self.product.report(person["document_type"], str(person["number"]), event)
        return began

    def seen(self, how: str) -> list[str]:
        """What stands on the phone by one way: subscribed, service, passive."""
        return [seen.text for seen in self.product.handset(self.key).seen if seen.how == how]

    def texts(self) -> list[str]:
        """Text messages about events."""
        phone = str(personas()[self.key]["phone"])
        return [sent["text"] for sent in self.product.text_messages(phone) if sent["kind"] == "notice"]


def until(holds: Callable[[], Any]) -> float:
    """Wait until something holds; returns when, unix seconds."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("nobody was told")
        time.sleep(0.01)
    return time.time()


def started(folder: Path, wechat: RunningWeChat) -> ByWeChat:
    """Return a running product whose account has a template for changes of colour."""
    product = ByWeChat(folder / "told", wechat, NOTICES)
    product.stack.prepare()
    product.stack.start()
    return product
