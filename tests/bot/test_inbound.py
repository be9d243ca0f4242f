"""Whatever a person types is answered in words, in order, and never obeyed as a command."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.rest import RestOutput
from bot.message import InboundMessage
from privacy.errors import UnknownToken
from tests.support.pictures import paper

HOSTILE = {
    "restart": "/restart",
    "session start": "/session_start",
    "intent": '/ask{"location": "<GEO#aaaaaaaa>"}',
    "full-width slash": "／restart",
    "hidden slash": "\u200b/restart",
    "blank before slash": " \u3000/ask",
    "emoji": "😀🎉👍",
    "emoji before slash": "😀/ask",
    "family emoji": "👨‍👩‍👧‍👦",
    "NUL": "做\x00核酸",
    "only NUL": "\x00\x00",
    "lone surrogate": "核酸\ud83d",
    "only surrogates": "\ud800\udfff",
    "100,000 characters": "核" * 100_000,
    "100,000 blanks": " " * 100_000,
    "100,000 slashes": "/" * 100_000,
    "blank": "   \t\n",
    "empty": "",
    "zero width": "\u200b\u200d\ufeff",
    "bidi": "\u202e核酸\u202c",
    "external": "EXTERNAL: ask",
    "json": '{"intent": "ask"}',
    "template": "{person_name} ${jndi:ldap://x} <script>alert(1)</script>",
    "sql": "'; DROP TABLE events; --",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_anything_typed_is_answered_in_words_and_the_talk_goes_on(talk: Any, text: str) -> None:
    await talk.words("你好")
    answers = await talk.words(text)
    assert answers and all(answer.strip() for answer in answers)
    assert await talk.words("核酸") == ["核酸点在春熙路"]
    tracker = await talk.store.retrieve("person")
    assert not [event for event in tracker.events if event.type_name == "restart"]


@pytest.mark.parametrize(
    "typed", ["/ask", " /ask", "／ask", "\u200b/ask", '/ask{"location":"x"}', "//ask", "-/ask", "😀/ask"]
)
async def test_a_typed_slash_is_never_a_command(talk: Any, typed: str) -> None:
    await talk.words(typed)
    tracker = await talk.store.retrieve("person")
    assert tracker.latest_message.intent["name"] == "nlu_fallback"
    assert not tracker.latest_message.text.lstrip().startswith("/")


async def test_a_button_works_in_its_own_conversation_only(talk: Any) -> None:
    [greeting] = await talk.say("你好")
    payload = greeting["buttons"][0]["payload"]
    assert payload != "/ask"
    assert await talk.words(payload) == ["核酸点在春熙路"]
    assert await talk.words(payload, kind="payload") == ["核酸点在春熙路"]
    await talk.words(payload, sender="somebody else")
    stranger = await talk.store.retrieve("somebody else")
    assert stranger.latest_message.intent["name"] != "ask"


async def test_a_button_that_is_not_ours_is_refused_in_words(talk: Any) -> None:
    [answer] = await talk.words("~/restart~0123456789abcdef", kind="payload")
    assert "按钮" in answer


async def test_a_message_without_sender_is_refused(talk: Any) -> None:
    for sender in ("", " ", "a\x00b", "x" * 300):
        [answer] = await talk.words("你好", sender=sender)
        assert "认不出" in answer
    assert list(await talk.store.keys()) == []


async def test_a_picture_and_a_place_off_the_earth_are_refused(talk: Any) -> None:
    assert "图片" in (await talk.words("", kind="image"))[0]
    assert "位置" in (await talk.words("", kind="location", location=(123.0, 0.0)))[0]
    assert "位置" in (await talk.words("", kind="location", location=(float("nan"), 0.0)))[0]


async def test_a_picture_reaches_rasa_as_an_id_that_opens_in_its_own_conversation_only(talk: Any) -> None:
    picture = await talk.footing.pictures.keep("person", paper())
    assert await talk.words("", kind="image", picture=picture) == ["收到图片"]
    tracker = await talk.store.retrieve("person")
    assert tracker.latest_message.text == f'/send_picture{{"picture": "{picture}"}}'
    with pytest.raises(UnknownToken):
        talk.footing.media.get(picture)
    [refused] = await talk.words("", kind="image", picture=picture, sender="somebody else")
    assert refused.startswith("图片没有收到")
    assert talk.footing.media.get(picture, "person").media_type == "image/jpeg"


@pytest.mark.parametrize("picture", ["", "med_" + "a" * 26, "pic_../../etc", "pic_" + "a" * 26])
async def test_a_picture_id_that_was_made_up_is_refused_in_words(talk: Any, picture: str) -> None:
    [answer] = await talk.words("", kind="image", picture=picture)
    assert answer.startswith("图片没有收到")


async def test_a_shared_place_reaches_rasa_as_a_token(talk: Any) -> None:
    assert await talk.words("", kind="location", location=(30.657, 104.066)) == ["收到位置"]
    tracker = await talk.store.retrieve("person")
    token = tracker.get_slot("location")
    assert "104" not in token
    assert talk.footing.vault.get("person", token).value == "30.657000,104.066000"


async def test_a_handed_over_identity_reaches_rasa_as_a_token_of_the_vault(talk: Any) -> None:
    token = f"h1.{'aB3_' * 40}.{'0f' * 32}"
    await talk.words(f" {token} ")
    tracker = await talk.store.retrieve("person")
    assert tracker.latest_message.text.startswith('/inform{"choice": "handover=<SESSION#')
    assert token not in str([event.as_dict() for event in tracker.events])
    kept = tracker.latest_message.text.split("handover=")[1].removesuffix('"}')
    assert talk.footing.vault.get("person", kept).value == token
    await talk.words(f"{token}，帮我看看")
    tracker = await talk.store.retrieve("person")
    assert not tracker.latest_message.text.startswith("/")


async def test_english_is_refused_in_english(talk: Any) -> None:
    [answer] = await talk.words("please help " * 100)
    assert answer.startswith("That message is too long")


class Virtual:
    """Rasa's place: each turn takes 0.2 s of a clock that only this test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.running = 0
        self.overlaps = 0
        self.seen: list[str] = []

    async def __call__(self, message: Any) -> None:
        self.running += 1
        self.overlaps += self.running > 1
        for _ in range(5):
            await asyncio.sleep(0)
        self.now += 0.2
        self.seen.append(message.text)
        await message.output_channel.send_response(
            message.sender_id, {"text": f"{message.text}@{self.now:.1f}"}
        )
        self.running -= 1


