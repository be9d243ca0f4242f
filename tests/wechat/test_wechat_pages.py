"""Which answers lead to which page of the mini-program: read strictly, what is wrong is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.pages import load_pages
from tests.wechat.house import PAGES, ROOT

INTENTS = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]
FILE = ROOT / "data" / "wechat" / "mini_program.yml"
PAGE: dict[str, Any] = {
    "title": {"zh": "我的健康码", "en": "My health code"},
    "path": "pages/code/index",
    "answers": ["query_code_status"],
    "notices": ["code"],
}


def load(folder: Path, pages: Any, picture: Any = "card.png") -> Any:
    (folder / "card.png").write_bytes(PAGES.picture.content)
    path = folder / "mini_program.yml"
    path.write_text(yaml.safe_dump({"entrances": {}, "picture": picture, "pages": pages}), "utf-8")
    return load_pages(path, INTENTS)


def test_the_projects_own_file_names_intents_and_kinds_that_exist() -> None:
    pages = load_pages(FILE, INTENTS)
    assert {"query_code_status", "submit_appeal", "notice.code", "notice.order"} <= set(pages.by_topic)


def test_the_last_topic_that_has_a_page_counts(tmp_path: Path) -> None:
    other = {**PAGE, "path": "pages/appeal/index", "answers": ["submit_appeal"], "notices": []}
    pages = load(tmp_path, {"code": PAGE, "appeal": other})
    assert pages.after(["submit_appeal", "query_code_status", "greet"]).name == "code"
    assert pages.after(["notice.code", "submit_appeal"]).path == "pages/appeal/index"
    assert pages.after(["greet"]) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"title": "我的健康码"}, "code.title: names and values"),
        ({"title": {"zh": "我的健康码"}}, "code.title: zh and en"),
        ({"title": {"zh": "<a>", "en": "a"}}, "code.title: zh and en"),
        ({"title": {"zh": "长" * 21, "en": "a"}}, "code.title: zh and en"),
        ({"path": "https://x.cn/code"}, "code.path: a page"),
        ({"path": "pages/code?openid=o1"}, "code.path: an address names nobody"),
        ({"path": "pages/code?token=abc"}, "code.path: an address names nobody"),
        ({"path": 'pages/code"onclick'}, "code.path: a page"),
        ({"path": ""}, "code: a path"),
        ({"answers": [], "notices": []}, "code: a path, and answers"),
        ({"answers": "query_code_status"}, "code.answers: a list"),
        ({"answers": ["query_weather"]}, "code: there is no query_weather"),
        ({"notices": ["weather"]}, "code: there is no weather"),
        ({"colour": "green"}, "code: unknown colour"),
    ],
)
def test_what_is_wrong_with_a_page_is_named(tmp_path: Path, changed: dict[str, Any], named: str) -> None:
    with pytest.raises(NotConfigured, match=named):
        load(tmp_path, {"code": {**PAGE, **changed}})


def test_a_topic_leads_to_one_page(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="b: query_code_status leads to a already"):
        load(tmp_path, {"a": PAGE, "b": PAGE})


@pytest.mark.parametrize("picture", [None, "none.png", "../card.png", "mini_program.yml"])
def test_the_picture_is_a_png_beside_the_file(tmp_path: Path, picture: Any) -> None:
    with pytest.raises(NotConfigured, match="picture: "):
        load(tmp_path, {"code": PAGE}, picture)


@pytest.mark.parametrize("pages", [[], "code", None])
def test_pages_have_names(tmp_path: Path, pages: Any) -> None:
    with pytest.raises(NotConfigured, match="pages: names and values"):
        load(tmp_path, pages)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="cannot be read"):
        load_pages(tmp_path / "mini_program.yml")
