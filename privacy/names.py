"""Names of people in a text: introduced (“我叫…”), standing beside a number, or just asked for.

Chinese names are a family name of ``words/family_names.txt`` and one or two characters, names of other
nationalities carry a dot (阿卜杜拉·买买提), Latin names are words of letters. A bare name is only looked for
when the assistant has asked for it: “黄码” and “高新区” begin with family names too.
"""

from __future__ import annotations

import re
from typing import Final

from privacy.finding import Finding
from privacy.words import words

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_DOTS: Final = "·•・∙‧⋅･."
_GAP: Final = r"[ \t\u3000:：,，\"“”'‘’「」]{0,3}"
_YET_GIVEN: Final = frozenset("明天月年可安阳性和平元路分家健时日能卡星上川来前点会成")
_GOES_ON: Final = re.compile(
    "今[年天日早晚]|昨[天日晚]|前[天几两]|上[个周月]|年[龄满纪]|岁|性[别]|和|跟|可[以能]|能|来[自了到]|去|住|家[住在里人]|身[份高体]|手[机上]"
    "|电[话子]|天[府前]|日[前期]|月|时[候间]|分|在"
)
"""What begins the rest of the sentence after a name of two characters (王明今年…)."""
_RELATION: Final = (
    "我|本人|妈妈?|爸爸?|母亲|父亲|爷爷|奶奶|外婆|外公|婆婆|公公|姥姥|姥爷|老公|老婆|丈夫|妻子|爱人|儿子|女儿|孩子|娃儿?|小孩|"
    "哥哥?|弟弟?|姐姐?|妹妹?|孙子|孙女|老人|他|她|朋友|同事|老师|先生"
)
_INTRODUCED: Final = re.compile(
    rf"(?:(?:{_RELATION})(?:的)?(?:名字|姓名|大名)?(?:叫做|叫|名叫|名字是|名是)"
    r"|(?:名字|姓名|大名|真名|全名|姓名栏)(?:叫做|叫|是|为|填|写)?|叫做|名叫)" + _GAP
)
_STATED: Final = re.compile(
    rf"(?:我是|本人是?|患者(?:姓名|叫|是)?|病人(?:叫|是)?|监护人|联系人|申请人|持码人|户主){_GAP}"
)
_ENGLISH: Final = re.compile(
    r"(?:\bmy\s+(?:full\s+)?name\s+is|\b(?:his|her)\s+name\s+is|\bname\s*(?:is|:|：)|\bi\s+am\s+called)\s*",
    re.IGNORECASE,
)
_ENGLISH_STATED: Final = re.compile(r"\b(?:[Ii]\s+am|[Ii]['’]m|[Tt]his\s+is)\s+(?=[A-Z][a-z'’-]+\s+[A-Z])")
_DOTTED: Final = re.compile(rf"[{_HAN}]{{1,8}}(?:[{_DOTS}][{_HAN}]{{1,8}}){{1,4}}")
_LATIN: Final = re.compile(
    r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])){0,24}"
    r"(?:[ \t,，]{1,3}[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])){0,24}){0,11}"
)
_HAN_RUN: Final = re.compile(rf"[{_HAN}]{{1,12}}")
_EDGES: Final = " \t\r\n\u3000,，。.;；:：!！?？~～、\"“”'‘’「」()（）"
_BARE_LEAD: Final = re.compile(rf"^(?:我叫|我是|名字叫?是?|姓名是?|叫做?|是){_GAP}")
_STATED_END: Final = re.compile(r"[\s,，。.;；、!！?？()（）<]|$|身份|电话|手机|男|女|今年")
#: As long as a name in a passport may be.
_LONGEST_ANSWER: Final = 90


def family_name(name: str) -> str:
    """Return the family name at the beginning of a Chinese name, compound ones whole; empty for none."""
    families = words("family_names")
    return next((name[:length] for length in (2, 1) if len(name) >= length and name[:length] in families), "")


def find_introduced(text: str) -> list[Finding]:
    """Find the names that something in the text announces."""
    found: list[Finding] = []
    for pattern, strict in ((_INTRODUCED, False), (_STATED, True)):
        for lead in pattern.finditer(text):
            end = _name_end(text, lead.end(), strict=strict)
            if end is not None:
                found.append(_finding(text, lead.end(), end))
    if any("a" <= c <= "z" or "A" <= c <= "Z" for c in text):
        for pattern in (_ENGLISH, _ENGLISH_STATED):
            for lead in pattern.finditer(text):
                found.extend(_latin_at(text, lead.end()))
    return found


def find_expected(text: str) -> list[Finding]:
    """Find the name in an answer to “what is the name”: all of it, perhaps after “我叫”, or nothing."""
    if len(text) > _LONGEST_ANSWER:
        return []
    begin = len(text) - len(text.lstrip(_EDGES))
    end = len(text.rstrip(_EDGES))
    lead = _BARE_LEAD.match(text[begin:end])
    if lead is not None:
        begin += lead.end()
    answer = text[begin:end]
    if answer and answer not in words("not_answers") and (_is_chinese_name(answer) or _is_latin_name(answer)):
        return [_finding(text, begin, end)]
    return []


