"""``python -m deploy up``: prepare, start every process, wait for health, print addresses, stop them all."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

from deploy import health, preflight
from deploy.settings import ROOT, Settings

#: Loading the model on a busy two-core machine takes well below this; in seconds.
START_LIMIT = 180.0


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)


def prepare(settings: Settings) -> None:
    """Check the machine, bring the database up to date, load the demonstration, train if needed.

    Raises:
        NotReady: something stands in the way.
    """
    preflight.check_disk(settings.var_dir)
    preflight.check_ports(settings.services)
    steps: list[tuple[str, list[str]]] = [("Preparing the platform's database", ["backend", "migrate"])]
    if settings.demo:
        steps.append(("Loading divisions and the demonstration set", ["backend", "demo"]))
    steps.append(("Checking the model", ["bot", "train"]))
    for title, command in steps:
        say(title)
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", *command], cwd=ROOT, env=settings.environment(), check=False
        )
        if done.returncode:
            raise preflight.NotReady(f"{title}: failed; the lines above say why.")


def up(settings: Settings) -> int:
    """Start everything and stay until Ctrl-C or until one process ends; returns the exit status."""
    prepare(settings)
    manager = Manager(Printer(sys.stdout))
    env = settings.environment()
    processes = parse_procfile((ROOT / "Procfile").read_text("utf-8")).processes
    for name, command in processes.items():
        module = command.removeprefix("python ")
        manager.add_process(name, f"exec {sys.executable} {module}", env=env, cwd=str(ROOT))
    threading.Thread(target=_announce, args=(settings, manager), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def _announce(settings: Settings, manager: Manager) -> None:
    def ended() -> bool:
        return manager.returncode is not None

    if not health.wait_for(settings.services, START_LIMIT, say, ended):
        if not ended():
            say(f"Not everything is up after {START_LIMIT:.0f} seconds; `python -m bot doctor` says why.")
        return
    platform, _, desk, bot = settings.services
    say(f"\n  Chat page   {bot.url}/")
    secrets = f"{settings.var_dir.name}/secrets"
    if settings.demo:
        say(f"  12345 desk  {desk.url}/ (A001 and others, password in {secrets}/desk_password)")
        say(
            f"  Demo people backend/demo/personas.yml; their text messages: {platform.url}/dev/outbox?phone=…"
        )
    else:
        say(f"  12345 desk  {desk.url}/ (ADMIN, one-time password in {secrets}/desk_admin_password)")
    say("  Ctrl-C stops everything.\n")


def main(arguments: Sequence[str]) -> int:
    """Run a launcher command."""
    if list(arguments) != ["up"]:
        say("usage: python -m deploy up")
        return 2
    try:
        return up(Settings.from_env())
    except preflight.NotReady as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
