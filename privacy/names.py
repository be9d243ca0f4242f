"""Names of people in a text: introduced (“我叫…”), standing beside a number, or just asked for.

Chinese names are a family name of ``surnames.txt`` and one or two characters (three after a compound one), names of other
nationalities carry a dot (阿卜杜拉·买买提), Latin names are words of letters. A name that is nothing but itself is only
looked for when the assistant has asked for it: “黄码” and “高新区” begin with family names too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from privacy.finding import Finding

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_DOTS: Final = "·•・∙‧⋅･."
_GAP: Final = r"[ \t\u3000:：,，\"“”'‘’「」]{0,3}"
_NOT_IN_NAMES: Final = frozenset(
    "的了吗呢吧么嘛啊呀哦嗯哈是不没未无在有要想请您你我他她它们这那哪几什怎谁何为与和跟或及从到去来回给让被把对于由"
    "可能会应该需须得可以能否就都也还再又才已刚很太最更码险酸苗检测采阴阳性疫健证号件卡区县市镇乡村街路楼栋单元院省州旗"
    "查询问办填写错改换删取消退停算等候下上里内外前后左右今昨明天日月年岁时分秒点个位名姓叫员者师傅家住电话机手身份码"
    "说讲听看走坐吃买卖打接收发送登录注册用拿带帮做做申诉转申领绑解核隔离黄红绿码变转因出入返川蓉吗嗲噻哟哩咯咋啥哪嘞"
    "嘛咧撒哈嗦嘎"
)
_IN_NAMES_AFTER_ALL: Final = frozenset("明天月年可安阳性和平元路分家健时日能卡星上川来前点会成")
_STOPS_THIRD: Final = _NOT_IN_NAMES - _IN_NAMES_AFTER_ALL | frozenset(
    "今昨性年岁和跟可能能来去住家身手电天日月时分前上"
)
_STOPS_SECOND: Final = _NOT_IN_NAMES - _IN_NAMES_AFTER_ALL
_NO_NAMES: Final = frozenset(
    "方便 应该 万一 平时 时候 常常 成都 安岳 高新 高烧 高龄 高中 高三 高一 高二 高危 高风 白天 温度 温江 江油 金牛 金堂 龙泉 武侯 简阳 "
    "彭州 都江 时间 连续 何时 应当 单位 全部 余额 项目 经过 支持 古蔺 毛病 计划 安全 常见 常住 广安 关于 关系 都是 都没 花了 来源 信息 "
    "平台 居民 居家 农民 老师 国家 国外 国内 外国 公司 公安 公务 干部 强制 满了 初中 初三 初二 门诊 容易 相关 元旦 多久 谢谢 石棉 "
    "向前 和平 南充 南部 乐山 明天 明白 明年 海外 原因 武汉 阳性 阴性 阳了 平昌 平武 宣汉 荣县 贡井 万源 巴中 巴州 通江 华西 "
    "雷波 金川 金阳 康定 宁南 盐边 米易 乐至 安居 安州 汶川 理县 黑水 松潘 白玉 石渠 德格 丹巴 何况 何必 任何 任意 严重 严格 单独 "
    "单身 常规 全程 全家 封控 封了 封闭 管控 管理 官方 官网 项目 符合 费用 费劲 计算 解封 解除 解释 游客 路过 路上 连接 顾客 "
    "史前 时段 孙子 孙女 胡说 马上 马路 黄色 白色 蓝色 金色 申报 申请 申诉 申领 祝好 农村 车站 车主 车上 安检 安装 易地 别人 师傅 甘孜 阿坝 凉山".split()
)
_NO_ANSWERS: Final = frozenset(
    "不知道 不晓得 取消 算了 为什么 转人工 人工 人工服务 返回 退出 帮助 好的 可以 是的 好 行 同意 不同意 继续 重来 重新开始 停止 结束 "
    "不想说 不给 不用 不要 没有 在吗 你好 您好 谢谢 嗯 哦 等一下 等会儿 等等 下一步 上一步 不办了 不查了 咋个办 啷个办 晓得 要得 "
    "巴适 安逸 莫得 没得 方便 黄码 红码 绿码 弹窗 核酸 疫苗 健康码 确认 确定 对 对的 不对 错了 男 女 母亲 父亲 妈妈 爸爸 奶奶 爷爷 外婆 外公 "
    "儿子 女儿 本人 自己 我妈 我爸 老婆 老公 丈夫 妻子 孙子 孙女 身份证 护照 高新区 天府新区 成都 成都市 详细 再说一遍 高风险 中风险 低风险".split()
)
_NO_LATIN: Final = frozenset(
    "yes no ok okay stop cancel help why hello hi hey thanks thank bye quit exit back what how who where when which is are am "
    "the my me you agent human person code test please passport continue start again number phone name and".split()
)
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
    r"(?:\bmy\s+(?:full\s+)?name\s+is|\b(?:his|her)\s+name\s+is|\bname\s*(?:is|:|：)|\bi\s+am\s+called|\bcalled)\s*",
    re.IGNORECASE,
)
_ENGLISH_STATED: Final = re.compile(r"\b(?:[Ii]\s+am|[Ii]['’]m|[Tt]his\s+is)\s+(?=[A-Z][a-z'’-]+\s+[A-Z])")
_DOTTED: Final = re.compile(rf"[{_HAN}]{{1,8}}(?:[{_DOTS}][{_HAN}]{{1,8}}){{1,4}}")
_LATIN: Final = re.compile(
    r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])){0,24}(?:[ \t]{1,2}[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])){0,24}){0,4}"
)
_HAN_RUN: Final = re.compile(rf"[{_HAN}]{{1,12}}")
_EDGES: Final = " \t\r\n\u3000,，。.;；:：!！?？~～、\"“”'‘’「」()（）"
_BARE_LEAD: Final = re.compile(rf"^(?:我叫|我是|名字叫?是?|姓名是?|叫做?|是){_GAP}")
_STATED_END: Final = re.compile(r"[\s,，。.;；、!！?？()（）<]|$|身份|电话|手机|男|女|今年")
_LONGEST_ANSWER: Final = 40


@lru_cache(maxsize=1)
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    lines = Path(__file__).with_name("surnames.txt").read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    return frozenset(w for w in words if len(w) == 1), frozenset(w for w in words if len(w) > 1)


def family_name(name: str) -> str:
    """Return the family name at the beginning of a Chinese name, compound ones whole; empty for none."""
    single, compound = _surnames()
    if name[:2] in compound:
        return name[:2]
    return name[:1] if name[:1] in single else ""


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
    """Find the name in an answer to “what is the name”: the whole answer, perhaps after “我叫”, or nothing."""
    if len(text) > _LONGEST_ANSWER:
        return []
    begin = len(text) - len(text.lstrip(_EDGES))
    end = len(text.rstrip(_EDGES))
    lead = _BARE_LEAD.match(text[begin:end])
    if lead is not None:
        begin += lead.end()
    answer = text[begin:end]
    if answer and answer not in _NO_ANSWERS and (_is_chinese_name(answer) or _is_latin_name(answer)):
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
    if dotted is not None and text[begin] not in _NOT_IN_NAMES:
        return dotted.end()
    run = _HAN_RUN.match(text, begin)
    if run is None:
        latin = None if strict else next(iter(_latin_at(text, begin)), None)
        return None if latin is None else latin.end
    word = run.group()
    length = _family_name_length(word)
    if length:
        end = begin + length
        return end if not strict or _STATED_END.match(text, end) else None
    closed = run.end() == len(text) or not _is_han(text[run.end()])
    if (
        not strict
        and closed
        and 2 <= len(word) <= 6
        and not _NOT_IN_NAMES & set(word)
        and word not in _NO_ANSWERS
    ):  # noqa: PLR2004
        return run.end()  # 扎西顿珠: no family name, but nothing else follows
    return None


def _family_name_length(word: str) -> int:
    """Return how many characters at the beginning of ``word`` are family and given name; 0 for none."""
    single, compound = _surnames()
    if word[:2] in compound:
        family, longest = 2, 4
    elif word[:1] in single and word[:2] not in _NO_NAMES and word[:3] not in _NO_ANSWERS:
        family, longest = 1, 3
    else:
        return 0
    if len(word) <= family or word[family] in _STOPS_SECOND:
        return 0
    length = family + 1
    while length < min(longest, len(word)) and word[length] not in _STOPS_THIRD:
        length += 1
    return length


def _is_family_name(word: str) -> bool:
    return 2 <= len(word) <= 4 and word not in _NO_ANSWERS and _family_name_length(word) == len(word)  # noqa: PLR2004


def _is_chinese_name(word: str) -> bool:
    if _DOTTED.fullmatch(word):
        return True
    if not _HAN_RUN.fullmatch(word):
        return False
    if _is_family_name(word):
        return True
    return 2 <= len(word) <= 8 and word[:2] not in _NO_NAMES and not _NOT_IN_NAMES & set(word)  # noqa: PLR2004


def _is_latin_name(word: str) -> bool:
    match = _LATIN.fullmatch(word)
    if match is None or any(_is_han(c) for c in word):
        return False
    return not _NO_LATIN & set(word.lower().split()) and len(word) > 1


def _latin_at(text: str, begin: int) -> list[Finding]:
    """Return the Latin name at ``begin``: up to five words, until one that is no name."""
    match = _LATIN.match(text, begin)
    if match is None or _is_han(text[begin]):
        return []
    end = begin
    for word in re.finditer(r"\S+", match.group()):
        if word.group().lower().strip(".") in _NO_LATIN or any(_is_han(c) for c in word.group()):
            break
        end = begin + word.end()
    return [_finding(text, begin, end)] if end > begin + 1 else []


def _is_han(character: str) -> bool:
    return re.match(rf"[{_HAN}]", character) is not None


def _finding(text: str, begin: int, end: int) -> Finding:
    value = re.sub(rf"(?<=[{_HAN}])[{_DOTS}](?=[{_HAN}])", "·", " ".join(text[begin:end].split()))
    return Finding(begin, end, "NAME", value)
