"""Plays a conversation file against the running product and says where it went another way.

A file::

    title: Yellow and worried
    covers: [C1.happy, C2.happy]      # what it shows, see matrix.py
    persona: yellow_one_of_two        # key in backend/demo/personas.yml; gives {name} {number} {phone} {otp}
    turns:
      - say: 我码咋突然黄了嘛            # what the person types
        has: [同意]                   # each must be in the answer
        has_any: [黄码, 黄色]           # at least one must be
        lacks: [红码]                  # none may be
        buttons: [同意]                # titles that must be offered
      - tap: 同意                      # press a choice of the last answer
      - say: 再试一次
        until: true                   # said again until the answer fits (20 seconds at most)
        has: [绿码]
        keep: {order: "JKT[0-9-]+"}   # what the pattern finds can be said later as {order}
      - send: picture                 # a sheet of paper; qr: a code to scan; broken: a file that is no picture
      - again: true                   # password and 提交, as far as a restart has made them necessary
      - decide: rejected              # an agent decides this person's open appeal, with this reply
        reply: 轨迹核对无误。
      - open: 下载我的数据              # follow a link of the last answer; a ZIP is looked into, file by file
        has: [my-data.json]
      - scan: picture                 # of the last answer, or a link by its title (“海报（PDF）”)
        qr_has: TFJK1.                # its QR is read and kept as {qr}; a page needs pdftoppm, else it is skipped
      - send: opened                  # send that picture back
      - as: venue_guard               # go on as another persona, in their own conversation; {…} stay
      - in: phone                     # go on as the same persona in another conversation (the one begun with: first)
      - desk: reads                   # an agent looks through the work orders
      - answer: 已经处理                # an agent answers the work order kept as {order}
      - happens: code.changed         # the platform says so of the persona; data: what the event carries
      - days: 3                       # go by without a word
      - report: {kind: overlap, at: '2022-09-05T08:00:00+08:00'}  # a province's system reports it of this persona
        colour: yellow                # what the platform must answer
      - record: spoil                 # an entry of this persona that the platform cannot read; mend takes it out
      - review: reject                # the desk answers the work order kept as {order}; or approve
        reply: 证件照片看不清。
      - do: stop platform             # or start, stop, kill: platform, actions, desk, bot
      - agent is there                # at the desk, with a page open; also: leaves
      - agent takes                   # the conversation out of the queue; takes over: from the assistant
      - agent: 您好，请讲。              # says so; the turn is over when the citizen has heard it
      - say: 夜里能做吗
        silent: true                  # nobody answers: an agent has the conversation
        agent_reads: [夜里能做吗]        # each must be on the agent's screen (talk before, facts, what was said since)
      - agent gives back              # to the assistant; ends: to the notes, the citizen is asked for a rating
      - tap: 不排了
        hears: [不排队了]               # each is said, at once or a little later
    platform:
      work_orders: 1                  # how many this conversation must have left on the platform
      appeals: {state: accepted, evidence: 2}         # one appeal of the case number kept as {case}, its pictures
      declarations: {count: 1, health: normal}        # check-ins of the persona, and what the newest says
      codes: {apply_new: green}       # code of somebody by key; nothing (~) for nobody on the books or no code
      family: {family_head: [母亲]}    # whom somebody is linked to, in the order of linking
      phones: {green: "19900000003"}  # which phone somebody is registered with
      rows: {offline_codes: 1}        # how many the platform must hold for the last persona; see ROWS in stack.py

``{otp}`` is read from the platform's outbox, ``{otp@19900000001}`` is the one sent to another phone;
``{child.name}`` is a value of another person. ``verify: true`` as a turn plays consent, name, number, phone
and password at one go.
"""

from __future__ import annotations

