"""What the platform signs is what the bot takes: an event goes over loopback and becomes one notice, over restarts."""

from __future__ import annotations

import asyncio
import uuid
from time import monotonic

from sanic import Sanic

from backend.clock import DEMO_START
from backend.models import Person
from backend.outbox import emit
from backend.outbox.delivery import Delivery
from backend.outbox.sending import Subscriber
from bot.notices.courier import Channel, Courier
from bot.notices.ledger import DeliveryLedger
from bot.notices.receiver import PATH, Receiver, event_routes
from bot.notices.store import NoticeStore
from bot.notices.wording import Wording
from bot.settings import ROOT
from bot.signing import PayloadSigner
from privacy.database import open_engine
from privacy.joins import Joins
from privacy.notices import Subscription, Subscriptions
from privacy.vault import utc_now
from tests.backend.conftest import Server

SECRET, KEY = b"e" * 32, b"k" * 32


def receiver(url):
    engine = open_engine(url)
    store, subscriptions = NoticeStore(engine, KEY), Subscriptions(url, KEY)
    wording = Wording.load(ROOT / "data" / "notices.yml")
    joins = Joins(url, KEY, utc_now)
    ledger, signer = DeliveryLedger(engine), PayloadSigner(KEY)
    courier = Courier(store, ledger, subscriptions, wording=wording, signer=signer, joins=joins)
    return Receiver(SECRET, store, subscriptions, wording, joins), courier


def serve(taker):
    app = Sanic(f"bot-{uuid.uuid4().hex[:8]}", configure_logging=False)
    app.blueprint(event_routes(taker, lambda: None))
    server = Server(app)
    server.start()
    return server


def test_an_event_becomes_one_notice_although_both_sides_are_restarted(store, tmp_path):
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    taker, _ = receiver(url)
    asked = {"conversation_id": "talk-1", "channel": "web", "owner": "per_1"}
    taker.subscriptions.add(Subscription(kind="code", about="per_1", **asked))
    with store.write() as session:
        session.add(Person(person_id="per_1", name="甲", name_key="甲", created_at=DEMO_START))
        session.flush()
        emit(session, "code.changed", "per_1", {}, DEMO_START)
    server = serve(taker)
    address = f"{server.url}{PATH}"
    began = monotonic()
    assert deliver(store, address) == 1
    assert monotonic() - began < 5
    server.stop()
    said = []

    async def web(conversation, message, name):
        said.append((conversation, message.text))

    for _ in range(2):
        _, courier = receiver(url)
        asyncio.run(courier.push_due({"web": Channel(web)}))
        assert deliver(store, address) == 0
    assert said == [("talk-1", "您的健康码状态有更新，点“查看”了解怎么做。")]


def test_another_secret_is_refused_and_the_event_waits(store, tmp_path):
    taker, _ = receiver(f"sqlite:///{tmp_path}/bot.sqlite3")
    with store.write() as session:
        session.add(Person(person_id="per_1", name="甲", name_key="甲", created_at=DEMO_START))
        session.flush()
        emit(session, "code.changed", "per_1", {}, DEMO_START)
    server = serve(taker)
    assert deliver(store, f"{server.url}{PATH}", secret=b"x" * 32) == 0
    server.stop()


def deliver(store, url, secret=SECRET):
    sending = Delivery(store, [Subscriber("bot", url, secret)], platform_now=lambda: DEMO_START)
    return sending.work()
