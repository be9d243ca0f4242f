"""A server that carries the real page and channel in front of a scripted assistant, as a process of its own.

``python tests/web/fake_assistant.py --port 5105 --var DIR`` serves until it is stopped. What it was asked is
written to ``DIR/received.jsonl``. A message "慢" is answered only when ``DIR/release`` exists, so that a test can
stop the server in the middle of a turn.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rasa import server as rasa_server
from rasa.core.channels import channel as rasa_channels
from sanic import Sanic
from sanic.response import json as json_response

from bot.channels.web import WebChannel, WebParts, WebSettings, mount
from bot.message import InboundMessage, OutboundMessage
from bot.pictures import Pictures
from bot.voice import Deaf, Heard
from bot.voice.errors import BY_REASON
from privacy.database import open_engine
from privacy.media import MediaStore

RULE = "到达目的地后请主动扫场所码，配合查验健康码和核酸检测结果，做好个人防护。"
LONG = "在四川省内流动，一般不需要隔离。\n" + "\n".join(f"{i}. 第{i}条：{RULE}" for i in range(1, 13))
PICTURE = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>"
    "<path d='M10 10h30v30h-30zM60 10h30v30h-30zM10 60h30v30h-30zM60 60h10v10h-10z'/></svg>"
)
AMAP = "https://uri.amap.com/marker?position=104.0648,30.6415&name=%E5%8D%8E%E8%A5%BF"
SITES = f"""武侯区24小时的检测点：
1. 四川大学华西医院，约1.2公里，24小时
   武侯区国学巷37号
   电话：028-85422114
   单采16元，混采3.4元
   导航：{AMAP}
2. 成都市武侯区人民医院，约2.3公里，24小时
   武侯区广福桥街16号
   电话：028-85582132
   导航：{AMAP}
数据更新至2022年9月5日"""
WHY = (
    "您的码9月3日变成黄码。\n原因：9月1日与病例时空交叉（春熙路附近）。\n"
    "已有1次阴性，还差1次：9月5日16点20分以后采样，结果为阴性后自动转绿。"
)
DETAIL = "证件号码只用来核对您的身份，加密保存，30天后删除。"


def choice(title: str, payload: str) -> dict[str, str]:
    return {"title": title, "payload": payload}


ANSWERS: dict[str, list[dict[str, Any]]] = {
    "你好": [
        {
            "text": "您好，我是智能助手。您想问什么？急事也可以直接打12345，白天晚上都有人接。",
            "buttons": [choice("查健康码", "/check_code"), choice("找核酸点", "/find_site")],
        }
    ],
    "图片": [{"text": "这是您奶奶的离线码，9月12日前有效。", "image": PICTURE}],
    "图片来得晚": [{"text": "这是您要的图片。", "image": f"/media/med_{'b3' * 13}"}],
    "离线码": [
        {
            "text": "给您奶奶的离线码，9月12日上午9点前有效。",
            "image": PICTURE,
            "custom": {"alt": "绿码，离线码二维码"},
            "buttons": [
                {"type": "web_url", "title": "打印用的PDF", "url": f"/media/med_{'a2' * 13}"},
                {"type": "web_url", "title": "别处", "url": "/etc/passwd"},
            ],
        }
    ],
    "长": [{"text": LONG}],
    "黄码": [{"text": WHY, "buttons": [choice("最近的采样点", "/near"), choice("我要申诉", "/appeal")]}],
    "武侯哪里做核酸": [
        {
            "text": SITES,
            "buttons": [
                choice("发送位置", "/share_location"),
                choice("黄码去哪测", "/yellow"),
                {"type": "web_url", "title": "打12345", "url": "tel:12345"},
            ],
        }
    ],
    "自定义": [
        {
            "text": "请把证件号码发给我。",
            "custom": {"detail": "证件号码只用来核对您的身份，加密保存，30天后删除。"},
        }
    ],
    "申诉": [
        {
            "text": "请发证明材料的图片，最多5张；没有就点“没有了”。",
            "buttons": [choice("发图片", "/send_picture"), choice("没有了", "/deny")],
        }
    ],
    "第一步": [{"text": "请确认。", "buttons": [choice("确认", "/step")]}],
    "没有回答": [],
}


class ScriptedEar(Deaf):
    """Hears the words that follow an Ogg's first bytes, and one sentence in whatever a browser records."""

    is_installed = True

    async def recognise(self, speech: bytes) -> Heard:
        if speech.startswith(b"OggS!"):
            raise BY_REASON[speech.removeprefix(b"OggS!").decode()]("scripted")
        if speech.startswith(b"OggS"):
            return Heard(speech.removeprefix(b"OggS").decode(), 0.9)
        return Heard("我的健康码怎么变黄了", 0.8)


