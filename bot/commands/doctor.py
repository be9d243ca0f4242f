"""``python -m bot doctor``: looks at everything the assistant needs and names what is wrong and what to do."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests
import sqlalchemy as sa
import yaml

from bot.channels.wechat.entering import load_entrances
from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.pages import load_pages
from bot.channels.wechat.settings import WeChatSettings
from bot.model_inputs import ModelInputs
from bot.settings import ROOT, Settings, read_settings
from bot.voice import model as voice_model
from privacy.database import open_engine
from privacy.errors import PrivacyError
from privacy.secrets import SecretStore

_PINNED: Final = re.compile(r"^([A-Za-z0-9_.\-]+)==([^\s;\\]+)", re.MULTILINE)
_FREE_BYTES: Final = 500 * 1024 * 1024
_OK: Final = 200


@dataclass(frozen=True)
class Result:
    """One thing looked at: ``ok`` True is right, False wrong, None worth knowing; with what to do about it."""

    name: str
    ok: bool | None
    detail: str


Check = Callable[[Settings], Iterator[Result]]


def doctor() -> int:
    """Print one line for each thing looked at; return 1 when something is wrong."""
    settings = read_settings(os.environ)
    marks = {True: "好   ok   ", False: "坏   WRONG", None: "注意 note "}
    wrong = 0
    for check in (
        _python,
        _packages,
        _disk,
        _secrets,
        _stores,
        _model,
        _voice,
        _brokers,
        _wechat,
        _processes,
    ):
        for result in check(settings):
            print(f"{marks[result.ok]} {result.name}: {result.detail}")
            wrong += result.ok is False
    print(
        "一切正常。All is well."
        if not wrong
        else f"有{wrong}处问题，见上。{wrong} thing(s) to mend, see above."
    )
    return 1 if wrong else 0


def _python(_settings: Settings) -> Iterator[Result]:
    version = ".".join(map(str, sys.version_info[:3]))
    right = sys.version_info[:2] == (3, 10)
    yield Result("Python", right, version if right else f"{version}；需要3.10（Rasa 3.6.21 needs 3.10）")


def _packages(_settings: Settings) -> Iterator[Result]:
    wanted = dict(_PINNED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    wrong = []
    for name, version in wanted.items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "缺 missing"
        if found != version:
            wrong.append(f"{name} {found} → {version}")
    told = (
        f"{len(wanted)} as locked" if not wrong else f"{'; '.join(wrong[:5])}：运行 rm -rf .venv && make run"
    )
    yield Result("packages 软件包", not wrong, told)


def _disk(settings: Settings) -> Iterator[Result]:
    place = settings.var_dir if settings.var_dir.exists() else ROOT
    free = shutil.disk_usage(place).free
    yield Result("disk 磁盘", free > _FREE_BYTES, f"{free // 1024 // 1024} MB 可用 free")


def _secrets(settings: Settings) -> Iterator[Result]:
    folder = settings.secrets_dir
    if not folder.is_dir():
        yield Result("secrets 密钥", None, "还没有生成，首次启动时生成 made at the first start")
        return
    open_ones = [p.name for p in sorted(folder.iterdir()) if stat.S_IMODE(p.stat().st_mode) & 0o077]
    told = f"权限过宽 readable by others: {', '.join(open_ones)}：chmod 600" if open_ones else "0600"
    yield Result("secrets 密钥", not open_ones, told)


def _stores(settings: Settings) -> Iterator[Result]:
    for name, url in (("bot db 对话库", settings.bot_db), ("vault 保险库", settings.vault_db)):
        parsed = sa.engine.make_url(url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
            yield Result(name, None, "还没有，首次启动时建立 made at the first start")
            continue
        try:
            with open_engine(url).connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except (sa.exc.SQLAlchemyError, OSError) as error:
            yield Result(name, False, f"打不开 cannot be opened ({type(error).__name__}): {parsed!r}")
        else:
            yield Result(name, True, repr(parsed))


def _model(settings: Settings) -> Iterator[Result]:
    if not settings.model.is_file():
        yield Result("model 模型", False, "没有模型 none: 运行 python -m bot train")
    elif not ModelInputs(ROOT).made(settings.model):
        yield Result("model 模型", False, "比数据旧 older than its inputs: 运行 python -m bot train")
    else:
        yield Result("model 模型", True, settings.model.name)


def _voice(settings: Settings) -> Iterator[Result]:
    name = "voice 语音"
    missing = voice_model.missing()
    if not settings.voice:
        yield Result(name, None, "已关闭 switched off（JKT_VOICE=0）")
    elif not voice_model.is_installed():
        partly = f"：缺 missing {', '.join(missing)}" if len(missing) < len(voice_model.NEEDED) else ""
        yield Result(name, None, f"没有安装 not installed{partly}；要听语音 to hear speech: make voice")
    elif not voice_model.is_whole(voice_model.DIRECTORY):
        yield Result(
            name, None, "模型还没有拼好，首次使用时拼 put together at the first use, or by make voice"
        )
    else:
        yield Result(name, True, "Whisper base，离线识别 offline")


def _brokers(settings: Settings) -> Iterator[Result]:
    for name, url, port in (("Redis", settings.redis_url, 6379), ("RabbitMQ", settings.amqp_url, 5672)):
        if not url:
            yield Result(name, True, "不用 not used（单进程 single process）")
            continue
        parsed = urlsplit(url)
        reachable = _listens(parsed.hostname or "127.0.0.1", parsed.port or port)
        yield Result(name, reachable, "连得上 reachable" if reachable else "连不上 not reachable")


def _wechat(settings: Settings) -> Iterator[Result]:
    try:
        chosen = WeChatSettings.from_environment(os.environ, ROOT)
        accounts = chosen.accounts(os.environ, SecretStore(settings.secrets_dir))
        Menu.load(ROOT / "data" / "wechat" / "menu.yml")
        _check_mini_program(ROOT / "data" / "wechat" / "mini_program.yml")
    except (NotConfigured, PrivacyError) as error:
        yield Result("WeChat 微信", False, f"{error}；见 see docs/wechat.md")
        return
    if accounts:
        yield Result("WeChat 微信", True, "、".join(f"{a.name} ({a.door.mode})" for a in accounts))


def _check_mini_program(path: Path) -> None:
    """Read the pages of the mini-program, with the sentences and intents that they name.

    Raises:
        NotConfigured: names what is wrong.
    """
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    load_pages(path, domain["intents"])
    said = yaml.safe_load((ROOT / "data" / "responses" / "wechat.yml").read_text("utf-8"))
    for name, entrance in load_entrances(path).items():
        if f"wechat.{entrance.greeting}" not in said:
            raise NotConfigured(f"entrance {name}: there is no sentence wechat.{entrance.greeting}")


def _processes(settings: Settings) -> Iterator[Result]:
    for name, url in (
        ("bot", settings.bot_url),
        ("actions", settings.actions_url),
        ("backend", settings.backend_url),
        ("desk", settings.desk_url),
    ):
        parsed = urlsplit(url)
        if not _listens(parsed.hostname or "127.0.0.1", parsed.port or 80):
            yield Result(name, None, f"没有运行 not running at {url}：make run")
            continue
        try:
            status = requests.get(f"{url}/healthz", timeout=2).status_code
        except requests.RequestException as error:
            yield Result(
                name, False, f"{url} 被别的程序占用 taken by something else ({type(error).__name__})"
            )
            continue
        fine = status == _OK
        yield Result(name, fine, f"{url} 正常 healthy" if fine else f"{url} answers {status}：端口被占用？")


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
