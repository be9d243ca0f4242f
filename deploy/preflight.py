"""What must be true before anything is started, said in one plain line when it is not."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.settings import Service

#: A model, databases and logs of the embedded default fit in this, with room to spare; in MB.
FREE_MB = 300


class NotReady(Exception):  # noqa: N818 - a finding for the operator
    """Something stands in the way; the text says what and what to do."""


def check_ports(services: Iterable[Service]) -> None:
    """Refuse a port that something else holds.

    Raises:
        NotReady: naming the port, the process it is for, and the setting that moves it.
    """
    for service in services:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((service.host, service.port))
            except OSError as error:
                setting = "BACKEND" if service.name == "platform" else service.name.upper()
                raise NotReady(
                    f"Port {service.port} ({service.name}) is in use. Stop what holds it, "
                    f"or choose another: JKT_{setting}_PORT=…"
                ) from error


def check_disk(folder: Path) -> None:
    """Refuse a full disk.

    Raises:
        NotReady: naming the folder and what is free.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 2**20
    if free < FREE_MB:
        raise NotReady(f"Only {free} MB are free for {folder.name}/; {FREE_MB} MB are needed.")
