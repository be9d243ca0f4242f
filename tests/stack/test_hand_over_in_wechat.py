"""Handing over to a person in WeChat, on the running product: within the quota, and told when it is used up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.agent import DeskAgent, Refused, soon
from tests.support.wechat import ByMiniProgram, ByWeChat, RunningWeChat

pytestmark = pytest.mark.stack
Chat = dict[str, Any]


@pytest.fixture(scope="module")
def wechat() -> Iterator[RunningWeChat]:
    with RunningWeChat() as running:
        yield running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, wechat: RunningWeChat) -> Iterator[ByWeChat]:
    patient = {"JKT_DESK_PRESENCE_S": "3600", "JKT_DESK_ACCEPT_S": "3600", "JKT_DESK_AGENT_LOST_S": "3600"}
    running = ByWeChat(tmp_path_factory.mktemp("handover") / "wechat", wechat, more=patient)
    running.stack.prepare()
    try:
        running.stack.start()
        yield running
    finally:
        running.stack.stop()


@pytest.fixture
def agent(product: ByWeChat) -> Iterator[DeskAgent]:
    person = DeskAgent.of(product.stack)
    person.here()
    yield person
    person.ends_all()
    person.left()


def seen(product: ByWeChat, who: str, how: str = "service") -> list[str]:
    """What stands on somebody's screen, by the way it came."""
    return [message.text for message in product.handset(who).seen if message.how == how]


def begun(product: ByWeChat, agent: DeskAgent, who: str) -> Chat:
    """A conversation that an agent has taken."""
    product.say(who, "转人工")
    chat = agent.move(agent.chat_of(product.conversation(who)), "take")
    soon(lambda: "工号A001的坐席为您服务，前面的对话都看得到。" in seen(product, who))
    return chat


def now(agent: DeskAgent, chat: Chat) -> Chat:
    found: Chat = agent.dossier(chat["chat_id"])["chat"]
    return found


def is_heard_in_silence(product: ByWeChat, who: str, text: str) -> bool:
    """Say something to an agent; whether the assistant says nothing to it."""
    before = len(product.handset(who).seen)
    product.say(who, text)
    return len(product.handset(who).seen) == before


def noted(agent: DeskAgent, chat: Chat, what: str) -> list[int]:
    """Numbers of the events to which something happened."""
    events = agent.dossier(chat["chat_id"])["events"]
    return [event["body"]["values"]["seq"] for event in events if event["body"].get("what") == what]


def test_from_the_request_to_the_rating_by_a_link(product: ByWeChat, agent: DeskAgent) -> None:
    who = "asks"
    product.say(who, "武侯这边哪有24小时的核酸")
    told = product.say(who, "转人工")
    assert "下一位就是您" in str(told[-1]["text"])
    chat = agent.chat_of(product.conversation(who))
    assert (chat["channel"], chat["quota_left"]) == ("wechat", 5)
    chat = agent.move(chat, "take")
    agent.say(chat, "您好，武侯这边华西医院全天都能做。")
    soon(lambda: "【坐席A001】您好，武侯这边华西医院全天都能做。" in seen(product, who))
    soon(lambda: now(agent, chat)["quota_left"] == 3)
    assert is_heard_in_silence(product, who, "离线码管几天")
    assert agent.words(chat)[-1] == "离线码管几天"
    soon(lambda: now(agent, chat)["quota_left"] == 5)
    agent.move(chat, "wrap_up")
    soon(lambda: any("服务您满意吗" in text for text in seen(product, who)))
    assert {"非常满意", "很不满意"} <= set(product.handset(who).seen[-1].choices)
    rated = product.say(who, "tap in WeChat: 非常满意")
    assert rated[-1]["text"] == "谢谢您的评价。"
    assert now(agent, chat)["rating"] == 5
    assert "7天" in str(product.say(who, "离线码管几天")[-1]["text"]), "after the end the assistant answers"


def test_words_beyond_the_quota_wait_for_the_citizen_and_the_agent_is_told_so(
    product: ByWeChat, agent: DeskAgent
) -> None:
    who = "silent"
    chat = begun(product, agent, who)
    for number in range(1, 7):
        agent.say(chat, f"第{number}句", client_id=f"quota-{number}")
    soon(lambda: len(noted(agent, chat, "held")) == 2)
    assert [text for text in seen(product, who) if "第" in text] == [
        f"【坐席A001】第{number}句" for number in range(1, 5)
    ]
    shown = now(agent, chat)
    assert (shown["quota_left"], shown["quota_until"]) == (0, None)
    told = [e["body"]["text"] for e in agent.dossier(chat["chat_id"])["events"] if e["kind"] == "note"]
    assert len(told) == 1 and "微信现在不让再发消息" in told[0]
    answer = product.say(who, "还在吗")
    assert "第5句" in str(answer[-1]["text"]) and "第6句" in str(answer[-1]["text"])
    soon(lambda: set(noted(agent, chat, "held")) <= set(noted(agent, chat, "delivered")))
    assert now(agent, chat)["quota_left"] == 5
    agent.say(chat, "在的")
    soon(lambda: "【坐席A001】在的" in seen(product, who))