def find_beside(text: str, numbers: list[Finding]) -> list[Finding]:
    """Find names that stand alone beside a number: “王小明 5101…” or “5101…，王小明”."""
    found: list[Finding] = []
    for number in numbers:
        before = text[max(0, number.start - 8) : number.start]
        trimmed = before.rstrip(_EDGES)
        if len(trimmed) < len(before) or trimmed:
            found.extend(_ending_at(text, number.start - len(before) + len(trimmed)))
        start = (
            number.end
            + len(text[number.end : number.end + 4])
            - len(text[number.end : number.end + 4].lstrip(_EDGES))
        )
        if start > number.end:
            found.extend(_standing_at(text, start))
    return found


def _ending_at(text: str, end: int) -> list[Finding]:
    for length in (4, 3, 2):
        begin = end - length
        if begin < 0 or (begin > 0 and _is_han(text[begin - 1])):
            continue
        if _is_family_name(text[begin:end]):
            return [_finding(text, begin, end)]
    return []


def _standing_at(text: str, begin: int) -> list[Finding]:
    run = _HAN_RUN.match(text, begin)
    if run is not None and _is_family_name(run.group()):
        return [_finding(text, begin, run.end())]
    return []


def _name_end(text: str, begin: int, *, strict: bool) -> int | None:
    """Return where the name beginning at ``begin`` ends, or None when none begins there."""
    dotted = _DOTTED.match(text, begin)
    if dotted is not None and text[begin] not in words("not_in_names"):
        return dotted.end()
    run = _HAN_RUN.match(text, begin)
    if run is None:
        latin = None if strict else next(iter(_latin_at(text, begin)), None)
        return None if latin is None else latin.end
    word = run.group()
    length = _name_length(word)
    if length:
        end = begin + length
        return end if not strict or _STATED_END.match(text, end) else None
    closed = run.end() == len(text) or not _is_han(text[run.end()])
    if not strict and closed and _is_unusual_name(word, 6):
        return run.end()
    return None


def _name_length(word: str) -> int:
    """Return how many characters at the beginning of ``word`` are family and given name; 0 for none."""
    family = len(family_name(word))
    if not family or (family == 1 and (word[:2] in words("not_names") or word[:3] in words("not_answers"))):
        return 0
    never = words("not_in_names") - _YET_GIVEN
    if len(word) == family or word[family] in never:
        return 0
    length = family + 1
    while length < min(family + 2, len(word)) and word[length] not in never:
        if length + 1 < len(word) and _GOES_ON.match(word, length):
            break
        length += 1
    return length


def _is_unusual_name(word: str, longest: int) -> bool:
    """Tell whether ``word`` may be a name like 扎西顿珠: no listed family name, no sentence."""
    if not 2 <= len(word) <= longest or word in words("not_answers") or word[:2] in words("not_names"):  # noqa: PLR2004
        return False
    return not words("not_in_names") & set(word)


def _is_family_name(word: str) -> bool:
    return 2 <= len(word) <= 4 and word not in words("not_answers") and _name_length(word) == len(word)  # noqa: PLR2004


def _is_chinese_name(word: str) -> bool:
    """Tell whether an answer to “what is the name” is one: family name and one or two characters, or transcribed."""
    if _DOTTED.fullmatch(word):
        return True
    if not _HAN_RUN.fullmatch(word):
        return False
    if _is_family_name(word) or _has_given_name(word):
        return True
    return 2 <= len(word) <= 8 and set(word) <= words("given_in_transcription")  # noqa: PLR2004


def _has_given_name(word: str) -> bool:
    """Tell whether a family name is followed by characters that names have too, though sentences have them often."""
    given = word[len(family_name(word)) :]
    if given == word or not 1 <= len(given) <= 2 or word in words("not_answers"):  # noqa: PLR2004
        return False
    if given[0] == "有" and given[1:] in words("given_after_you"):  # 丁有才, and no 全有
        return True
    return not (words("not_in_names") - words("also_in_names")) & set(given)


def _is_latin_name(word: str) -> bool:
    """Tell whether an answer is a Latin name: no word of ordinary questions, or written with capitals throughout."""
    match = _LATIN.fullmatch(word)
    if match is None or any(_is_han(c) for c in word) or len(word) < 2:  # noqa: PLR2004
        return False
    parts = re.split(r"[ \t,，]+", word)
    ordinary = sum(part.lower().replace("’", "'") in words("not_latin_names") for part in parts)
    weighty = [part for part in parts if part.lower() not in words("name_particles")]
    capitals = len(parts) > 1 and bool(weighty) and all(part[0].isupper() for part in weighty)
    return ordinary == 0 or (capitals and ordinary < len(parts))


def _latin_at(text: str, begin: int) -> list[Finding]:
    """Return the Latin name at ``begin``: up to five words, until one that is no name."""
    match = _LATIN.match(text, begin)
    if match is None or _is_han(text[begin]):
        return []
    end = begin
    for word in re.finditer(r"\S+", match.group()):
        if word.group().lower().strip(".") in words("not_latin_names") or any(
            _is_han(c) for c in word.group()
        ):
            break
        end = begin + word.end()
    return [_finding(text, begin, end)] if end > begin + 1 else []


def _is_han(character: str) -> bool:
    return re.match(rf"[{_HAN}]", character) is not None


def _finding(text: str, begin: int, end: int) -> Finding:
    bare = " ".join(re.split(r"[\s,，]+", text[begin:end].strip(_EDGES)))
    value = re.sub(rf"(?<=[{_HAN}])[{_DOTS}](?=[{_HAN}])", "·", bare)
    return Finding(begin, end, "NAME", value)
