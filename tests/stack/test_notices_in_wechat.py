"""A change of colour on the platform reaches people in WeChat by each of the ways, on the running product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.conversation import personas
from tests.support.told_in_wechat import Person, started, until
from tests.support.wechat import ByWeChat, RunningWeChat


@pytest.fixture(scope="module")
def wechat() -> Iterator[RunningWeChat]:
    with RunningWeChat() as running:
        running.server.sends_receipts = True
        yield running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, wechat: RunningWeChat) -> Iterator[ByWeChat]:
    folder: Path = tmp_path_factory.mktemp("notices")
    with ExitStack() as closing:
        running = started(folder, wechat)
        closing.callback(running.stack.stop)
        yield running


def test_subscribed_then_within_the_quota_then_by_text(product: ByWeChat, wechat: RunningWeChat) -> None:
    person = Person(product, wechat, "green")
    agreed = person.asks_for_notices()
    assert "发短信" in str(agreed[-1]["text"])
    links = {button["title"]: button.get("url") for button in agreed[-1]["buttons"]}
    assert links["在微信里订阅"] == "https://h5.example.cn/notices"
    person.subscribes()
    person.is_reported()
    until(lambda: person.seen("subscribed"))
    assert "您的健康码状态有更新" in person.seen("subscribed")[0]
    assert not any("状态有更新" in text for text in person.seen("service"))
    wechat.server.agreed.clear()
    product.happens(_number(person), "code.changed", {})
    until(lambda: any("状态有更新" in text for text in person.seen("service")))
    wechat.server.errcodes["/cgi-bin/message/custom/send"].append(45015)
    product.happens(_number(person), "code.changed", {})
    until(person.texts)
    assert person.texts() == ["【四川天府健康通】您的健康码状态有更新，请打开天府健康通查看。"]
    assert len(person.seen("subscribed")) == 1
    said = product.say(person.key, "不要发短信")
    assert "不给您发短信" in str(said[-1]["text"])


def _number(person: Person) -> str:
    return str(personas()[person.key]["number"])
