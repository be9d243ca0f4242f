"""The desk's words for states, kinds, moves and moments. A concept has one word everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Final

from backend_client import (
    AppealReason,
    AppealState,
    Colour,
    OrderLight,
    RequestKind,
    RequestState,
    Urgency,
)

from .step_forms import FORMS

CHINA: Final = dt.timezone(dt.timedelta(hours=8))

KINDS: Final[dict[RequestKind, str]] = {
    "consult": "咨询",
    "help": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "appeal": "申诉",
}
STATES: Final[dict[RequestState, str]] = {
    "accepted": "待派单",
    "dispatched": "待签收",
    "in_progress": "办理中",
    "suspended": "挂起",
    "in_review": "待审核",
    "answered": "待回访",
    "closed": "已办结",
    "archived": "已归档",
    "withdrawn": "已撤销",
    "merged": "已并单",
}
URGENCIES: Final[dict[Urgency, str]] = {"normal": "一般", "urgent": "紧急", "critical": "特急"}
SATISFACTION: Final = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
SPECIAL_GROUPS: Final = {"elderly": "老年人", "disabled": "残障人士", "foreign": "外籍人员"}
STEPS: Final[dict[str, str]] = {
    **{action: form.label for action, form in FORMS.items()},
    "accept": "受理",
    "merged": "并入",
    "yellow": "黄灯",
    "red": "红灯",
    "overdue": "超期督办",
    "unsigned": "超时未签收",
    "rate": "群众评价",
}
#: What evidence of the notes stands for.
FIELDS: Final = {
    "kind": "类型",
    "topic": "事项",
    "title": "标题",
    "content": "内容",
    "place": "地点",
    "division": "地区",
    "happened_at": "时间",
    "phone": "电话",
    "urgency": "紧急程度",
    "special_group": "特殊群体",
}
#: Who did a step when it was no agent.
DOERS: Final = {"clock": "系统", "citizen": "群众"}
COLOURS: Final[dict[Colour, str]] = {"green": "绿码", "yellow": "黄码", "red": "红码", "none": "没有码"}
#: What has to be done before a code turns green.
CODE_STEPS: Final = {
    "nucleic_test": "核酸检测",
    "isolation": "隔离",
    "declaration": "健康申报",
    "entry_test": "入川核酸",
    "wait": "等待解除",
}
APPEAL_REASONS: Final[dict[AppealReason, str]] = {
    "not_there": "没去过那里",
    "tests_done": "核酸已做未更新",
    "isolation_over": "已解除隔离",
    "misjudged": "判定错误",
    "wrong_declaration": "申报填错",
    "wrong_person": "不是本人",
    "other": "其他",
}
APPEAL_STATES: Final[dict[AppealState, str]] = {
    "accepted": "待复核",
    "reviewing": "复核中",
    "upheld": "成立",
    "rejected": "不成立",
    "withdrawn": "已撤回",
}
LIGHTS: Final[dict[OrderLight, str]] = {
    "normal": "时限充足",
    "yellow": "黄灯：快到期",
    "red": "红灯：马上到期",
    "overdue": "已超期",
    "stopped": "暂停计时",
    "done": "不计时",
}
LIGHT_SIGNS: Final[dict[OrderLight, str]] = {
    "normal": "○",
    "yellow": "◐",
    "red": "●",
    "overdue": "✕",
    "stopped": "‖",
    "done": "－",
}
CHANNELS: Final = {
    "web": "网页",
    "wechat": "微信公众号",
    "mini_program": "小程序",
    "rest": "接口",
    "cmdline": "终端",
    "phone": "电话",
    "desk": "坐席台",
}
ACTIONS: Final = {
    "login.succeeded": "登录",
    "login.failed": "登录失败",
    "login.refused": "登录被限制",
    "login.code_failed": "验证码不对",
    "login.again": "再次确认密码",
    "login.again_failed": "再次确认密码失败",
    "logout": "退出",
    "access.refused": "没有权限，被拒绝",
    "reveal.asked": "要看完整信息",
    "reveal.shown": "看了完整信息",
    "reveal.failed": "完整信息没有显示",
    "reveal.refused": "看完整信息超过次数",
    "reveal.reviewed": "复核显示记录",
    "audit.exported": "导出操作记录",
    "account.added": "新增账号",
    "account.changed": "修改账号",
    "account.reset": "重置密码",
    "account.unlocked": "解除登录限制",
    "account.disabled": "停用账号",
    "account.enabled": "启用账号",
    "account.password_changed": "更换密码",
    "account.second_factor_on": "打开验证码登录",
    "account.second_factor_off": "关闭验证码登录",
    "account.recovery_codes": "换恢复码",
    "account.sessions_ended": "退出别处的登录",
    "order.viewed": "查看工单",
    "order.taken": "登记工单",
    "order.exported": "导出工单",
    "order.printed": "打印工单",
    "order.moving": "提交操作",
    "order.moved": "操作完成",
    "order.move_failed": "操作未完成",
    "call.begun": "接来电",
    "call.ended": "结束来电",
    "call.opened": "来电弹屏",
    "call.seated": "选择分机",
    "missed.claim": "漏接来电：认领",
    "missed.release": "漏接来电：放回",
    "missed.reached": "漏接来电：回拨联系上",
    "missed.no_answer": "漏接来电：回拨没打通",
    "missed.unneeded": "漏接来电：不用回拨",
    "call.looked": "查看来电人健康码",
    "call.look_refused": "查看健康码超过次数",
    "chat.viewed": "打开会话",
    "chat.followed": "实时查看会话",
    "chat.taken": "接待会话",
    "chat.declined": "没有接待",
    "chat.transferred": "转接会话",
    "chat.joined": "请单位加入",
    "chat.parted": "单位离开",
    "chat.ended": "结束服务",
    "chat.reopened": "继续接待",
    "chat.finished": "小结完成",
    "chat.given_back": "交还助手",
    "chat.taken_over": "接管会话",
    "chat.whispered": "提示坐席",
    "chat.code_looked": "查看会话市民健康码",
    "chat.look_refused": "查看健康码超过次数",
    "chats.erased": "删除会话",
    "conversation.watched": "旁观助手接待",
    "canned.added": "常用语：新增",
    "canned.changed": "常用语：修改",
    "canned.deleted": "常用语：删除",
    "conversation.changed": "会话换手",
    "appeal.viewed": "查看申诉",
    "appeal.deciding": "提交申诉处理",
    "appeal.decided": "申诉处理完成",
    "appeal.decide_failed": "申诉处理未完成",
    "evidence.opened": "打开申诉图片",
    "knowledge.created": "知识条目：新建一版",
    "knowledge.saved": "知识条目：保存草稿",
    "knowledge.submitted": "知识条目：提交审核",
    "knowledge.sent_back": "知识条目：退回修改",
    "knowledge.published": "知识条目：发布",
    "knowledge.dropped": "知识条目：作废",
    "knowledge.withdrawn": "知识条目：紧急下线",
    "knowledge.retiring": "知识条目：提请下线",
    "knowledge.rolled_back": "知识条目：提请恢复旧版",
    "knowledge.file_taken": "知识条目：按文件起草",
    "knowledge.file_ignored": "知识条目：保留编辑的版本",
    "knowledge.exported": "知识条目：导出",
    "knowledge.questions": "待办问题：处理",
    "quality.drawn": "质检：抽样",
    "quality.viewed": "质检：查看会话或工单",
    "quality.claimed": "质检：转给自己评",
    "quality.scored": "质检：提交评分",
    "quality.accepted": "质检：坐席确认",
    "quality.appealed": "质检：坐席申诉",
    "quality.decided": "质检：裁定申诉",
    "figures.exported": "导出统计报表",
    "figures.agents": "查看坐席数据",
    "quality.exported": "质检：导出成绩",
    "shift.added": "排班",
    "shift.removed": "取消班次",
    "shift.copied": "复制班表",
    "shift.skills": "修改技能和接待上限",
    "shift.leave_asked": "申请请假",
    "shift.leave_withdrawn": "撤回请假",
    "shift.leave_granted": "批准请假",
    "shift.leave_refused": "不批准请假",
    "shift.swap_asked": "申请换班",
    "shift.swap_agreed": "同意换班",
    "shift.swap_declined": "不同意换班",
    "shift.swap_withdrawn": "撤回换班",
    "shift.swap_granted": "批准换班",
    "shift.swap_refused": "不批准换班",
}

#: What an agent decides with the answer to a review (an application, a correction).
DECISIONS = {"approve": "核实通过，办理", "reject": "核实不通过，不办理"}


def spoken_unix(unix: float) -> str:
    """Return unix seconds as people say them."""
    return spoken_time(dt.datetime.fromtimestamp(unix, dt.timezone.utc))


def spoken_time(moment: dt.datetime) -> str:
    """Return a moment as people say it, in China's time: 9月5日 16:20."""
    local = moment.astimezone(CHINA)
    return f"{spoken_date(local)} {local:%H:%M}"


def spoken_date(day: dt.date, *, year: bool = False) -> str:
    """Return a day as people say it: 9月5日, with the year 2022年9月5日."""
    return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日"


def written_time(moment: dt.datetime | None) -> str:
    """Return a moment for a table, in China's time: 2022-09-05 16:20; "" when there is none."""
    return "" if moment is None else f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