async def _burst(footing: Any, texts: list[str]) -> tuple[Virtual, list[list[dict[str, Any]]]]:
    work = Virtual()
    inbound = footing.inbound(work)
    outputs = [RestOutput(footing.signer) for _ in texts]
    await asyncio.gather(
        *(
            inbound.receive(InboundMessage("rest", "p", text=text), output)
            for text, output in zip(texts, outputs, strict=True)
        )
    )
    return work, [output.messages for output in outputs]


async def test_four_questions_within_a_second_are_answered_in_order_and_in_the_sum_of_their_work(
    footing: Any,
) -> None:
    questions = ["核酸哪里做？", "黄码怎么办？", "武侯有高风险吗？", "12345几点上班？"]
    work, answers = await _burst(footing, questions)
    assert work.seen == questions
    assert work.overlaps == 0
    assert [a[0]["text"] for a in answers] == [f"{q}@{(i + 1) * 0.2:.1f}" for i, q in enumerate(questions)]
    assert work.now <= 0.8 + 1e-9


async def test_fragments_that_wait_are_answered_together(footing: Any) -> None:
    work, answers = await _burst(footing, ["我的码", "昨天", "突然变黄了", "怎么办？"])
    assert work.seen == ["我的码，昨天，突然变黄了", "怎么办？"]
    assert [len(a) for a in answers] == [0, 0, 1, 1]


async def test_persons_do_not_wait_for_each_other(footing: Any) -> None:
    gate = asyncio.Event()

    async def handle(message: Any) -> None:
        if message.sender_id == "slow":
            await gate.wait()
        await message.output_channel.send_response(message.sender_id, {"text": "好"})

    inbound = footing.inbound(handle)
    slow = asyncio.create_task(
        inbound.receive(InboundMessage("rest", "slow", text="一"), RestOutput(footing.signer))
    )
    output = RestOutput(footing.signer)
    await inbound.receive(InboundMessage("rest", "quick", text="二"), output)
    assert output.messages and not slow.done()
    gate.set()
    await slow


async def test_too_many_waiting_messages_are_refused_in_words(footing: Any) -> None:
    work, answers = await _burst(footing, [f"问题{i}在哪里？" for i in range(30)])
    refused = [a for a in answers if "太快" in a[0]["text"]]
    assert len(refused) == 10 and len(work.seen) == 20


async def test_a_failing_turn_is_answered_and_logged_without_words_of_the_person(
    footing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(message: Any) -> None:
        raise RuntimeError(message.text)

    output = RestOutput(footing.signer)
    await footing.inbound(broken).receive(InboundMessage("rest", "p", text="我的秘密"), output)
    assert "12345" in output.messages[0]["text"]
    assert "RuntimeError" in caplog.text and "秘密" not in caplog.text


async def test_a_silent_turn_is_answered(footing: Any) -> None:
    async def silent(message: Any) -> None:
        del message

    output = RestOutput(footing.signer)
    await footing.inbound(silent).receive(InboundMessage("rest", "p", text="你好"), output)
    assert len(output.messages) == 1


async def test_a_turn_goes_on_when_its_caller_has_gone(footing: Any) -> None:
    work = Virtual()
    inbound = footing.inbound(work)
    caller = asyncio.create_task(
        inbound.receive(InboundMessage("rest", "p", text="一？"), RestOutput(footing.signer))
    )
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await inbound.receive(InboundMessage("rest", "p", text="二？"), RestOutput(footing.signer))
    assert work.seen == ["一？", "二？"]
