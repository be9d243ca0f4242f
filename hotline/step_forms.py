"""The forms by which agents take an order a step further: which fields, which words. Pure; the platform decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from backend_client import StepName

FieldName = Literal[
    "department",
    "partners",
    "reason",
    "until",
    "reply",
    "decision",
    "into",
    "kind",
    "topic",
    "urgency",
    "reached",
    "solved",
    "satisfaction",
    "comment",
    "remark",
    "text",
]

#: Characters of what is written freely.
LONGEST: Final[Mapping[str, int]] = {
    "reason": 500,
    "reply": 2000,
    "comment": 500,
    "remark": 1000,
    "text": 500,
}


@dataclass(frozen=True)
class StepForm:
    """One step with its button.

    Attributes:
        action: the platform's name.
        label: on the button.
        hint: what happens.
        fields: in their order.
        required: those that must be filled in.
        grave: whether it ends something.
    """

    action: StepName
    label: str
    hint: str
    fields: tuple[FieldName, ...] = ()
    required: frozenset[str] = frozenset()
    grave: bool = False


def _form(
    action: StepName, label: str, hint: str, *fields: FieldName, optional: str = "", grave: bool = False
) -> StepForm:
    free = set(optional.split()) | {"text"}
    return StepForm(action, label, hint, fields, frozenset(fields) - free, grave)


_ALL: Final = (
    _form(
        "dispatch",
        "派单",
        "交给承办单位，等待签收。",
        "department",
        "partners",
        "reason",
        "text",
        optional="partners",
    ),
    _form("handle", "直接办理", "由热线自己办理，不派单。", "text"),
    _form("sign", "签收", "承办单位接下这张工单。", "text"),
    _form("return", "退单", "不归本单位办理，退回热线重新派单。", "reason"),
    _form("submit", "提交答复", "交给热线审核，审核通过后群众才看得到。", "reply"),
    _form(
        "answer",
        "答复群众",
        "写下给群众的答复，对方凭单号能看到。",
        "reply",
        "decision",
        "text",
        optional="decision",
    ),
    _form("send_back", "退回重办", "答复不合格，请承办单位重新办理。", "reason"),
    _form(
        "call_back",
        "登记回访",
        "问三件事：有没有联系您、解决了没有、满意不满意。",
        "reached",
        "solved",
        "satisfaction",
        "comment",
        optional="solved satisfaction comment",
    ),
    _form("resume", "恢复办理", "计时从现在接着走。", "text"),
    _form("suspend", "挂起", "需要等待时暂停计时，恢复后接着走。", "reason", "text"),
    _form("ask_extension", "申请延期", "写明理由，由另一位同事批准。", "until", "reason"),
    _form("grant_extension", "批准延期", "批准后时限顺延，群众会看到。", "text"),
    _form("refuse_extension", "不批准延期", "时限不变。", "reason"),
    _form(
        "redispatch",
        "改派",
        "换一个承办单位。",
        "department",
        "partners",
        "reason",
        "text",
        optional="partners",
    ),
    _form("merge", "并单", "同一件事的工单合到一起办理，群众查这张单会看到并入的单号。", "into"),
    _form("classify", "改分类", "改类型、事项或紧急程度，时限跟着变。", "kind", "topic", "urgency"),
    _form("urge", "催办", "记一次催办，群众看得到。", "text"),
    _form("remark", "内部备注", "只有坐席台看得到。", "remark"),
    _form("reopen", "重新办理", "群众不满意，继续办理，只有一次。", "reason", "text"),
    _form("close", "办结", "不再回访，直接办结，要写明原因。", "reason", "text", grave=True),
    _form("archive", "归档", "归档后不能再改。", grave=True),
    _form("withdraw", "撤销", "群众要求撤回，或者重复登记。", "reason", "text", grave=True),
)
FORMS: Final[Mapping[StepName, StepForm]] = {form.action: form for form in _ALL}

#: The usual next step by state; the others are folded away.
_USUAL: Final = frozenset(
    {"dispatch", "handle", "sign", "submit", "answer", "call_back", "resume", "grant_extension"}
)


def is_usual(action: StepName) -> bool:
    """Tell whether a step belongs to the ordinary way of an order."""
    return action in _USUAL


def fault_of(form: StepForm, given: Mapping[str, str]) -> str:
    """Return in one sentence why a filled-in form cannot be sent; "" when it can."""
    for name in form.fields:
        value = given.get(name, "")
        if name in form.required and not value:
            return MISSING[name]
        longest = LONGEST.get(name)
        if longest is not None and len(value) > longest:
            return f"{LABELS[name]}最多{longest}字，现在有{len(value)}字。"
    if form.action == "call_back" and (given.get("reached") == "yes") != bool(given.get("solved")):
        return "联系上了才有解决结果：请选择是否解决；没有联系上就不要选。"
    return ""


LABELS: Final[Mapping[str, str]] = {
    "department": "承办单位",
    "partners": "协办单位（可以不选）",
    "reason": "理由",
    "until": "延到哪一天",
    "reply": "答复",
    "decision": "核实结果（提交后马上办理）",
    "into": "并入哪张工单",
    "kind": "类型",
    "topic": "事项",
    "urgency": "紧急程度",
    "reached": "联系上了吗",
    "solved": "解决了吗",
    "satisfaction": "满意程度",
    "comment": "群众怎么说（可以不填）",
    "remark": "备注",
    "text": "给群众看的说明（可以不填）",
}
MISSING: Final[Mapping[str, str]] = {
    "department": "请选择承办单位。",
    "reason": "请写明理由。",
    "until": "请选择延到哪一天。",
    "reply": "请写下给群众的答复。",
    "into": "请填写并入哪张工单。",
    "kind": "请选择类型。",
    "topic": "请选择事项。",
    "urgency": "请选择紧急程度。",
    "reached": "请选择有没有联系上。",
    "remark": "请写下备注。",
}
