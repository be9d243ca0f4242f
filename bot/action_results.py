"""Checking what the action server answers, with the schema read once.

Rasa checks each answer with ``jsonschema.validate``, which checks the schema itself anew every time: most of a turn's
work. The same schema, built once, refuses the same answers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


@cache
def _checker() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def check(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Tell that ``result`` has the form of an action's answer.

    Raises:
        jsonschema.exceptions.ValidationError: it has not.
    """
    fault = next(iter(_checker().iter_errors(result)), None)
    if fault is not None:
        raise ValidationError(f"the action server's answer is malformed at {list(fault.path)}")
    return True


def install() -> None:
    """Let Rasa's remote actions use this check."""
    RemoteAction._validate_action_result = check
