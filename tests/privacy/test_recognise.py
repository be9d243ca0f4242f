"""What counts as personal data, in every spelling, and what does not."""

from __future__ import annotations

import cProfile
import pstats
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from privacy.documents import check_character, identity_fault
from privacy.recognise import find

ID = "51010419900307123" + check_character("51010419900307123")
ID_X = next(
    number + "X"
    for number in (f"5101041990030712{n}" for n in range(10))
    if len(number) == 17 and check_character(number) == "X"
)


def found(text: str, expects: str | None = None) -> list[tuple[str, str]]:
    return [(finding.kind, finding.value) for finding in find(text, expects)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"我的身份证{ID}帮我查", [("ID", ID)]),
        (f"{ID[:6]} {ID[6:14]} {ID[14:]}", [("ID", ID)]),
        (f"{ID[:6]}-{ID[6:14]}-{ID[14:]}", [("ID", ID)]),
        (f"{ID[:6]}.{ID[6:14]}.{ID[14:]}", [("ID", ID)]),
        (f"{ID[:6]}，{ID[6:14]}，{ID[14:]}", [("ID", ID)]),
        (" ".join(ID), [("ID", ID)]),
        ("\u200b".join(ID), [("ID", ID)]),
        (ID_X.lower(), [("ID", ID_X)]),
        (ID_X.replace("X", "Ｘ"), [("ID", ID_X)]),
        (ID_X.replace("X", "×"), [("ID", ID_X)]),
        ("".join(chr(ord(c) + 0xFEE0) for c in ID), [("ID", ID)]),
        (ID.translate(str.maketrans("0123456789", "零一二三四五六七八九")), [("ID", ID)]),
        (ID.translate(str.maketrans("0123456789", "〇幺二三四五六七八九")), [("ID", ID)]),
        ("510104900307123", [("ID", "510104900307123")]),
        (f"{ID}13812345678", [("ID", ID), ("PHONE", "13812345678")]),
        (f"{ID} 13812345678", [("ID", ID), ("PHONE", "13812345678")]),
        (f"3栋{ID}号", [("ID", ID)]),
        (f"id{ID}ok", [("ID", ID)]),
        ("810000199408230021", [("ID", "810000199408230021")]),
        ("13812345678", [("PHONE", "13812345678")]),
        ("138 1234 5678", [("PHONE", "13812345678")]),
        ("138，1234，5678", [("PHONE", "13812345678")]),
        ("1 3 8 1 2 3 4 5 6 7 8", [("PHONE", "13812345678")]),
        ("+86 138-1234-5678", [("PHONE", "13812345678")]),
        ("008613812345678", [("PHONE", "13812345678")]),
        ("１３８１２３４５６７８", [("PHONE", "13812345678")]),
        ("幺三八幺二三四五六七八", [("PHONE", "13812345678")]),
        ("一三八一二三四五六七八", [("PHONE", "13812345678")]),
        ("电话13812345678、13912345678", [("PHONE", "13812345678"), ("PHONE", "13912345678")]),
        ("028-87654321", [("PHONE", "02887654321")]),
        ("08167654321", [("PHONE", "08167654321")]),
        ("护照E12345678", [("PASSPORT", "E12345678")]),
        ("e 1234 5678", [("PASSPORT", "E12345678")]),
        ("ＥＡ１２３４５６７", [("PASSPORT", "EA1234567")]),
        ("护照号码是AB1234567", [("PASSPORT", "AB1234567")]),
        ("passport no. 533701234", [("PASSPORT", "533701234")]),
        ("H12345678", [("PERMIT", "H12345678")]),
        ("M1234567801", [("PERMIT", "M1234567801")]),
        ("台胞证12345678", [("PERMIT", "12345678")]),
        ("永居证USA110190010101", [("PERMIT", "USA110190010101")]),
        ("验证码是 123456", [("OTP", "123456")]),
        ("我叫王小明", [("NAME", "王小明")]),
        ("我叫王明今年30岁", [("NAME", "王明")]),
        ("我妈叫李秀英她没有手机", [("NAME", "李秀英")]),
        ("姓名：欧阳娜娜", [("NAME", "欧阳娜娜")]),
        ("名字是阿卜杜拉·买买提", [("NAME", "阿卜杜拉·买买提")]),
        ("我叫扎西顿珠", [("NAME", "扎西顿珠")]),
        ("我叫沙马拉日", [("NAME", "沙马拉日")]),
        ("我是王小明", [("NAME", "王小明")]),
        ("患者张三，男", [("NAME", "张三")]),
        (f"王小明 {ID}", [("NAME", "王小明"), ("ID", ID)]),
        ("13812345678，陈明", [("PHONE", "13812345678"), ("NAME", "陈明")]),
        ("my name is John Smith and my code is yellow", [("NAME", "John Smith")]),
    ],
)
def test_found_in_every_spelling(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expects", "expected"),
    [
        ("王小明", "name", [("NAME", "王小明")]),
        ("冯志刚", "name", [("NAME", "冯志刚")]),
        ("李天明", "name", [("NAME", "李天明")]),
        ("徐春红", "name", [("NAME", "徐春红")]),
        ("周国栋", "name", [("NAME", "周国栋")]),
        ("王栋", "name", [("NAME", "王栋")]),
        ("丁有才", "name", [("NAME", "丁有才")]),
        ("我叫丁有才", "name", [("NAME", "丁有才")]),
        ("全有", "name", []),
        ("都有", "name", []),
        ("都有事", "name", []),
        ("那栋", "name", []),
        ("那栋楼", "name", []),
        ("黄码了", "name", []),
        ("何时出", "name", []),
        ("扎西顿珠", "name", [("NAME", "扎西顿珠")]),
        ("John Smith", "name", [("NAME", "John Smith")]),
        ("陳大文。", "name", [("NAME", "陳大文")]),
        ("123456", "otp", [("OTP", "123456")]),
        ("１２３ ４５６", "otp", [("OTP", "123456")]),
        ("一二三四五六", "otp", [("OTP", "123456")]),
        ("1381234567", "phone", [("PHONE", "1381234567")]),
        ("51010419900307", "document", [("ID", "51010419900307")]),
        ("12345678", "document", [("PERMIT", "12345678")]),
        ("AB1234567", "document", [("PASSPORT", "AB1234567")]),
    ],
)
def test_found_bare_when_asked_for(text: str, expects: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, expects) == expected
    if expects in ("name", "otp"):
        assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "锦东庭园14栋和15栋",
        "1-13栋是高风险吗",
        "1、3、5、7、9、11、13、15栋",
        "13、14、15、16、17、8号楼",
        "2022-09-05 09:00",
        "2022年9月5日到2022年9月10日",
        "20220905",
        "202209050930",
        "工单JKT20220905-000123",
        "JKT20220905000123",
        "打12345还是120",
        "12320和96120",
        "24小时内48小时72小时",
        "28.5元",
        "3单元1402",
        "G5京昆高速",
        "G8712次",
        "川A12345",
        "我是黄码怎么办",
        "我是高风险",
        "我是成都的",
        "我是双流人",
        "我叫什么",
        "名字写错了怎么改",
        "姓名怎么改",
        "本人需要做核酸",
        "患者方便吗",
        "我的码",
        "我妈的码",
        "我在武侯区",
        "高新区在哪里做核酸",
        "我叫你查",
        "万一黄了",
        "请问成都的核酸点电话",
        "I am in Chengdu",
        "春熙路附近",
        "时间是8:30到11:30",
        "<ID#k7m2q9xa>的码",
        "核酸多少钱一次16元还是28元",
    ],
)
def test_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "words",
    [
        "救命",
        "呼吸困难",
        "心梗",
        "煤气中毒",
        "叫救护车",
        "小孩高烧惊厥",
        "I can't breathe",
        "help me please",
        "人工客服",
        "症状",
    ],
)
def test_a_call_for_help_is_never_taken_for_a_name(words: str) -> None:
    assert found(words, "name") == []