def test_a_tap_lets_three_messages_through_for_a_minute(
    product: ByWeChat, agent: DeskAgent, wechat: RunningWeChat
) -> None:
    who = "taps"
    handset = product.handset(who)
    wechat.run(handset.follows())
    told = product.say(who, "tap in WeChat: 转人工")
    assert "下一位就是您" in str(told[-1]["text"])
    chat = agent.chat_of(product.conversation(who))
    assert chat["quota_left"] == 3
    assert 0 < chat["quota_until"] - time.time() <= 60
    chat = agent.move(chat, "take")
    for number in range(1, 4):
        agent.say(chat, f"第{number}条", client_id=f"tap-{number}")
    soon(lambda: noted(agent, chat, "held"))
    assert [text for text in seen(product, who) if "条" in text] == ["【坐席A001】第1条", "【坐席A001】第2条"]


def test_a_push_that_wechat_repeats_is_one_message(
    product: ByWeChat, agent: DeskAgent, wechat: RunningWeChat
) -> None:
    who = "repeats"
    chat = begun(product, agent, who)
    handset = product.handset(who)
    query, body = product.account.request(handset._fields("text", Content="我说一遍"), time.time())
    for _ in range(3):
        assert wechat.run(wechat.server.post(product.account, query, body)) == (200, "success")
    assert agent.words(chat).count("我说一遍") == 1


def test_who_leaves_the_account_ends_the_chat(
    product: ByWeChat, agent: DeskAgent, wechat: RunningWeChat
) -> None:
    who = "leaves"
    chat = begun(product, agent, who)
    before = list(product.handset(who).seen)
    wechat.run(product.handset(who).does("unsubscribe"))
    soon(lambda: now(agent, chat)["outcome"] == "left_by_citizen")
    with pytest.raises(Refused) as refused:
        agent.say(chat, "您还在吗")
    assert refused.value.problem["code"] in ("stale_version", "wrong_state")
    assert product.handset(who).seen == before, "nothing reaches a person who has left"


def test_who_leaves_while_waiting_leaves_the_queue(
    product: ByWeChat, agent: DeskAgent, wechat: RunningWeChat
) -> None:
    who = "leaves-early"
    product.say(who, "转人工")
    chat = agent.chat_of(product.conversation(who))
    wechat.run(product.handset(who).does("unsubscribe"))
    soon(lambda: now(agent, chat)["outcome"] == "abandoned")


def test_in_the_mini_program_numbers_choose_and_are_words_to_an_agent(
    product: ByWeChat, agent: DeskAgent
) -> None:
    mini, who = ByMiniProgram(product), "in-mini"
    told = mini.say(who, "转人工")
    assert "下一位就是您" in str(told[-1]["text"])
    chat = agent.chat_of(mini.conversation(who))
    assert chat["channel"] == "mini_program"
    assert chat["quota_left"] <= 5
    chat = agent.move(chat, "take")
    agent.say(chat, "家里一共几个人？")
    soon(lambda: "【坐席A001】家里一共几个人？" in seen(mini, who))
    assert is_heard_in_silence(mini, who, "1")
    assert agent.words(chat)[-1] == "1", "the number answers the agent, it does not choose “不排了”"
    agent.move(chat, "wrap_up")
    soon(lambda: any("服务您满意吗" in text for text in seen(mini, who)))
    assert mini.say(who, "1")[-1]["text"] == "谢谢您的评价。"
    assert now(agent, chat)["rating"] == 5


def test_over_the_quota_in_the_mini_program_words_wait_too(product: ByWeChat, agent: DeskAgent) -> None:
    mini, who = ByMiniProgram(product), "mini-silent"
    chat = begun(mini, agent, who)
    soon(lambda: now(agent, chat)["quota_left"] == 3)  # the queue's answer was a message too
    for number in range(1, 5):
        agent.say(chat, f"第{number}句", client_id=f"mini-{number}")
    soon(lambda: noted(agent, chat, "held"))
    answer = mini.say(who, "好")
    assert any("第4句" in str(one["text"]) for one in answer)
