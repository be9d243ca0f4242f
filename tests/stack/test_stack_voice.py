"""A voice message through the whole product: heard, shown, said when it is tapped; where the extra is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.voice.model import is_installed
from tests.support.wechat import ByWeChat, RunningWeChat

pytestmark = pytest.mark.skipif(not is_installed(), reason="the speech extra is not installed: make voice")
CLIPS = Path(__file__).parents[1] / "voice" / "clips"
SAID = "我的健康码怎么变黄"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByWeChat]:
    with RunningWeChat() as wechat:
        started = ByWeChat(tmp_path_factory.mktemp("voice") / "product", wechat)
        started.stack.prepare()
        try:
            started.stack.start()
            yield started
        finally:
            started.stack.stop()


@pytest.mark.parametrize("recording", ["question.amr", "question.speex"])
def test_a_voice_message_is_shown_and_said_when_it_is_tapped(product: ByWeChat, recording: str) -> None:
    sender = recording.replace(".", "-")
    content = (CLIPS / recording).read_bytes()
    (shown,) = product.send_voice(sender, content)
    assert SAID in str(shown["text"])
    yes = next(b for b in shown["buttons"] if b["title"] == "对")  # type: ignore[attr-defined]
    answers = product.say(sender, yes["payload"])
    assert answers and SAID not in str(answers[0]["text"])


def test_the_page_is_told_what_was_heard(product: ByWeChat) -> None:
    bot = product.stack.service("bot").url
    token = requests.post(f"{bot}/chat/session", timeout=10).json()["token"]
    heard = requests.post(
        f"{bot}/chat/speech",
        data=(CLIPS / "question.amr").read_bytes(),
        headers={"Authorization": f"Bearer {token}"},
        timeout=40,
    )
    assert heard.status_code == 201 and heard.json()["heard"].startswith(SAID)