class ScriptedDoor:
    """Answers from the script, echoes what is not in it."""

    def __init__(self, var: Path, asked: dict[str, str]) -> None:
        self._var = var
        self._asked = asked

    async def ask(self, message: InboundMessage) -> None:
        """Nobody asks this one."""

    async def receive(self, message: InboundMessage, output: Any) -> None:
        with (self._var / "received.jsonl").open("a", encoding="utf-8") as file:
            record = {"client_id": message.client_id, "kind": message.kind, "text": message.text}
            record["location"] = list(message.location or ())
            record["picture"] = message.picture
            record["large_type"] = bool(message.metadata.get("large_type"))
            file.write(json.dumps(record) + "\n")
        if message.text == "慢":
            while not (self._var / "release").exists():
                await asyncio.sleep(0.02)
        if message.text == "坏":
            raise RuntimeError("scripted failure")
        self._asked.pop(message.sender_id, None)
        if message.text == "问姓名":
            self._asked[message.sender_id] = "name"
        for answer in self._answers(message):
            await output.send_response(message.sender_id, dict(answer))

    def _answers(self, message: InboundMessage) -> list[dict[str, Any]]:
        if message.kind == "location" and message.location:
            return [{"text": "已按您的位置找到最近的采样点：春熙路街道采样点，约300米。"}]
        if message.kind == "image":
            return [{"text": "图片收到了。"}]
        if message.kind == "payload" and "~/step~" in message.text:
            return [{"text": "请再看一下。", "buttons": [choice("提交", "/submit")]}]
        if message.kind == "payload":
            return [{"text": f"您选了{message.text.split('~')[1]}"}]
        return ANSWERS.get(message.text, [{"text": f"收到：{message.text[:200]}"}])


def now() -> datetime:
    return datetime.now(timezone.utc)


def sign(conversation_id: str, payload: str) -> str:
    return f"~{payload}~{hashlib.sha256((conversation_id + payload).encode()).hexdigest()[:16]}"


def build(var: Path, settings: WebSettings, secret: bytes = b"s" * 32, *, hears: bool = True) -> Sanic:
    """Return the server as Rasa would build it: its own ``/`` first, then the channels."""
    asked: dict[str, str] = {}

    async def expects(conversation_id: str) -> str | None:
        return asked.get(conversation_id)

    parts = WebParts(
        door=lambda _on_new_message: ScriptedDoor(var, asked),
        expects=expects,
        sign=sign,
        engine=open_engine(f"sqlite:///{var / 'web.sqlite3'}"),
        pictures=Pictures(MediaStore(f"sqlite:///{var / 'media.sqlite3'}", b"m" * 32, now)),
        secret=secret,
        seal_key=b"k" * 32,
        clock=now,
        recogniser=ScriptedEar() if hears else Deaf(),
    )
    app = Sanic("fake_assistant", configure_logging=False)
    rasa_server.add_root_route(app)
    rasa_channels.register([WebChannel(parts, settings)], app, route="/webhooks/")
    mount(app)

    @app.after_server_start
    async def say_ready(*_: Any) -> None:
        print("ready", flush=True)

    @app.post("/test/push/<conversation_id:str>")
    async def push(request: Any, conversation_id: str) -> Any:
        stored = await app.ctx.web.outbox.push(conversation_id, OutboundMessage(text=request.json["text"]))
        return json_response({"seq": stored.seq})

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--sessions-per-minute", type=int, default=600)
    parser.add_argument("--deaf", action="store_true")
    parser.add_argument("--frame-ancestors", nargs="*", default=())
    arguments = parser.parse_args()
    settings = WebSettings(
        new_sessions_per_minute=arguments.sessions_per_minute,
        frame_ancestors=tuple(arguments.frame_ancestors),
    )
    app = build(arguments.var, settings, hears=not arguments.deaf)
    app.run("127.0.0.1", arguments.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
