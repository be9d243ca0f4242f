"""The words of quality: kinds of cases, reasons, states."""

from __future__ import annotations

from typing import Final

from ..quality.casebook import State
from ..quality.sampling import Source, Why

SOURCES: Final[dict[Source, str]] = {"chat": "会话", "order": "电话和工单"}
WHYS: Final[dict[Why, str]] = {
    "emergency": "紧急必查",
    "low_rating": "低分必查",
    "reopened": "重办必查",
    "random": "随机抽样",
}
STATES: Final[dict[State, str]] = {
    "waiting": "待评分",
    "scored": "待坐席确认",
    "accepted": "坐席已确认",
    "appealed": "申诉待裁定",
    "kept": "申诉后维持",
    "changed": "申诉后改分",
}