@pytest.mark.parametrize("expects", ["otp", "document", "phone"])
@pytest.mark.parametrize(
    "text", ["12345一直占线", "给我接12345", "打120", "put me through to the 12345 hotline"]
)
def test_a_public_number_is_no_answer(text: str, expects: str) -> None:
    assert found(text, expects) == []


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("那个核酸管几天", "name"),
        ("等一下", "name"),
        ("不知道", "name"),
        ("转人工", "name"),
        ("黄码怎么办", "name"),
        ("安全吗", "name"),
        ("取消", "document"),
        ("2022-09-05", "otp"),
        ("转12345", "otp"),
        ("打12345", "phone"),
        ("help", "name"),
    ],
)
def test_an_interruption_is_no_answer(text: str, expects: str) -> None:
    assert found(text, expects) == []


def test_a_mistyped_number_is_found_and_marked() -> None:
    wrong = ID[:17] + ("1" if ID[17] != "1" else "2")
    [finding] = find(f"身份证{wrong}")
    assert (finding.kind, finding.value, finding.valid) == ("ID", wrong, False)
    assert identity_fault(wrong) == "check_character"


@pytest.mark.parametrize("number", ["5101041990030712", "51010419900307123", "5101041990030712345"])
def test_a_number_with_a_digit_too_many_or_too_few_is_masked_too(number: str) -> None:
    [finding] = find(number)
    assert finding.kind == "ID" and not finding.valid and finding.value == number


