"""Handing over to a person in the running product: the whole way, and with each process killed in between."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest

from tests.support.agent import DeskAgent, Refused, soon
from tests.support.conversation import personas
from tests.support.page import PagePerson
from tests.support.stack import Stack, running

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A product whose agents have little patience, so that limits are met."""
    extra = {"JKT_DESK_PRESENCE_S": "3600", "JKT_DESK_ACCEPT_S": "3600", "JKT_DESK_AGENT_LOST_S": "3600"}
    with running(tmp_path_factory.mktemp("handover") / "var", extra) as stack:
        yield stack


@pytest.fixture
def agent(product: Stack) -> Iterator[DeskAgent]:
    """An agent who is there; what he has is over when the test is."""
    product.ensure_running()
    person = DeskAgent.of(product)
    person.here()
    yield person
    product.ensure_running()
    person.ends_all()
    person.left()


def waiting(product: Stack) -> PagePerson:
    person = PagePerson(product)
    assert "转接人工" in person.send("转人工")
    return person


def talking(product: Stack, agent: DeskAgent) -> tuple[PagePerson, dict[str, object]]:
    person = waiting(product)
    chat = agent.move(agent.chat_of(person.conversation_id), "take")
    soon(lambda: "工号A001的坐席为您服务，前面的对话都看得到。" in person.heard("notice"))
    return person, chat


def test_from_the_request_to_the_rating_on_the_page(product: Stack, agent: DeskAgent) -> None:
    person = PagePerson(product)
    person.send("武侯这边哪有24小时的核酸")
    assert "下一位就是您" in person.send("说了三遍了你听不懂 转人工")
    assert "记下了" in person.send("我想问夜里能不能做")
    chat = agent.chat_of(person.conversation_id)
    assert (chat["reason"], chat["state"], chat["agent"]) == ("distress", "offered", "A001")
    dossier = agent.dossier(chat["chat_id"])
    assert [line["text"] for line in dossier["context"]["transcript"] if line["who"] == "person"] == [
        "武侯这边哪有24小时的核酸",
        "说了三遍了你听不懂 转人工",
    ]
    assert dossier["context"]["facts"]["topic"] == "find_test_site"
    chat = agent.move(chat, "take")
    soon(lambda: "工号A001的坐席为您服务，前面的对话都看得到。" in person.heard("notice"))
    agent.say(chat, "可以，华西医院全天都能做。")
    soon(lambda: "可以，华西医院全天都能做。" in person.heard("agent"))
    spoke = len(person.heard("assistant"))
    person.tell("离线码管几天")
    assert len(person.heard("assistant")) == spoke, (
        "while a person has the conversation the assistant is silent"
    )
    assert agent.words(chat)[-1] == "离线码管几天"
    agent.move(chat, "wrap_up")
    soon(lambda: any("服务您满意吗" in said for said in person.heard("notice")))
    assert person.send(tap="非常满意") == "谢谢您的评价。"
    assert agent.dossier(str(chat["chat_id"]))["chat"]["rating"] == 5
    assert "7天" in person.send("离线码管几天"), "after the end the assistant answers"


def test_the_agent_reads_the_citizens_code_in_the_assistants_own_words(
    product: Stack, agent: DeskAgent
) -> None:
    person, somebody = PagePerson(product), personas()["yellow_one_of_two"]
    person.send("我的码怎么还没转绿")
    for line in ("同意", somebody["name"], somebody["number"]):
        person.send(line)
    person.send(somebody["phone"])
    password = re.search(r"\d{6}", product.text_messages(somebody["phone"])[-1]["text"])
    assert password is not None
    told = person.send(password.group(0))
    person.send("转人工")
    chat = agent.move(agent.chat_of(person.conversation_id), "take")
    code = agent.look_at_code(chat)
    (step,), (rule, *_) = code["steps"], code["rules"]
    assert (code["word"], step["state"], rule["decides"]) == ("黄码", "还要做", True)
    assert "还差1次" in step["text"]
    for words in (step["text"], rule["text"], *code["coming"]):
        assert words in told, "as the assistant has told it"
    assert agent.cases(chat)["appeals"] == []
    agent.move(chat, "wrap_up")
    with pytest.raises(Refused):
        agent.look_at_code(chat)
    assert "因在人工会话里给您说明码色" in person.send("谁看过我的信息")


def test_nobody_there_is_said_at_once_with_ways_on(product: Stack) -> None:
    product.ensure_running()
    person = PagePerson(product)
    assert "12345" in person.send("转人工")
    assert {"记工单", "约个时间回电"} <= set(person.choices())
    assert "什么时候" in person.send(tap="约个时间回电")
    time = next(title for title in person.choices() if "点" in title)
    assert "手机号" in person.send(tap=time)
    assert "请人工回电" in person.send("19900000001")
    assert "JKT" in person.send(tap="提交")


