"""An identity that was handed over: consent first, then verified without a word typed; else asked as always."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from actions import identity, steering  # noqa: F401 - they register what is played here
from backend_client import Conflict, ForbiddenPerson
from tests.support.dialogue import NOW, Talk

TOKEN = f"h1.{'a' * 40}.{'0' * 64}"


class Platform:
    """Redeems one token, or finds a reason not to."""

    def __init__(self, problem: Exception | None = None) -> None:
        self._problem = problem
        self.redeemed: list[tuple[str, str, str]] = []

    def redeem_handover(self, request: Any) -> Any:
        self.redeemed.append((request.token, request.channel, request.conversation_id))
        if self._problem is not None:
            raise self._problem
        until: datetime = NOW + timedelta(minutes=30)
        return SimpleNamespace(
            person_id="per_1", session_token="session-1", expires_at=until, name_masked="王**"
        )


def talk_with(platform: Platform, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    return Talk(platform, folder, monkeypatch)


async def brings(talk: Talk, what: str, secret: str) -> str:
    """What the bot's door says of a secret: as a choice that names it by its token of the vault."""
    return await talk.say("", choice=f"{what}={talk.token('SESSION', secret)}")


async def hand_over(talk: Talk, token: str = TOKEN) -> str:
    """What the bot's door makes of a token."""
    return await brings(talk, "handover", token)


async def test_consent_is_asked_before_anything_is_redeemed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk)
    assert platform.redeemed == []
    assert talk.loop == "identity_form"
    said = await talk.tap("同意")
    assert [token for token, _, _ in platform.redeemed] == [TOKEN]
    assert platform.redeemed[0][2] == talk.sender
    assert "王**" in said
    assert talk.loop is None
    assert talk.slots["person_id"] == "per_1"
    assert talk.kit.vault.get(talk.sender, talk.slots["session"]).value == "session-1"
    assert talk.slots["verification_id"] is None


async def test_without_consent_nothing_is_redeemed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk)
    await talk.tap("不同意")
    assert platform.redeemed == []
    assert not talk.slots.get("session")


@pytest.mark.parametrize("problem", [Conflict, ForbiddenPerson])
async def test_a_token_that_is_refused_leads_to_the_usual_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    platform = Platform(problem())
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk)
    said = await talk.tap("同意")
    assert "没有核对上" in said
    assert "姓名" in said
    assert talk.slots["requested_slot"] == "person_name"
    assert not talk.slots.get("session")
    await talk.say("再来一次")
    assert len(platform.redeemed) == 1


async def test_a_token_that_comes_while_the_name_is_asked_ends_the_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk, "h1.old")
    platform._problem = Conflict()
    await talk.tap("同意")
    platform._problem = None
    said = await hand_over(talk)
    assert "王**" in said
    assert talk.loop is None


async def test_what_is_no_token_of_the_vault_hands_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await talk.say("", choice=f"handover={TOKEN}")
    await talk.say("", choice=f"handover={talk.token('PHONE', '13900000001')}")
    assert talk.loop is None
    assert platform.redeemed == []


class Issuing(Platform):
    """Makes tokens for other conversations, too."""

    def __init__(self, problem: Exception | None = None) -> None:
        super().__init__(problem)
        self.issued: list[tuple[str, str, str]] = []

    def issue_handover(self, session: str, request: Any) -> Any:
        self.issued.append((session, request.channel, request.conversation_id))
        if self._problem is not None:
            raise self._problem
        return SimpleNamespace(token=TOKEN)


def told(talk: Talk) -> dict[str, Any]:
    """What the last turn told the bot alone."""
    return dict(talk.said[-1]["custom"]["identity"])


async def hand_on(talk: Talk) -> str:
    """Ask the conversation for a token for another one, as the bot does."""
    target = '{"channel": "web", "conversation_id": "web-7"}'
    return await brings(talk, "handing", target)


async def carry(talk: Talk, token: str = TOKEN) -> str:
    """What another conversation sends."""
    return await brings(talk, "carried", token)


async def test_a_verified_conversation_makes_a_token_for_another_one_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Issuing()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk)
    await talk.tap("同意")
    assert await hand_on(talk) == ""
    assert platform.issued == [("session-1", "web", "web-7")]
    assert talk.kit.vault.get(talk.sender, told(talk)["token"]).value == TOKEN
    assert TOKEN not in str(talk.said)


async def test_who_is_not_verified_or_may_not_be_handed_over_gives_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Issuing()
    talk = talk_with(platform, tmp_path, monkeypatch)
    assert await hand_on(talk) == ""
    assert told(talk) == {"token": None}
    assert platform.issued == []
    await hand_over(talk)
    await talk.tap("同意")
    platform._problem = ForbiddenPerson()
    await hand_on(talk)
    assert told(talk) == {"token": None}


async def test_a_form_that_is_open_is_not_disturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = talk_with(Issuing(), tmp_path, monkeypatch)
    await hand_over(talk)
    assert await hand_on(talk) == ""
    assert (talk.loop, talk.slots["requested_slot"]) == ("identity_form", "consent")
    assert not talk.slots.get("form_failures")


async def test_what_another_conversation_sends_is_asked_for_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Issuing()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk)
    await talk.tap("同意")
    said = await carry(talk)
    assert "接着用" in said
    assert len(platform.redeemed) == 1
    await talk.say("啥子意思", intent="nlu_fallback")
    assert len(platform.redeemed) == 1
    assert "王**" in await talk.tap("用")
    assert len(platform.redeemed) == 2
    assert talk.loop is None


async def test_the_consent_card_is_the_tap_where_consent_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Issuing()
    talk = talk_with(platform, tmp_path, monkeypatch)
    assert "另一个对话里核实过" in await carry(talk)
    assert platform.redeemed == []
    assert "王**" in await talk.tap("同意")
    assert len(platform.redeemed) == 1


async def test_who_does_not_want_it_here_is_not_verified_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Issuing()
    talk = talk_with(platform, tmp_path, monkeypatch)
    await hand_over(talk)
    await talk.tap("同意")
    await carry(talk)
    assert "不用那个身份" in await talk.tap("不用")
    assert len(platform.redeemed) == 1
    assert talk.slots["verification_id"] is None
    assert talk.loop is None


async def test_the_way_into_wechat_is_offered_on_the_page_of_who_has_a_chat_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(Issuing(), tmp_path, monkeypatch, in_wechat=True)
    talk.channel = "web"
    assert "先在这里核实" in await talk.say("", choice="to_wechat")
    await hand_over(talk)
    await talk.tap("同意")
    assert "到微信里接着办" in talk.buttons
    assert await talk.tap("到微信里接着办") == ""
    assert told(talk) == {"continue_in": "wechat", "language": "zh"}
    elsewhere = Talk(Issuing(), tmp_path, monkeypatch, in_wechat=True, sender="talk-2")
    await hand_over(elsewhere)
    await elsewhere.tap("同意")
    assert "到微信里接着办" not in elsewhere.buttons


async def test_a_scan_is_confirmed_by_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = talk_with(Issuing(), tmp_path, monkeypatch)
    assert await talk.say("", choice="scanned=ticket:47") == ""
    assert told(talk) == {"scanned": "ticket:47", "language": "zh"}
