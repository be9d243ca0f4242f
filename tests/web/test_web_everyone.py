"""The page for everyone: old eyes, other languages, dark rooms, no script, no network, and other sites' pages."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.web.conftest import Assistant, OpenPage
from tests.web.test_web_browser import ask, say, words_of

pytestmark = pytest.mark.browser

#: A phone with a Chinese voice of its own and one on the net; what it reads is in ``window.spoken``.
VOICES = """() => {
  window.spoken = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = [
    { lang: 'zh-CN', localService: false, name: 'net' },
    { lang: 'zh-CN', localService: true, name: 'own' },
  ];
  const synthesis = {
    pending: false,
    getVoices: () => voices,
    addEventListener() {}, removeEventListener() {},
    speak(utterance) { window.spoken.push(`${utterance.voice.name}: ${utterance.text}`); },
    cancel() { window.spoken.push('silence'); },
  };
  Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
}"""
SIZES = "es => es.map(e => parseFloat(getComputedStyle(e).fontSize))"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(18, 23, 26)", "rgb(245, 243, 238)"


async def violations(page: Page) -> list[tuple[str, str]]:
    response = (await Axe().run(page)).response
    return [(found["id"], found["nodes"][0]["html"]) for found in response["violations"]]


async def test_a_link_opens_the_page_for_older_people(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(f"{assistant.url}/?view=elder")
    await expect(page.get_by_role("button", name="长辈版")).to_have_attribute("aria-pressed", "true")
    assert min(await page.locator("p, a, button, h1 span, textarea").evaluate_all(SIZES)) >= 18
    assert await page.locator(".talk").evaluate("e => e.scrollTop") == 0  # it begins at its beginning
    await page.goto(assistant.url)
    await expect(page.get_by_role("button", name="长辈版")).to_have_attribute("aria-pressed", "true")
    await page.goto(f"{assistant.url}/?view=normal")
    await expect(page.get_by_role("button", name="长辈版")).to_have_attribute("aria-pressed", "false")


async def test_in_large_type_an_answer_comes_one_step_at_a_time(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(f"{assistant.url}/?view=elder")
    await ask(page, "武侯哪里做核酸")
    answer = page.locator(".theirs .words")
    await expect(answer).to_contain_text("四川大学华西医院")
    await expect(answer).not_to_contain_text("武侯区人民医院")
    await answer.get_by_role("button", name="下一步（还有1条）").click()
    await expect(answer).to_contain_text("武侯区人民医院")
    await expect(answer).to_contain_text("数据更新至2022年9月5日")
    await expect(answer.get_by_role("button")).to_have_count(0)


async def test_an_answer_is_read_aloud_by_the_phones_own_voice(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await page.add_init_script(f"({VOICES})()")
    await page.goto(f"{assistant.url}/?view=elder")
    await ask(page, "你好")
    assert await page.evaluate("window.spoken") == []
    await page.get_by_role("button", name="朗读", exact=True).click()
    (spoken,) = await page.evaluate("window.spoken")
    assert spoken.startswith("own: 您好，我是智能助手。")
    await page.get_by_role("button", name="停止").click()
    assert (await page.evaluate("window.spoken"))[-1] == "silence"


async def test_answers_are_read_by_themselves_until_something_new_is_written(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await page.add_init_script(f"({VOICES})()")
    await page.goto(f"{assistant.url}/?view=elder")
    await page.get_by_role("button", name="自动朗读").click()
    await ask(page, "武侯哪里做核酸")
    (spoken,) = await page.evaluate("window.spoken")
    assert "四川大学华西医院" in spoken
    assert "武侯区人民医院" not in spoken
    assert "http" not in spoken
    await page.get_by_role("button", name="下一步").click()
    assert "武侯区人民医院" in (await page.evaluate("window.spoken"))[-1]
    await page.locator("textarea").fill("谢")
    assert (await page.evaluate("window.spoken"))[-1] == "silence"
    await page.reload()
    await expect(page.get_by_role("button", name="自动朗读")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".message")).to_have_count(2)
    assert await page.evaluate("window.spoken") == []  # what was said before is not read again


async def test_the_page_speaks_english_when_asked(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", level=2)).to_have_text("Hello, how can I help?")
    assert await page.evaluate("document.documentElement.lang") == "en"
    assert await page.title() == "Tianfu Health assistant"
    await page.get_by_role("button", name="Talk to a person").click()
    await expect(page.locator(".theirs")).to_have_count(1)
    await page.reload()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    back = page.get_by_role("button", name="中文")
    assert await back.get_attribute("lang") == "zh-CN"
    await back.click()
    await expect(page.get_by_role("button", name="发送", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("en-US,en;q=0.9", "en"), ("en-US,zh;q=0.5", "zh-CN"), ("", "zh-CN")],
)
def test_the_first_words_are_in_a_language_the_browser_reads(
    assistant: Assistant, accepted: str, language: str
) -> None:
    headers = {"Accept-Language": accepted}
    assert f'<html lang="{language}"' in requests.get(assistant.url, headers=headers, timeout=10).text
    asked = requests.get(f"{assistant.url}/?lang=en", headers=headers, timeout=10).text
    assert '<html lang="en"' in asked


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", ["normal", "elder"])
async def test_with_and_without_script_the_page_says_the_same(
    assistant: Assistant, chromium: Browser, language: str, view: str
) -> None:
    said = []
    for script in (True, False):
        context = await chromium.new_context(java_script_enabled=script)
        page = await context.new_page()
        await page.goto(f"{assistant.url}/?lang={language}&view={view}")
        if script:
            await page.locator(".composer:not(.plain)").wait_for()
        # Without script nothing can be evaluated on the page, so its words are read from outside.
        texts = [await page.locator("h1").inner_text(), await page.locator("h2").inner_text()]
        texts += [text.strip() for text in await page.locator(".welcome > p").all_inner_texts()]
        texts += await page.locator(".suggestion").all_inner_texts()
        texts += [await page.locator(".send").inner_text(), await page.title()]
        texts.append(await page.locator("textarea").get_attribute("placeholder") or "")
        said.append(texts)
    assert said[0] == said[1]


async def test_both_languages_say_the_same_things(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    base = (await page.locator('link[rel="stylesheet"]').first.get_attribute("href") or "").rsplit("/", 1)[0]
    shape = """async (base) => {
      const keys = (value, path) => value && typeof value === 'object'
        ? [].concat(...Object.keys(value).map((key) => keys(value[key], `${path}.${key}`)))
        : [`${path}:${typeof value}`];
      const made = await import(`${base}/words.js`);
      return ['zh-CN', 'en'].map((code) => { made.speak(code); return keys(made.words, '').sort(); });
    }"""
    chinese, english = await page.evaluate(shape, base)
    assert chinese == english
    assert len(chinese) > 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_dark_follows_the_phone_until_the_person_chooses(
    assistant: Assistant, open_page: OpenPage, scheme: str
) -> None:
    own, other = (DARK, LIGHT) if scheme == "dark" else (LIGHT, DARK)
    page = await open_page(assistant.url, color_scheme=scheme)
    assert await page.evaluate(BACKGROUND) == own
    await page.get_by_role("button", name="深色").click()
    assert await page.evaluate(BACKGROUND) == other
    await page.reload()
    await expect(page.get_by_role("button", name="深色")).to_have_attribute(
        "aria-pressed", str(other == DARK).lower()
    )
    assert await page.evaluate(BACKGROUND) == other


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_chosen_look_is_there_before_the_script(
    assistant: Assistant, open_page: OpenPage, scheme: str
) -> None:
    page = await open_page(assistant.url, color_scheme=scheme)
    await page.get_by_role("button", name="长辈版").click()
    await page.get_by_role("button", name="深色").click()
    wanted = LIGHT if scheme == "dark" else DARK
    await page.route("**/page.js", lambda route: route.abort())
    await page.reload()
    await page.locator(".composer.plain").wait_for()
    assert await page.evaluate(BACKGROUND) == wanted
    assert await page.locator("textarea").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 22
    await page.goto(f"{assistant.url}/?view=normal&theme={'dark' if scheme == 'dark' else 'light'}")
    assert await page.evaluate(BACKGROUND) == (DARK if scheme == "dark" else LIGHT)
    await expect(page.locator("html")).to_have_attribute("data-type", "normal")


async def test_nothing_moves_for_those_who_asked_for_it(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url, reduced_motion="reduce")
    await say(page, "慢")
    dot = page.locator(".typing i").first
    await dot.wait_for()
    assert await dot.evaluate("e => getComputedStyle(e).animationName") == "none"
    (assistant.var / "release").touch()
    await expect(page.locator(".theirs")).to_have_count(1)
    (assistant.var / "release").unlink()


async def test_a_number_written_offline_stays_in_its_tab_and_is_sent_once(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "在线")
    await page.context.set_offline(True)
    for text in ("离线写的", "5101 0519 9001 0112 37", "一三八零零一三八零零零"):
        await say(page, text)
    await expect(page.locator(".pending.waiting")).to_have_count(3)
    kept = await page.evaluate("JSON.stringify(localStorage)")
    assert "离线写的" in kept
    assert "5101" not in kept
    assert "一三八" not in kept
    await page.context.set_offline(False)
    await expect(page.locator(".theirs")).to_have_count(4, timeout=60_000)
    await expect(page.locator(".pending")).to_have_count(0)
    assert (await words_of(page))[2] == "离线写的"
    assert [r["text"] for r in assistant.received()].count("离线写的") == 1
    left = (
        "JSON.stringify(sessionStorage) + Object.keys(localStorage).filter(k => k.startsWith('jkt.unsent'))"
    )
    assert "unsent" not in await page.evaluate(left)


async def plain_page(assistant: Assistant, chromium: Browser, query: str = "") -> Page:
    context = await chromium.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 740}
    )
    page = await context.new_page()
    await page.goto(f"{assistant.url}/{query}")
    return page


async def test_the_form_without_script_keeps_view_and_language(
    assistant: Assistant, chromium: Browser
) -> None:
    page = await plain_page(assistant, chromium)
    await page.locator("textarea").fill("你好")
    await page.get_by_role("button", name="发送").click()
    await page.get_by_role("button", name="长辈版").click()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("html")).to_have_attribute("data-type", "large")
    await expect(page.locator(".mine")).to_have_count(1)
    await page.locator("textarea").fill("hello again")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".mine")).to_have_count(2)
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert assistant.received()[-1]["large_type"] is True


async def test_without_script_no_button_needs_it(assistant: Assistant, chromium: Browser) -> None:
    page = await plain_page(assistant, chromium)
    await page.locator("textarea").fill("武侯哪里做核酸")
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("button", name="黄码去哪测")).to_have_count(1)
    await expect(page.get_by_role("button", name="发送位置")).to_have_count(0)
    await page.locator("textarea").fill("申诉")
    await page.get_by_role("button", name="发送").click()
    assert await page.get_by_role("link", name="选图片").get_attribute("href") == "#picture"


def test_the_form_without_script_shows_the_whole_conversation(assistant: Assistant) -> None:
    session = requests.post(f"{assistant.url}/chat/session", timeout=10).json()
    push = f"{assistant.url}/test/push/{session['conversation_id']}"
    for number in range(120):
        requests.post(push, json={"text": f"第{number}条"}, timeout=10)
    form = {"id": "a" * 32, "token": session["token"], "text": ""}
    page = requests.post(f"{assistant.url}/chat/ask", data=form, timeout=30).text
    assert [f"<p>第{number}条</p>" in page for number in range(120)] == [True] * 120


def test_what_the_form_refuses_is_said_in_words(assistant: Assistant) -> None:
    session = requests.post(f"{assistant.url}/chat/session", timeout=10).json()
    form = {"token": session["token"], "text": "快"}
    pages = [
        requests.post(f"{assistant.url}/chat/ask", data={**form, "id": f"{n:032x}"}, timeout=30)
        for n in range(30)
    ]
    assert pages[0].status_code == 200
    late = next(page for page in pages if page.status_code == 429)
    assert "发得有点快" in late.text
    assert "收到：快" in late.text
    bad = requests.post(f"{assistant.url}/chat/ask", data={**form, "id": "!"}, timeout=30)
    assert (bad.status_code, "这一条没有收到" in bad.text) == (400, True)
    foreign = {"Origin": "https://evil.example"}
    assert (
        requests.post(f"{assistant.url}/chat/ask", data=form, headers=foreign, timeout=30).status_code == 403
    )


def test_a_file_already_there_is_not_sent_again(assistant: Assistant) -> None:
    for path in ("/favicon.ico", "/widget.js"):
        first = requests.get(assistant.url + path, timeout=10)
        again = {"If-None-Match": first.headers["ETag"]}
        answer = requests.get(assistant.url + path, headers=again, timeout=10)
        assert (answer.status_code, answer.content) == (304, b"")
        other = {"If-None-Match": '"0000000000000000"'}
        assert requests.get(assistant.url + path, headers=other, timeout=10).status_code == 200


class Site(http.server.SimpleHTTPRequestHandler):
    """Another site's page; its own policy allows nothing but our script and our frame."""

    def __init__(self, *args: Any, assistant: str, attributes: str) -> None:
        self.assistant = assistant
        self.attributes = attributes
        super().__init__(*args)

    def do_GET(self) -> None:
        body = (
            '<!doctype html><html lang="zh-CN"><head><meta name="viewport" content="width=device-width">'
            '<title>办事大厅</title></head><body><main><h1>办事大厅</h1><div id="here"></div></main>'
            f'<script src="{self.assistant}/widget.js" {self.attributes}></script></body></html>'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        policy = f"default-src 'none'; script-src {self.assistant}; frame-src {self.assistant}"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def framed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that other sites may show."""
    served = Assistant(tmp_path_factory.mktemp("framed"), "--frame-ancestors", "http://127.0.0.1:*")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def site(framed: Assistant, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the other site; the test's parameter is the script's attributes."""
    attributes = getattr(request, "param", "")
    handler = functools.partial(Site, assistant=framed.url, attributes=attributes)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


async def test_another_sites_page_opens_and_closes_the_assistant(
    site: str, framed: Assistant, chromium: Browser
) -> None:
    page = await (await chromium.new_context(locale="zh-CN")).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    await page.goto(site)
    assert await violations(page) == []
    launcher = page.get_by_role("button", name="健康码助手")
    box = await launcher.bounding_box()
    assert box is not None
    assert (box["width"] >= 60, box["height"] >= 60) == (True, True)
    await launcher.press("Enter")
    allowed = await page.locator("iframe").get_attribute("allow") or ""
    assert sorted(part.split() for part in allowed.split(";")) == [
        ["geolocation", framed.url],
        ["microphone", framed.url],
    ]
    inside = page.frame_locator("iframe")
    await inside.locator(".composer:not(.plain)").wait_for()
    features = "['geolocation', 'microphone', 'camera'].map((f) => document.featurePolicy.allowsFeature(f))"
    assert await page.frames[1].evaluate(features) == [True, True, False]
    await inside.locator("textarea").fill("你好")
    await inside.get_by_role("button", name="发送", exact=True).click()
    await expect(inside.locator(".theirs")).to_have_count(1)
    await inside.locator("textarea").press("Escape")
    await expect(page.locator("iframe")).to_be_hidden()
    assert await page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "BUTTON"
    await launcher.click()
    await expect(inside.locator(".theirs")).to_have_count(1)
    await inside.get_by_role("button", name="收起对话").click()
    await expect(launcher).to_be_visible()
    assert [text for text in refused if "favicon" not in text] == []


@pytest.mark.parametrize(
    "site",
    ['data-target="#here" data-lang="en" data-view="elder" data-theme="light" data-color="#7a1414"'],
    indirect=True,
)
async def test_the_widget_fills_a_place_in_the_sites_manner(site: str, chromium: Browser) -> None:
    page = await (await chromium.new_context(locale="zh-CN")).new_page()
    await page.goto(site)
    inside = page.frame_locator("#here iframe")
    await expect(inside.get_by_role("heading", level=2)).to_have_text("Hello, how can I help?")
    await expect(inside.locator("html")).to_have_attribute("data-type", "large")
    await expect(inside.locator(".send")).to_have_css("background-color", "rgb(122, 20, 20)")
    await expect(inside.get_by_role("button", name="Close the chat")).to_have_count(0)


@pytest.mark.parametrize("site", ['data-color="#ffe680"'], indirect=True)
async def test_a_colour_nobody_could_read_is_not_taken(site: str, chromium: Browser) -> None:
    page = await (await chromium.new_context(locale="zh-CN")).new_page()
    await page.goto(site)
    launcher = page.get_by_role("button", name="健康码助手")
    await expect(launcher).to_have_css("color", "rgb(0, 0, 0)")
    await launcher.click()
    await expect(page.frame_locator("iframe").locator(".send")).to_have_css(
        "background-color", "rgb(20, 80, 122)"
    )


async def test_a_site_that_is_not_named_gets_no_frame(assistant: Assistant) -> None:
    headers = requests.get(assistant.url, timeout=10).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    script = requests.get(f"{assistant.url}/widget.js", timeout=10)
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


VIEWS = [
    pytest.param("", {}, id="normal"),
    pytest.param("?view=elder", {}, id="elder"),
    pytest.param("?theme=dark", {}, id="dark"),
    pytest.param("?theme=dark&view=elder&lang=en", {}, id="dark elder english"),
    pytest.param("?lang=en", {}, id="english"),
    pytest.param("?view=elder", {"viewport": {"width": 180, "height": 370}}, id="elder at 200 %"),
    pytest.param("", {"viewport": {"width": 640, "height": 400}}, id="desktop at 200 %"),
    pytest.param("?embed=1", {}, id="widget"),
]


@pytest.mark.parametrize(("query", "options"), VIEWS)
async def test_axe_finds_nothing_in_any_view(
    assistant: Assistant, open_page: OpenPage, query: str, options: dict[str, Any]
) -> None:
    page = await open_page(f"{assistant.url}/{query}", **options)
    found = await violations(page)
    await page.locator("textarea").fill("武侯哪里做核酸")
    await page.locator(".send").click()
    await expect(page.locator(".theirs")).to_have_count(1)
    assert found + await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("query", ["", "?view=elder", "?lang=en&theme=dark"])
async def test_axe_finds_nothing_in_the_plain_form(
    assistant: Assistant, chromium: Browser, query: str
) -> None:
    """What the form shows, in a browser that runs axe but not the page's own script."""
    page = await (await chromium.new_context(viewport={"width": 360, "height": 740})).new_page()
    await page.route("**/page.js", lambda route: route.abort())
    await page.goto(f"{assistant.url}/{query}")
    found = await violations(page)
    await page.locator("textarea").fill("武侯哪里做核酸")
    await page.locator(".send").click()
    await expect(page.locator(".theirs")).to_have_count(1)
    assert found + await violations(page) == []


async def test_everything_on_the_page_is_reached_and_used_by_keyboard(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "你好")
    await page.reload()
    await expect(page.get_by_role("button", name="查健康码")).to_be_visible()
    reached: list[str] = []
    for _ in range(30):
        await page.keyboard.press("Tab")
        name = (
            "(e => e.getAttribute('aria-label') || e.innerText || e.id || e.tagName)(document.activeElement)"
        )
        reached.append(str(await page.evaluate(name)).strip())
        if reached[-1] == "发送":
            break
    wanted = [
        "长辈版",
        "English",
        "深色",
        "拨打12345热线",
        "对话",
        "清除这次对话",
        "查健康码",
        "位置",
        "图片",
        "say",
        "发送",
    ]
    assert [name for name in reached if name in wanted] == wanted
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("textarea")).to_be_focused()
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_words_without_script_are_complete() -> None:
    """Every code the form may be refused for has its sentence, in both languages."""
    path = Path(__file__).resolve().parents[2] / "bot" / "channels" / "web" / "words.json"
    words = json.loads(path.read_text(encoding="utf-8"))
    assert words["zh-CN"].keys() == words["en"].keys()
    for language in words.values():
        assert {"bad_picture", "too_large", "rate_limited", "bad_frame", "late"} <= language[
            "refusals"
        ].keys()