import io
import re
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from backend_client import AppealDecision, OrderStep, StartVerification
from passes.errors import NothingRead
from passes.scanning import read_any
from privacy.masking import mask_value
from tests.support import desk_turns, pictures
from tests.support.desk_turns import AgentTurns, NotHeard
from tests.support.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
#: A breaker opens again for a trial within this many seconds.
_PATIENCE = 20
_OTP = re.compile(r"\d{6}")
#: Turns after which nobody has said anything.
_SILENT = frozenset(
    {
        "do",
        "as",
        "in",
        "decide",
        "desk",
        "happens",
        "record",
        "review",
        "answer",
        "days",
        "silent",
        "agent_does",
    }
)
#: Everything that a script, its turns and its ``platform`` may say; what is not read would be expected in vain.
PARTS: dict[str, frozenset[str]] = {
    "script": frozenset({"title", "covers", "persona", "turns", "platform"}),
    "turns": frozenset(
        re.findall(
            r"\w+",
            """say tap verify again send scan qr_has open as in do days desk decide reply answer review happens data
            record report colour until has has_any lacks buttons keep agent agent_does agent_reads silent hears""",
        )
    ),
    "platform": frozenset(
        {"work_orders", "content_has", "appeals", "declarations", "codes", "family", "phones", "rows"}
    ),
}
#: What ``send:`` sends.
PICTURES: dict[str, Callable[[], bytes]] = {
    "picture": pictures.paper,
    "qr": lambda: pictures.with_qr("https://example.gov.cn/report/20220905"),
    "broken": lambda: b"%PDF-1.7 no picture",
}


class WentWrong(  # noqa: N818 - reads as the finding it is
    AssertionError
):
    """An answer that is not what the file asks for."""


def personas() -> dict[str, dict[str, Any]]:
    """The demonstration people by key."""
    raw = yaml.safe_load((ROOT / "backend" / "demo" / "personas.yml").read_text("utf-8"))
    people = raw["personas"] if isinstance(raw, dict) else raw
    return {p["key"]: p for p in people}


