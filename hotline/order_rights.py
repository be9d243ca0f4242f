"""Who may see an order and do what to it: agents all of them, a department its own, approvals another person's."""

from __future__ import annotations

from typing import Final

from backend_client import ServiceRequest, StepName

from .accounts.people import Agent
from .errors import NotAllowed
from .step_forms import FORMS, StepForm

#: What a department does with an order that was sent to it.
_OF_DEPARTMENT: Final[frozenset[StepName]] = frozenset(
    {"sign", "return", "submit", "suspend", "resume", "ask_extension", "remark"}
)
#: What one agent asks for and another one grants.
_APPROVALS: Final[frozenset[StepName]] = frozenset({"grant_extension", "refuse_extension", "redispatch"})


def only_of(agent: Agent) -> str:
    """Return the department whose orders alone this person sees; "" for all.

    Raises:
        NotAllowed: somebody of a department whose account names none.
    """
    if agent.may("order.view"):
        return ""
    if not agent.department:
        raise NotAllowed("order.department")
    return agent.department


def check_seen(agent: Agent, order: ServiceRequest) -> None:
    """Raise NotAllowed when this order is not for this person's eyes."""
    department = only_of(agent)
    if department and not is_of(order, department):
        raise NotAllowed("order.department")


def is_of(order: ServiceRequest, department: str) -> bool:
    """Tell whether an order was sent to a department: to the office itself, or to one of its offices."""
    sent = (order.handling.department if order.handling else None) or ""
    return sent == department or sent.partition(":")[0] == department


def may_step(agent: Agent, action: StepName) -> bool:
    """Tell whether somebody who sees an order may take this step with it."""
    if action in _APPROVALS:
        return agent.may("order.approve")
    if agent.may("order.move"):
        return True
    return agent.may("order.department") and action in _OF_DEPARTMENT


def steps_for(agent: Agent, order: ServiceRequest) -> list[StepForm]:
    """Return the forms of what is possible now and allowed, the usual ones first as in their table."""
    possible = order.handling.actions if order.handling else ()
    return [form for action, form in FORMS.items() if action in possible and may_step(agent, action)]