def test_leaving_the_queue_by_a_word(product: Stack, agent: DeskAgent) -> None:
    person = waiting(product)
    person.tell("算了不等了")
    soon(lambda: any("不排队了" in said for said in person.heard("notice")))
    assert "7天" in person.send("离线码管几天")


def test_words_of_danger_in_the_queue_are_answered_and_come_first(product: Stack, agent: DeskAgent) -> None:
    person = waiting(product)
    assert "120" in person.send("我妈突然昏倒没有反应了")
    assert agent.chat_of(person.conversation_id)["priority"] == 0


def test_danger_calls_a_person_by_itself(product: Stack, agent: DeskAgent) -> None:
    person = PagePerson(product)
    assert "120" in person.send("我妈发高烧喘不上气")
    assert agent.chat_of(person.conversation_id)["reason"] == "emergency"


def test_an_agent_takes_over_and_gives_back_with_context(product: Stack, agent: DeskAgent) -> None:
    person = PagePerson(product)
    person.send("武侯这边哪有24小时的核酸")
    watched = agent.watched(person.conversation_id)
    assert watched["transcript"][0]["text"] == "武侯这边哪有24小时的核酸"
    chat = agent.take_from_assistant(person.conversation_id)
    soon(lambda: any("坐席为您服务" in said for said in person.heard("notice")))
    agent.move(chat, "give_back")
    soon(lambda: any("转回智能助手" in said for said in person.heard("notice")))
    assert "查到的就这些了" in person.send("还有别的吗"), "what was understood before is still known"


def test_a_stale_send_is_refused_and_says_nothing(product: Stack, agent: DeskAgent) -> None:
    person, chat = talking(product, agent)
    leader = DeskAgent.of(product, "L001")
    leader.here("busy")
    now = leader.move(dict(chat), "take_over")
    with pytest.raises(Refused) as refused:
        agent.say(dict(chat), "这句不该出去")
    assert refused.value.problem["code"] == "stale_version"
    leader.say(now, "我来接着说")
    soon(lambda: "我来接着说" in person.heard("agent"))
    assert "这句不该出去" not in person.heard("agent")
    leader.ends_all()
    leader.left()


def test_the_desk_is_killed_while_a_person_writes(product: Stack, agent: DeskAgent) -> None:
    person, chat = talking(product, agent)
    product.kill("desk")
    assert "连不上" in person.send("这句话不能丢"), "the citizen is told plainly"
    stranger = PagePerson(product)
    assert "7天" in stranger.send("离线码管几天"), "who needs no person notices nothing"
    product.start("desk")
    soon(lambda: agent.words(dict(chat)).count("这句话不能丢") == 1)
    agent.say(dict(chat), "收到了")
    soon(lambda: "收到了" in person.heard("agent"))
    assert agent.words(dict(chat)).count("这句话不能丢") == 1


def test_a_request_while_the_desk_is_away_is_made_when_it_is_back(product: Stack, agent: DeskAgent) -> None:
    product.kill("desk")
    person = PagePerson(product)
    assert "暂时连不上" in person.send("转人工")
    assert "7天" in person.send("离线码管几天"), "the assistant goes on helping meanwhile"
    product.start("desk")
    soon(lambda: any("下一位就是您" in said for said in person.heard("notice")))
    assert agent.chat_of(person.conversation_id)["owner"] == "queued"


def test_the_bot_is_killed_while_an_agent_writes(product: Stack, agent: DeskAgent) -> None:
    person, chat = talking(product, agent)
    product.kill("bot")
    for number in range(3):
        agent.say(dict(chat), f"第{number}句", client_id=f"sent-{number}-{uuid.uuid4().hex[:8]}")
    product.start("bot")
    soon(lambda: person.heard("agent")[-3:] == ["第0句", "第1句", "第2句"], 60)
    person.tell("都收到了")
    assert agent.words(dict(chat))[-1] == "都收到了"
    assert person.heard("agent") == ["第0句", "第1句", "第2句"]


def test_the_platform_is_killed_in_a_chat_and_nobody_notices(product: Stack, agent: DeskAgent) -> None:
    person, chat = talking(product, agent)
    product.kill("platform")
    agent.say(dict(chat), "平台停了我们也能聊")
    soon(lambda: "平台停了我们也能聊" in person.heard("agent"))
    person.tell("好的")
    assert agent.words(dict(chat))[-1] == "好的"
    product.start("platform")


def test_over_rest_words_come_with_the_next_answer(product: Stack, agent: DeskAgent) -> None:
    sender = f"rest-{uuid.uuid4().hex[:8]}"
    product.say(sender, "转人工")
    chat = agent.move(agent.chat_of(sender), "take")
    agent.say(chat, "您好，请讲")
    soon(lambda: any(e["body"].get("what") == "delivered" for e in agent.dossier(chat["chat_id"])["events"]))
    said = [message["text"] for message in product.say(sender, "在的")]
    assert said == ["工号A001的坐席为您服务，前面的对话都看得到。", "【坐席A001】您好，请讲"]
    assert product.say(sender, "请说") == [], "once"
