"""``make bench``: stock Rasa against this assistant in one run; writes docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import contenders, turns, understanding
from bench.report import Contender, write
from tests.support.stack import ROOT, running

#: Training phrases an intent, the same for both.
PHRASES = 25


def main() -> None:
    """Train both, then run them side by side and measure them turn about."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stock_folder = folder / "stock"
        stock_folder.mkdir()
        with running(folder / "var") as stack:
            stack.stop("bot")
            env = dict(stack.env)
            phrases = stock_folder / "data" / "nlu"
            count = contenders.write_phrases(phrases, PHRASES)
            contenders.write_stock_project(stock_folder, stack.service("actions").url)
            print("training stock Rasa", flush=True)
            stock_training = contenders.train_stock(stock_folder, env)
            print("training this assistant", flush=True)
            our_training = contenders.train_ours(env, folder / "ours", phrases)
            print("understanding", flush=True)
            stock_score = understanding.score_apart(stock_folder / "models" / "stock.tar.gz", env)
            full_score = understanding.score_apart(ROOT / "models" / "assistant.tar.gz", env)
            our_score = understanding.score_apart(folder / "ours" / "ours.tar.gz", env)
            print("turns of both, turn about", flush=True)
            with ExitStack() as stopping:
                servers = []
                for start in (
                    lambda: contenders.start_stock(stock_folder, stack),
                    lambda: contenders.start_ours(stack),
                ):
                    servers.append(start())
                    stopping.callback(servers[-1].stop)
                figures = turns.measure(servers)
                memory = [server.memory_mb() for server in servers]
            measured = [
                Contender(server.name, training, server.start_seconds, used, score, found)
                for server, training, used, score, found in zip(
                    servers,
                    (stock_training, our_training),
                    memory,
                    (stock_score, our_score),
                    figures,
                    strict=True,
                )
            ]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    setting = f"{machine}; {count} phrases, {PHRASES} an intent"
    write(ROOT / "docs" / "benchmarks.md", measured, full_score, setting)


if __name__ == "__main__":
    main()
