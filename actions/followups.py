"""Short messages that lean on what was said before: “那附近呢”, “她的呢”, “第二个怎么走”, “不对，是青羊区”.

What the understanding thinks of such a message alone says little. Here it is read against the conversation: which topic
it continues, and what its words stand for. Everything else is left as it was understood.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from actions.journeys import Trip, spoken
from actions.places import DIVISION_KINDS, recalled
from actions.site_wishes import states_wish
from actions.turn import Entity, Turn

PLACE_TOPICS: Final = ("find_test_site", "query_risk_area", "query_vaccine", "ask_travel_policy")
PERSON_TOPICS: Final = (
    "query_code_status",
    "ask_color_reason",
    "ask_turn_green",
    "query_test_result",
    "query_vaccine",
)
_PLACES = (*DIVISION_KINDS, "landmark", "address")
#: In UTF-8 bytes: 24 Chinese characters, or a short English sentence.
_LONGEST = 72
_THEN = r"^(?:那么?|还有|所以|and|what about|how about)?\s*"
_ASKS = r"(?:呢|咋样|怎么样|怎样|如何|咋办|啥情况|是什么情况)[?？!。\s]*$"
_PRONOUN = re.compile(
    rf"{_THEN}(?:她|他|her|his|him|hers)(?:们|自己|老人家)?的?"
    rf"(?:码|健康码|核酸|结果|疫苗|情况)?(?:{_ASKS}|\?*$)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(rf"(?:{_ASKS}|^(?:what|how) about|^and my)", re.IGNORECASE)
_MYSELF = re.compile(
    rf"{_THEN}(?:我|我自己|我本人|mine|me)的?(?:码|核酸|结果|疫苗)?(?:{_ASKS}|\?*$)", re.IGNORECASE
)
_AROUND = re.compile(
    rf"{_THEN}(?:这|那)?(?:附近|周围|周边|旁边)(?:的)?(?:有没有|有吗|有没得|哪里有)?(?:{_ASKS}|[?？。]*$)"
    r"|^(?:what about )?near(?:by| there)\??$",
    re.IGNORECASE,
)
_THERE = re.compile(
    rf"{_THEN}(?:那里|那边|那儿|那点|这里|这边|这儿|there)(?:有没有|有吗|可以吗)?(?:{_ASKS}|[?？]*$)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"第(?P<number>[一二三四五六七八九十]|\d{1,2})(?:个|家|处)"
    r"|\b(?P<word>first|second|third|last)(?: one)?\b|(?P<last>最后)一?(?:个|家)"
)
_OF_A_SITE = re.compile(
    r"走|电话|号码|几点|时间|地址|在哪|哪里|远|开门|开不开|开着|多少钱|要钱|价|导航|位置|详细|呢"
    r"|how|phone|number|address|open|where|far|about",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^(?:不对|不是|错了|说错了?|搞错了?|弄错了?|哦不|我说的是|我是说|我问的是|我指的是|我的意思是"
    r"|no\b|sorry|i meant?\b)",
    re.IGNORECASE,
)
#: What stands before a question that is asked again: “不对，我问的是…”.
_PREFACE = re.compile(
    r"^(?:(?:不对|不是|错了|说错了?|搞错了?|弄错了?|哦不)[了啊哦]?[，,。！!、\s]+)?"
    r"(?:我(?:说|问|指)的(?:意思)?是|我是(?:说|问)|我的意思是)[，,：:\s]*"
    r"|^(?:(?:no|sorry)[,.\s]+)+(?:i meant?\b[,:\s]*)?|^i meant?\b[,:\s]*",
    re.IGNORECASE,
)
_CODE_ALONE = re.compile(r"^(?:那么?|查|看)?.{1,6}的(?:健康)?码[?？。\s]*$")
_OF_CODES: Final = ("query_code_status", "ask_color_reason", "ask_turn_green")
_CASE = re.compile(r"申诉|\bappeal\b", re.IGNORECASE)
_HOW_FAR = re.compile(
    r"咋样|怎么样|怎样|如何了|进度|进展|结果|到哪|办好|办完|批了|过了没|\b(?:progress|result|status|how far|decided)\b",
    re.IGNORECASE,
)
#: From somewhere to somewhere, whatever the rest was taken for.
_JOURNEY = re.compile(r"从.{1,16}(?:回|来|到|去|飞|返)(?![过的])|\bfrom\b.+\bto\b", re.IGNORECASE)
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_WORDS = {"first": 1, "second": 2, "third": 3}
_FEMALE = re.compile("母|奶|婆|妻|女$|女儿|姐|妹|姑|姨|媳")
_MALE = re.compile("父|爷|公$|丈夫|儿子|孙子|外孙$|哥|弟|叔|舅|女婿")


def note_relatives(turn: Turn) -> None:
    """Remember the relatives spoken of, the last one last; a pronoun in a full question stands for one of them."""
    named = [e.value for e in turn.all("person_relation") if e.value not in ("本人", "自己")]
    if named:
        before = [r for r in turn.slots.get("relatives") or [] if r not in named]
        turn.set("relatives", [*before, *named][-4:])
    elif not turn.text.startswith("/"):
        _stand_in(turn)


def follow_up(turn: Turn, *, in_form: bool = False) -> str | None:
    """The topic (by intent) a short message continues, with the turn made ready for it; None when it stands alone.

    Args:
        turn: the message.
        in_form: only what asks something in between; corrections and values belong to the form.
    """
    text = turn.text.strip()
    if text.startswith("/") or len(text.encode()) > _LONGEST:
        return None
    found = (
        _ordinal(turn, text)
        or _about_a_case(turn, text)
        or _about_a_person(turn, text)
        or _about_a_place(turn, text)
    )
    if found is None and not in_form:
        found = _corrected(turn, text) or _completed(turn, text)
    return found


def without_correction(text: str) -> str:
    """A question without what says that the one before was another (“不对，我问的是…”)."""
    return _PREFACE.sub("", text, count=1) or text


def _about_a_case(turn: Turn, text: str) -> str | None:
    """“我妈的申诉咋样了”, however it was understood: words about a person are rarely heard with a case."""
    named = turn.first("person_relation") is not None
    if not (named and _CASE.search(text) and _HOW_FAR.search(text)):
        return None
    turn.intent = "query_ticket"
    return turn.intent


def _last_place_topic(turn: Turn) -> str | None:
    last = turn.slots.get("last_topic")
    return last if last in PLACE_TOPICS else turn.slots.get("last_place_topic")


def _person_topic(turn: Turn) -> str:
    last = turn.slots.get("last_topic")
    chosen = last if last in PERSON_TOPICS else turn.slots.get("last_person_topic") or "query_code_status"
    turn.intent = str(chosen)
    return turn.intent


def _continue(turn: Turn, topic: str) -> str:
    turn.intent = "inform"
    return topic


def _ordinal(turn: Turn, text: str) -> str | None:
    """“第二个怎么走”: a line of the list that was shown last."""
    shown, said = turn.slots.get("shown_sites"), _ORDINAL.search(text)
    if (
        not isinstance(shown, dict)
        or said is None
        or not _OF_A_SITE.search(text.replace(said.group(0), " ", 1))
    ):
        return None
    last = int(shown["first"]) + len(shown["texts"]) - 1
    written = said["number"] or said["word"] or "last"
    number = _DIGITS.get(written) or _WORDS.get(written) or (int(written) if written.isdigit() else last)
    turn.entities.append(Entity("shown_number", str(number), 0, {}))
    topic = _last_place_topic(turn)
    return _continue(turn, topic if topic == "query_vaccine" else "find_test_site")


def _about_a_person(turn: Turn, text: str) -> str | None:
    """“她的呢”, “我爸呢”, “那我的呢”."""
    if _PRONOUN.search(text):
        return _person_topic(turn) if _stand_in(turn) else None
    if _MYSELF.search(text) and (turn.slots.get("whose") or turn.slots.get("last_person_topic")):
        turn.clear("whose")
        return _person_topic(turn)
    if turn.first("person_relation") is not None and _CODE_ALONE.search(text):
        last = turn.slots.get("last_topic")
        turn.intent = str(last) if last in _OF_CODES else "query_code_status"
        return turn.intent
    asks = turn.first("person_relation") is not None and _RELATIVE.search(text)
    return _person_topic(turn) if asks and not turn.all(*_PLACES) else None


def _stand_in(turn: Turn) -> bool:
    """Let “她”, “他” stand for the relative last spoken of; False when there is no pronoun or nobody it could mean."""
    pronoun = re.search(r"她|他(?!们)|\b(?:her|hers|she)\b|\b(?:his|him|he)\b", turn.text, re.IGNORECASE)
    spoken_of = turn.slots.get("relatives") or []
    if pronoun is None or not spoken_of or turn.first("person_relation") is not None:
        return False
    others = _MALE if pronoun.group(0).lower() in ("她", "her", "hers", "she") else _FEMALE
    fitting = [relative for relative in spoken_of if not others.search(relative)] or spoken_of
    turn.entities.append(Entity("person_relation", fitting[-1], pronoun.start(), {}))
    return True


def _about_a_place(turn: Turn, text: str) -> str | None:
    """“那附近呢”, “那里呢”, “青羊区呢”, “那明天呢”."""
    topic = _last_place_topic(turn)
    if topic is None:
        return None
    known = recalled(turn) is not None or topic == "ask_travel_policy"
    if (_AROUND.search(text) or _THERE.search(text)) and known:
        return _continue(turn, topic)
    about = re.search(_ASKS, text) or re.match(r"(?:what|how) about", text, re.IGNORECASE)
    dated = bool(turn.all("date")) and topic in ("ask_travel_policy", "find_test_site")
    return _continue(turn, topic) if about and (turn.all(*_PLACES) or dated) else None


def _corrected(turn: Turn, text: str) -> str | None:
    """“不对，是青羊区”, “我说的是我爸”: the last place or person said counts, for what was asked before."""
    if not _CORRECTS.search(text):
        return None
    topic = _last_place_topic(turn)
    if turn.all(*_PLACES) and topic is not None:
        _keep_last(turn, _PLACES)
        return _continue(turn, topic)
    if turn.all("person_relation"):
        _keep_last(turn, ("person_relation",))
        return _person_topic(turn)
    return None


def _keep_last(turn: Turn, kinds: tuple[str, ...]) -> None:
    """Drop what was taken back: “不是武侯，是青羊” means the second. Parts of one place stay together."""
    named = turn.all(*kinds)
    cut = max(turn.text.rfind("，"), turn.text.rfind(","), turn.text.rfind(" 是"))
    wrong = [e for e in named if e.start < cut] if any(e.start > cut for e in named) else []
    turn.entities = [e for e in turn.entities if e not in wrong]


def _completed(turn: Turn, text: str) -> str | None:
    """A value or wish the last topic waits for: a risk level, a day or an end of the journey; “还有吗” after a list."""
    last = turn.slots.get("last_topic")
    if turn.intent in ("nlu_fallback", "inform", "query_risk_area") and _JOURNEY.search(text):
        turn.intent = "ask_travel_policy"
        return turn.intent
    if last == "ask_travel_policy" and turn.slots.get("journey"):
        said = replace(spoken(turn), destination_name=None, origin_name=None)
        adds = said.stay is not None or (turn.intent in ("inform", "nlu_fallback") and said != Trip())
        return _continue(turn, last) if adds else None
    listing = last in ("find_test_site", "query_vaccine") and turn.slots.get("shown_sites")
    unsure = turn.intent in (
        "inform",
        "nlu_fallback",
        "chitchat",
        "affirm",
        "deny",
        "repeat",
        "help",
        "out_of_scope",
        "bot_challenge",
        "greet",
    )
    return _continue(turn, str(last)) if listing and unsure and states_wish(text) else None
