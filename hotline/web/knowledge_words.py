"""The editors' words for states, steps, roles of a text and reasons."""

from __future__ import annotations

from typing import Final

STATUS: Final = {
    "live": "已发布",
    "scheduled": "等待上线",
    "in_review": "待审核",
    "draft": "草稿",
    "ended": "已到下线时间",
    "retired": "已下线",
    "dropped": "已作废",
}
STATES: Final = {"draft": "草稿", "in_review": "待审核", "published": "已发布", "dropped": "已作废"}
KINDS: Final = {"tell": "答复", "retire": "下线"}
STEPS: Final = {
    "created": "新建一版",
    "saved": "保存草稿",
    "submitted": "提交审核",
    "sent_back": "退回修改",
    "published": "审核通过，发布",
    "dropped": "作废",
    "withdrawn": "紧急下线",
    "retiring": "提请下线",
    "rolled_back": "提请恢复旧版",
    "taken": "随文件更新",
    "file_removed": "文件中已删除，下线",
    "file_ignored": "保留编辑的版本",
    "file_taken": "按文件内容起草",
    "imported": "从文件导入",
}
FIELDS: Final = {
    "id": "编号",
    "topic": "主题",
    "question": "标准问题",
    "variants": "其他问法",
    "answer.plain": "首条答复",
    "answer.detail": "详细答复",
    "answer.elderly": "老年人答复",
    "answer.english": "英文答复",
    "intents": "意图",
    "region": "地区",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "source": "来源",
    "source.name": "来源名称",
    "source.url": "来源网址",
    "source.date": "来源日期",
    "source.trust": "可信程度",
    "owner": "负责人",
    "tags": "标签",
    "live_from": "上线时间",
    "live_until": "下线时间",
}
TRUST: Final = {
    "O": "O 官方发布",
    "M": "M 官方文件的转载",
    "W": "W 依据较弱",
    "G": "G 一般常识",
}
AUDIENCES: Final = {"citizen": "一般市民", "detail": "点“详细”以后", "elderly": "老年模式", "english": "英文"}
REASONS: Final = {
    "unknown": "没有条目",
    "unsure": "没有把握",
    "fallback": "没听懂",
    "out_of_scope": "不在服务范围",
    "disputed": "答了，说不对",
}
QUESTION_STATES: Final = {"open": "待办", "drafted": "已起草", "done": "已解决", "ignored": "不处理"}
EFFECTS: Final = {
    "lost": "原来答得对，改后答不上",
    "wrong": "原来答得对，改后答成别的",
    "overconfident": "原来如实说不知道，改后乱答",
    "better": "改后答对了",
    "other": "答复有变化",
}
EDITED_MEANWHILE: Final = "这一版刚刚被别人改过。您写的还在下面，请对照最新内容再保存。"
OPEN_EXISTS: Final = "这一条已经有一版草稿或待审的版本，请先处理它。"
FILES: Final = "随产品文件"


def name_of(person: str) -> str:
    """Return how a person is called: files write entries as well."""
    return FILES if person == "files" else person
