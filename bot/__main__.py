"""``python -m bot run | train | chat | parse | retention | wechat | notices | doctor``."""

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
    wechat = commands.add_parser("wechat", help="the menu at the bottom of a 公众号")
    wechat.add_argument("what", choices=["menu"])
    wechat.add_argument("verb", choices=["show", "push"])
    wechat.add_argument("account", nargs="?", help="name of the account; show without one prints ours")
    notices = commands.add_parser("notices", help="what became of notices, by which way")
    notices.add_argument(
        "--failed", action="store_true", help="only what was refused, or whose end nobody knows"
    )
    notices.add_argument("--limit", type=int, default=50, help="the newest so many; 50 when left out")
    return _run(parser.parse_args(arguments))


def _run(options: argparse.Namespace) -> int:  # noqa: PLR0911 - one a command
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
    if options.command == "wechat":
        from bot.commands.wechat import menu  # noqa: PLC0415

        return menu(options.verb, options.account)
    if options.command == "notices":
        from bot.commands.notices import notices  # noqa: PLC0415

        return notices(options.limit, failed=options.failed)
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
    # TensorFlow's converter of models imports JAX where it finds it: most of a second for what no process here does.
    sys.modules.setdefault("jax", None)  # type: ignore[arg-type]
    if not os.environ.get("PYTHONWARNINGS"):
        warnings.filterwarnings("ignore", category=DeprecationWarning)


if __name__ == "__main__":
    sys.exit(main())
