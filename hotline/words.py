"""The desk's words for states, kinds, moves and moments. A concept has one word everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from backend_client import AppealReason, AppealState, Colour, RequestKind, RequestState

from .time_limits import Light

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
    "dispatched": "已派单",
    "in_progress": "办理中",
    "answered": "已答复",
    "closed": "已办结",
    "withdrawn": "已撤销",
}
COLOURS: Final[dict[Colour, str]] = {"green": "绿码", "yellow": "黄码", "red": "红码", "none": "没有码"}
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
LIGHTS: Final[dict[Light, str]] = {
    "normal": "时限充足",
    "yellow": "黄灯：快到期",
    "red": "红灯：马上到期",
    "overdue": "已超期",
    "done": "不计时",
}
LIGHT_SIGNS: Final[dict[Light, str]] = {
    "normal": "○",
    "yellow": "◐",
    "red": "●",
    "overdue": "✕",
    "done": "－",
}
CHANNELS: Final = {
    "web": "网页",
    "wechat": "微信公众号",
    "mini_program": "小程序",
    "rest": "接口",
    "cmdline": "终端",
}
ACTIONS: Final = {
    "login.succeeded": "登录",
    "login.failed": "登录失败",
    "login.refused": "登录被限制",
    "logout": "退出",
    "order.viewed": "查看工单",
    "order.moving": "提交操作",
    "order.moved": "操作完成",
    "order.move_failed": "操作未完成",
    "conversation.changed": "会话换手",
    "appeal.viewed": "查看申诉",
    "appeal.deciding": "提交申诉处理",
    "appeal.decided": "申诉处理完成",
    "appeal.decide_failed": "申诉处理未完成",
    "evidence.opened": "打开申诉图片",
}

#: What an agent decides with the answer to a review (an application, a correction).
DECISIONS = {"approve": "核实通过，办理", "reject": "核实不通过，不办理"}


@dataclass(frozen=True)
class Move:
    """A move an agent can make from a state, with its button; `needs_reply` asks for the answer's text."""

    to: RequestState
    label: str
    hint: str
    needs_reply: bool = False


# The order of buttons is the order of the usual way. The platform has the last word on what is allowed.
MOVES: Final[dict[RequestState, tuple[Move, ...]]] = {
    "accepted": (
        Move("dispatched", "派单", "交给承办单位，等待签收。"),
        Move("in_progress", "直接办理", "由坐席自己办理。"),
        Move("withdrawn", "撤销", "来电人要求撤回，或重复登记。"),
    ),
    "dispatched": (
        Move("in_progress", "开始办理", "承办单位已签收。"),
        Move("accepted", "退回", "退回待派单，重新派给别的单位。"),
        Move("withdrawn", "撤销", "来电人要求撤回，或重复登记。"),
    ),
    "in_progress": (
        Move("answered", "答复", "写下给群众的答复，对方凭单号能看到。", needs_reply=True),
        Move("dispatched", "改派", "转给别的承办单位。"),
        Move("withdrawn", "撤销", "来电人要求撤回，或重复登记。"),
    ),
    "answered": (
        Move("closed", "办结", "群众已知晓，工单归档。"),
        Move("in_progress", "重新办理", "群众不满意，继续办理。"),
    ),
    "closed": (),
    "withdrawn": (),
}


def spoken_time(moment: dt.datetime) -> str:
    """Return a moment as people say it, in China's time: 9月5日 16:20."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