@dataclass
class Player:
    """One conversation with the running product."""

    stack: Stack
    persona: dict[str, Any] = field(default_factory=dict)
    sender: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex}")
    answers: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    opened: bytes = b""
    senders: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._desk = AgentTurns(self.stack)

    def play(self, script: dict[str, Any]) -> None:
        """Play all turns.

        Raises:
            WentWrong: naming the turn, what was said and what came back.
        """
        try:
            for number, turn in enumerate(script["turns"], 1):
                try:
                    self._play(turn)
                except (WentWrong, NotHeard) as problem:
                    raise WentWrong(f"turn {number} {turn}: {problem}\n--- answer:\n{self.text}") from None
            self._check_platform(script.get("platform") or {})
        finally:
            self._desk.close()

    def _play(self, turn: dict[str, Any]) -> None:
        """One turn; with ``until`` it is said again until the answer fits, as a person would when told to."""
        end = time.monotonic() + (_PATIENCE if turn.get("until") else 0)
        while True:
            self._turn(turn)
            for words in _list(turn.get("hears")):
                self.answers = self._desk.hears(self.sender, self._filled(words), self.answers)
            try:
                self._check(turn)
            except WentWrong:
                if time.monotonic() > end:
                    raise
                time.sleep(1)
            else:
                return

    @property
    def text(self) -> str:
        """All words of the last answer."""
        return "\n".join(str(a.get("text") or "") for a in self.answers)

    @property
    def buttons(self) -> dict[str, str]:
        """Payloads of the last answer's choices by title."""
        return {
            b["title"]: b.get("payload") or b["url"] for a in self.answers for b in a.get("buttons") or []
        }

    def _turn(self, turn: dict[str, Any]) -> None:
        if "say" in turn:
            self.answers = self.stack.say(self.sender, self._filled(str(turn["say"])))
        elif "tap" in turn:
            if turn["tap"] not in self.buttons:
                raise WentWrong(f"no choice “{turn['tap']}” among {list(self.buttons)} in:\n{self.text}")
            self.answers = self.stack.say(self.sender, self.buttons[turn["tap"]])
        elif {"scan", "as", "in", "send"} & set(turn):
            self._show(turn)
        elif "open" in turn:
            self.answers = [{"text": self._opened(str(turn["open"]))}]
        elif "agent" in turn or "agent_does" in turn:
            self.answers = self._desk.play(turn, self.sender)
        elif turn.get("verify"):
            self._verify()
        elif turn.get("again"):
            self._go_through()
        elif "report" in turn:
            self._report(turn["report"], turn.get("colour"))
        else:
            self.answers = []
            self._elsewhere(turn)

    def _elsewhere(self, turn: dict[str, Any]) -> None:
        """What happens while the conversation is silent: time, the desk, an operator, the platform itself."""
        acts: dict[str, Callable[[Any], None]] = {
            "do": lambda what: getattr(self.stack, what.split()[0])(what.split()[1]),
            "days": lambda days: self.stack.pass_days(self.sender, float(days)),
            "happens": lambda kind: self.stack.happens(
                str(self.persona["number"]), str(kind), turn.get("data") or {}
            ),
            "desk": lambda _: self.stack.work_orders(self.sender),
            "decide": lambda state: self._decide(str(state), str(turn.get("reply") or "")),
            "answer": lambda reply: self._review(None, str(reply)),
            "review": lambda decision: self._review(str(decision), str(turn.get("reply") or "")),
            "record": lambda verb: getattr(self.stack, verb)(f"per_demo_{self.persona['key']}"),
        }
        for name in acts.keys() & turn.keys():
            acts[name](turn[name])

    def _opened(self, title: str) -> str:
        """Everything readable behind a link: the files of a ZIP with their names, else the text itself."""
        if title not in self.buttons:
            raise WentWrong(f"no link “{title}” among {list(self.buttons)}")
        content = self.stack.fetch(self.buttons[title])
        if not content.startswith(b"PK"):
            return content.decode("utf-8", "replace")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{archive.read(name).decode()}" for name in archive.namelist())

    def _report(self, event: dict[str, Any], colour: str | None) -> None:
        told = {
            key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in event.items()
        }
        document = (self.persona["document_type"], str(self.persona["number"]))
        follows = self.stack.report(*document, {"id": f"test-{uuid.uuid4().hex[:12]}", **told})
        self.answers = [{"text": follows}]
        if colour is not None and follows != colour:
            raise WentWrong(f"the platform says {follows} after {told}")

    def _review(self, decision: str | None, reply: str) -> None:
        """An agent takes the work order up and answers it, a review with a decision, as the desk does."""
        order, desk = self.kept["order"], self.stack.desk_client
        department = {"department": "desk", "reason": "由热线办理"}
        moves: tuple[dict[str, Any], ...] = (
            {"action": "dispatch", **department},
            {"action": "sign"},
            {"action": "answer", "reply": reply, **({"decision": decision} if decision else {})},
        )
        for move in moves:
            handling = desk.service_request(order).handling
            assert handling is not None
            step = OrderStep(agent="A001", version=handling.version, **move)
            desk.take_step(order, step, key=uuid.uuid4().hex)

    def _show(self, turn: dict[str, Any]) -> None:
        """Turns with pictures of codes, and those of another person."""
        if "scan" in turn:
            self._scan(turn)
        elif "as" in turn:
            self._become(str(turn["as"]))
        elif "in" in turn:
            self._turn_to(str(turn["in"]))
        else:
            sent = self.opened if turn["send"] == "opened" else PICTURES[turn["send"]]()
            self.answers = self.stack.send_picture(self.sender, sent)

    def _scan(self, turn: dict[str, Any]) -> None:
        """Fetch a picture or a page and read its QR; the answer stays what it was."""
        wanted = str(turn["scan"])
        pictures_said = [str(a["image"]) for a in self.answers if a.get("image")]
        address = pictures_said[-1] if wanted == "picture" and pictures_said else self.buttons.get(wanted)
        if address is None:
            raise WentWrong(f"nothing to scan as “{wanted}”: {list(self.buttons)}")
        content = self.stack.fetch(address)
        try:
            (text,) = read_any(content)
        except NothingRead as missing:
            if content.startswith(b"%PDF") and "pdftoppm" in str(missing):
                print(f"skipped: {missing}")
                return
            raise WentWrong(f"no QR in “{wanted}”: {missing}") from missing
        if self._filled(str(turn.get("qr_has", ""))) not in text:
            raise WentWrong(f"the QR of “{wanted}” says {text}")
        self.kept["qr"] = text
        if not content.startswith(b"%PDF"):
            self.opened = content

    def _become(self, key: str) -> None:
        """Go on as another persona; each has one conversation."""
        self.senders[str(self.persona.get("key"))] = self.sender
        self.persona = personas()[key]
        self.sender = self.senders.get(key) or f"test-{uuid.uuid4().hex}"
        self.answers = []

    def _turn_to(self, name: str) -> None:
        """Go on in another conversation of the same persona, known by a name of the script's own."""
        self.elsewhere.setdefault("first", self.sender)
        self.sender = self.elsewhere.setdefault(name, f"test-{uuid.uuid4().hex}")
        self.answers = []

    def _verify(self) -> None:
        for line in (
            "同意" if "agree" not in self.text else "I agree",
            "{name}",
            "{number}",
            "{phone}",
            "{otp}",
        ):
            self.answers = self.stack.say(self.sender, self._filled(line))

    def _go_through(self) -> None:
        """After a restart: the password when it is asked for (the clock may have begun again), then “提交”."""
        if "验证码" in self.text:
            self.answers = self.stack.say(self.sender, self._filled("{otp}"))
        if "请看一下" in self.text:
            self.answers = self.stack.say(self.sender, "提交")

    def _filled(self, line: str) -> str:
        if "{" not in line:
            return line
        values = {**{key: str(self.persona.get(key, "")) for key in ("name", "number", "phone")}, **self.kept}
        return re.sub(r"\{([\w.@]+)\}", lambda m: self._value(m.group(1), values) or m.group(0), line)

    def _value(self, name: str, values: dict[str, str]) -> str | None:
        """``otp``, ``otp@PHONE``, a value of another person (``child.name``), or one of ``values``."""
        if name == "otp" and "otp" not in values:
            return self._password(str(self.persona["phone"]))
        if name.startswith("otp@"):
            return self._password(name.removeprefix("otp@"))
        key, _, part = name.partition(".")
        return str(personas()[key][part]) if part else values.get(name)

    def _password(self, phone: str) -> str:
        messages = self.stack.text_messages(phone)
        if not messages:
            raise WentWrong("no one-time password in the outbox")
        found = _OTP.search(messages[-1]["text"])
        if found is None:
            raise WentWrong(f"no password in {messages[-1]['text']!r}")
        return found.group(0)

    def _check(self, turn: dict[str, Any]) -> None:
        text = self.text
        if turn.get("silent") and text:
            raise WentWrong("somebody answers")
        if not text and not _SILENT & set(turn):
            raise WentWrong("no answer")
        if "agent_reads" in turn:
            self._desk.reads(self.sender, _list(turn["agent_reads"]))
        for words in _list(turn.get("has")):
            if self._filled(words) not in text:
                raise WentWrong(f"lacks “{words}”")
        choices = _list(turn.get("has_any"))
        if choices and not any(words in text for words in choices):
            raise WentWrong(f"has none of {choices}")
        for words in _list(turn.get("lacks")):
            if self._filled(words) in text:
                raise WentWrong(f"has “{words}”")
        for name, pattern in (turn.get("keep") or {}).items():
            found = re.search(pattern, text)
            if found is None:
                raise WentWrong(f"has nothing like {pattern} to keep as {{{name}}}")
            self.kept[name] = found.group(0)
        for title in _list(turn.get("buttons")):
            if title not in self.buttons:
                raise WentWrong(f"does not offer “{title}” but {list(self.buttons)}")

    def _decide(self, state: str, reply: str) -> None:
        decision = AppealDecision(state=state, reply=reply or None)  # type: ignore[arg-type]
        self.stack.desk_client.decide_appeal(self.kept["case"], decision, key=uuid.uuid4().hex)

    def _check_appeals(self, expected: dict[str, Any]) -> None:
        """One appeal of this person since the script began, in this state, with so many pictures that open."""
        desk = self.stack.desk_client
        name = mask_value("NAME", str(self.persona["name"]))
        held = [a for a in desk.list_appeals(limit=100).items if a.name_masked == name]
        if len(held) != 1:
            raise WentWrong(f"the platform holds {len(held)} appeals of this person")
        if held[0].state != expected["state"]:
            raise WentWrong(f"the appeal is {held[0].state}")
        opened = [desk.open_evidence(held[0].number, e) for e in held[0].evidence]
        if len(opened) != expected["evidence"] or not all(e.media_type == "image/jpeg" for e in opened):
            raise WentWrong(f"the appeal has {len(opened)} pictures")

    def _check_declarations(self, expected: dict[str, Any]) -> None:
        """Read with a session of the persona's own, verified at the platform."""
        client = self.stack.assistant_client
        started = client.start_verification(
            StartVerification(
                name=self.persona["name"],
                document_type=self.persona["document_type"],
                document_number=str(self.persona["number"]),
                phone=str(self.persona["phone"]),
                channel="rest",
                conversation_id=f"check-{uuid.uuid4().hex}",
            )
        )
        session = client.confirm_verification(
            started.verification_id, self._password(str(self.persona["phone"]))
        )
        held = client.health_declarations(session.session_token, session.person_id).items
        if len(held) != expected["count"] or held[0].health != expected["health"]:
            raise WentWrong(f"the platform holds these declarations: {held}")

    def _check_books(self, expected: dict[str, Any]) -> None:
        """Codes, family links and phones of people by key."""
        for key, colour in (expected.get("codes") or {}).items():
            held = self.stack.codes(str(personas()[key]["number"]))
            if held != ([colour] if colour else []):
                raise WentWrong(f"the platform holds the codes {held} of {key}")
        for key, relations in (expected.get("family") or {}).items():
            linked = self.stack.relations(str(personas()[key]["number"]))
            if linked != relations:
                raise WentWrong(f"the platform links {linked} to {key}")
        for key, phone in (expected.get("phones") or {}).items():
            if self.stack.phone(str(personas()[key]["number"])) != phone:
                raise WentWrong(f"the platform holds another phone of {key}")

    def _check_platform(self, expected: dict[str, Any]) -> None:
        if "appeals" in expected:
            self._check_appeals(expected["appeals"])
        if "declarations" in expected:
            self._check_declarations(expected["declarations"])
        self._check_books(expected)
        for name, count in (expected.get("rows") or {}).items():
            held = self.stack.rows(name, f"per_demo_{self.persona['key']}")
            if held != count:
                raise WentWrong(f"the platform holds {held} {name} of {self.persona['key']}")
        if "work_orders" in expected:
            self._check_work_orders(expected["work_orders"], _list(expected.get("content_has")))

    def _check_work_orders(self, count: int, content_has: list[str]) -> None:
        held = self.stack.work_orders(self.sender)
        if len(held) != count:
            raise WentWrong(f"the platform holds {len(held)} work orders of this conversation")
        for order in held:
            for words in content_has:
                if words not in str(order):
                    raise WentWrong(f"the work order lacks “{words}”: {order}")


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def scripts() -> list[tuple[str, dict[str, Any]]]:
    """Every conversation in ``tests/conversations``: (file/title, script)."""
    found = []
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yml")):
        written = filter(None, yaml.safe_load_all(path.read_text("utf-8")))
        for script in written:
            turns = [desk_turns.spelt_out(turn) for turn in script["turns"]]
            found.append((f"{path.stem}: {script['title']}", {**script, "turns": turns}))
    return found