DIGITS = {
    "ascii": str,
    "wide": lambda d: chr(ord(d) + 0xFEE0),
    "chinese": lambda d: "零一二三四五六七八九"[int(d)],
    "spoken": lambda d: "〇幺二三四五六七八九"[int(d)],
    "capital": lambda d: "零壹贰叁肆伍陆柒捌玖"[int(d)],
    "arabic-indic": lambda d: chr(0x660 + int(d)),
}
GAPS = st.sampled_from(
    ["", "", "", " ", "  ", "-", ".", "　", "—", "_", "\u200b", "\n", "·", "－", "\u00a0", " - "]
)


def identity_number(region: str, born: date, order: int) -> str:
    body = f"{region}{born:%Y%m%d}{order:03}"
    return body + check_character(body)


identity_numbers = st.builds(
    identity_number,
    st.sampled_from(["510104", "513425", "110101", "650102", "810000", "830000"]),
    st.dates(min_value=date(1900, 1, 1), max_value=date(2022, 9, 5)),
    st.integers(0, 999),
)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
AROUND = st.sampled_from(["", "我的号码是", "3栋的", "身份证", "tel:", "（", "码黄了，", "call me at "])


@st.composite
def spelled(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """Return a number and a text that holds it in some spelling."""
    number = draw(numbers)
    script = DIGITS[draw(st.sampled_from(sorted(DIGITS)))]
    x = draw(st.sampled_from(["x", "X", "Ｘ", "ｘ"]))
    pieces = [x if c == "X" else script(c) for c in number]
    gaps = draw(st.one_of(st.just([""] * 17), st.lists(GAPS, min_size=17, max_size=17)))
    body = "".join(piece + gap for piece, gap in zip(pieces, [*gaps[: len(pieces) - 1], ""], strict=True))
    return number, draw(AROUND) + body + draw(st.sampled_from(["", "帮我查", "。", " 谢谢", "的码"]))


@settings(max_examples=400)
@given(spelled(identity_numbers))
def test_no_spelling_hides_an_identity_number(case: tuple[str, str]) -> None:
    number, text = case
    findings = find(text)
    assert number in [finding.value for finding in findings]
    assert all(finding.valid for finding in findings if finding.value == number)


@settings(max_examples=400)
@given(spelled(mobiles))
@example(("13800000000", "1380000 0000"))
def test_no_spelling_hides_a_mobile_phone(case: tuple[str, str]) -> None:
    number, text = case
    assert number in [finding.value for finding in find(text)]


@given(st.text(max_size=200), st.sampled_from([None, "name", "document", "phone", "otp"]))
def test_findings_are_in_order_and_do_not_overlap(text: str, expects: str | None) -> None:
    end = 0
    for finding in find(text, expects):
        assert end <= finding.start < finding.end <= len(text)
        assert finding.value
        end = finding.end


@given(st.text(alphabet="0123456789xX -，一二三我叫王小明E护照", max_size=120))
def test_what_is_left_holds_no_identity_number_or_phone(text: str) -> None:
    left = list(text)
    for finding in find(text):
        left[finding.start : finding.end] = "\0" * (finding.end - finding.start)
    rest = "".join(left)
    assert not [f for f in find(rest) if f.valid and f.kind == "ID" and len(f.value) == 18]


@pytest.mark.parametrize(
    "unit",
    [
        "13812345678 ",
        "1",
        "1 ",
        "我叫",
        "王",
        "一",
        "护照",
        "1,2 ",
        " ",
        "护照 A 1",
        "·王",
        "E1 ",
        "my name is ",
        ID,
        "JKT",
        "<ID#",
        "0 ",
    ],
)
def test_work_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    def calls(length: int) -> int:
        text = unit * (length // len(unit))
        profile = cProfile.Profile()
        profile.runcall(find, text)
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    assert calls(20_000) <= 2.6 * calls(10_000) + 2_000
