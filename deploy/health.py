"""Waiting until each process answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import requests

from deploy.settings import Service

_POLL_SECONDS = 0.25


def healthy(service: Service) -> bool:
    """Whether the process answers its health path with 200."""
    try:
        return requests.get(service.url + service.health, timeout=2).ok
    except requests.RequestException:
        return False


def wait_for(
    services: Iterable[Service],
    limit: float,
    said: Callable[[str], None],
    stopped: Callable[[], bool],
) -> bool:
    """Wait until every process answers.

    Args:
        services: the processes to wait for.
        limit: seconds to wait at most.
        said: called with a line for each process that is up.
        stopped: true when waiting makes no sense any more.

    Returns:
        Whether all are up.
    """
    waiting = list(services)
    end = time.monotonic() + limit
    while waiting and time.monotonic() < end and not stopped():
        for service in [s for s in waiting if healthy(s)]:
            said(f"{service.name} is up at {service.url}")
            waiting.remove(service)
        time.sleep(_POLL_SECONDS)
    return not waiting
