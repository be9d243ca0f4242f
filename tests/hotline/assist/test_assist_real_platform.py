"""A call beside the embedded platform: its order is taken with the evidence, the caller's code is shown masked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backend_client.real_platform import RealPlatform, free_port, load_demonstration, real_platform
from tests.hotline.assist.conftest import OnThePhone
from tests.hotline.conftest import Running, serve, settings_for, text_of

NOTES = "成都武侯区，昨天下午3点在玉林社区医院做的核酸一直没出结果，电话19900000001，很急"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPlatform]:
    folder = tmp_path_factory.mktemp("platform")
    load_demonstration(folder)
    with real_platform(folder, free_port()) as platform:
        yield platform


@pytest.fixture(scope="module")
def desk(running: RealPlatform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    secret = running.secrets.get("platform_desk")
    yield from serve(settings_for(running.url, tmp_path_factory.mktemp("desk"), platform_secret=secret))


def test_a_calls_order_stands_at_the_desk_with_the_words_it_comes_from(call: OnThePhone) -> None:
    call.save(NOTES)
    sent = {"confirmed": "yes"}
    taken = call.agent.press(call.page(), f"/calls/{call.number}/order", sent)
    assert "逐字念给来电人" in text_of(taken)
    number = text_of(taken).split("单号 ")[1].split(" ")[0]
    order = text_of(call.agent.get(f"/orders/{number}"))
    for words in ("昨天下午3点", "玉林社区医院", "199****0001", "很急", "A001"):
        assert words in order
    assert "19900000001" not in order


def test_a_callers_code_is_shown_masked_with_its_reason(call: OnThePhone) -> None:
    call.save(NOTES)
    look = {"purpose": "call_explain", "note": "问码色和怎么转绿", "whom": "199****0001"}
    answer = call.ask("looks", **look)
    assert answer.status_code == 200, answer.text
    assert answer.json()["word"] in ("绿码", "黄码", "红码", "没有码")
    assert "*" in answer.json()["name"]
    assert "19900000001" not in answer.text
