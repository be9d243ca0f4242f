"""``python -m bot run | train | chat | parse | retention | doctor``."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the return value is the exit code."""
    _quiet_libraries()
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="The assistant's process and its tools."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="serve the channels")
    train = commands.add_parser("train", help="train the model when its inputs have changed")
    train.add_argument("--force", action="store_true", help="train in any case")
    chat = commands.add_parser("chat", help="talk to the running assistant in this terminal")
    chat.add_argument("--sender", help="conversation id; a new one when left out")
    chat.add_argument("--url", help="address of the bot; JKT_BOT_URL when left out")
    parse = commands.add_parser("parse", help="understand lines on standard input, one JSON line each")
    parse.add_argument("--model", type=Path, help="a model; the newest when left out")
    commands.add_parser("doctor", help="check the installation and name what is wrong")
    commands.add_parser("retention", help="show what is kept how long, and what goes when")
    return _run(parser.parse_args(arguments))


def _run(options: argparse.Namespace) -> int:
    # Each command imports what it needs: chat and doctor start without loading Rasa.
    if options.command == "run":
        from bot.run import serve  # noqa: PLC0415

        return serve()
    if options.command == "train":
        from bot.commands.train import train  # noqa: PLC0415

        return train(force=options.force)
    if options.command == "chat":
        from bot.commands.chat import chat  # noqa: PLC0415

        return chat(options.url, options.sender)
    if options.command == "parse":
        from bot.commands.parse import parse  # noqa: PLC0415

        return parse(options.model)
    if options.command == "retention":
        from bot.commands.retention import retention  # noqa: PLC0415

        return retention()
    from bot.commands.doctor import doctor  # noqa: PLC0415

    return doctor()


def _quiet_libraries() -> None:
    """Keep libraries from calling home and from talking; before any of them is imported."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if not os.environ.get("PYTHONWARNINGS"):
        warnings.filterwarnings("ignore", category=DeprecationWarning)


if __name__ == "__main__":
    sys.exit(main())
