"""What the page ships is understood by the oldest web views we promise: Android WebView 61, iOS 11 (both of 2017)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from bot.channels.web.page import SCRIPT, STATIC, Page

READER: Final = Path(__file__).parent / "oldest.js"
#: Came after Chromium 61 or Safari 11. ``createImageBitmap`` is asked for before it is used.
NEWER_CALLS: Final = frozenset(
    re.findall(
        r"\w+",
        """flat flatMap matchAll fromEntries replaceAll at allSettled any finally trimStart trimEnd decode
    replaceChildren toSorted findLast hasOwn checkVisibility randomUUID showModal showPopover""",
    )
)
NEWER_GLOBALS: Final = frozenset(
    re.findall(
        r"\w+",
        """globalThis ResizeObserver IntersectionObserver AbortController queueMicrotask structuredClone BigInt WeakRef
    CompressionStream BroadcastChannel OffscreenCanvas requestIdleCallback visualViewport""",
    )
)
#: Not known in 2017; a line with one of these must come after a line that says the same without it.
NEWER_VALUES: Final = re.compile(r"\b(?:max|min|clamp|env)\(|\d(?:dvh|svh|lvh)\b|\banywhere\b")
NEWER_PROPERTIES: Final = re.compile(
    r"(?<![-\w])(?:gap|row-gap|column-gap|inset|aspect-ratio|(?:padding|margin)-(?:inline|block)[\w-]*|place-items)\s*:"
)


def scripts() -> list[Path]:
    return sorted(path for path in STATIC.rglob("*") if path.suffix in {".js", ".mjs"})


def read_as_of_2017(files: list[Path]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: the scripts cannot be parsed as an old web view would")
    command = [node, "--expose-internals", str(READER), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if "Cannot find module" in done.stderr:
        pytest.skip("this node carries no parser inside")
    assert done.returncode == 0, done.stderr
    report: list[dict[str, Any]] = json.loads(done.stdout)
    return report


def test_every_script_is_the_javascript_of_2017(tmp_path: Path) -> None:
    together = tmp_path / SCRIPT
    together.write_bytes(Page().assets[SCRIPT].body)
    report = read_as_of_2017([*scripts(), together])
    assert len(report) > 20
    assert {Path(entry["file"]).name: entry["error"] for entry in report if "error" in entry} == {}


def test_no_script_needs_a_newer_browser_api() -> None:
    for entry in read_as_of_2017(scripts()):
        assert not NEWER_CALLS & set(entry["calls"]), entry["file"]
        assert not NEWER_GLOBALS & set(entry["globals"]) - _replaced(entry["file"]), entry["file"]


def _replaced(file: str) -> set[str]:
    """What a vendored file names but never calls, because the page gives it something older."""
    starts_page = (STATIC / "app.js").read_text(encoding="utf-8")
    is_given = file.endswith("preact.mjs") and "options.debounceRendering =" in starts_page
    return {"queueMicrotask"} if is_given else set()


@pytest.mark.parametrize(
    "newer",
    [
        "a?.b",
        "a ?? b",
        "try { a() } catch { b() }",
        "({ ...a })",
        "1_000",
        "import('./a.js')",
        "class A { #b }",
    ],
)
def test_newer_syntax_would_be_found(newer: str, tmp_path: Path) -> None:
    script = tmp_path / "newer.js"
    script.write_text(newer, encoding="utf-8")
    assert "error" in read_as_of_2017([script])[0]


def test_newer_names_would_be_found(tmp_path: Path) -> None:
    script = tmp_path / "newer.js"
    script.write_text("[1].flatMap(String); new ResizeObserver(f)", encoding="utf-8")
    (entry,) = read_as_of_2017([script])
    assert "flatMap" in entry["calls"]
    assert "ResizeObserver" in entry["globals"]


def declarations(style: str) -> list[str]:
    """Every declaration of a style sheet, in order, without comments."""
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return [part.strip() for part in re.split(r"[;{}]", bare) if ":" in part]


def without_fallback(style: str) -> list[str]:
    """Declarations that an old web view drops and that nothing before them stands in for."""
    missing = []
    before: list[str] = []
    for declaration in declarations(style):
        name = declaration.split(":")[0].strip()
        is_newer = NEWER_VALUES.search(declaration) and not _stands_in(name, before)
        if is_newer or NEWER_PROPERTIES.match(declaration):
            missing.append(declaration)
        before.append(declaration)
    return missing


def _stands_in(name: str, before: list[str]) -> bool:
    names = {name, name.rsplit("-", 1)[0], {"overflow-wrap": "word-break"}.get(name, name)}
    return any(said.split(":")[0].strip() in names and not NEWER_VALUES.search(said) for said in before[-2:])


@pytest.mark.parametrize("name", ["style.css", "dark.css"])
def test_every_newer_style_has_an_older_one_before_it(name: str) -> None:
    assert without_fallback((STATIC / name).read_text(encoding="utf-8")) == []


def test_a_newer_style_alone_would_be_found() -> None:
    style = "a { height: 100vh; height: 100dvh } b { gap: 1rem } c { width: max(1px, 2px) }"
    assert without_fallback(style) == ["gap: 1rem", "width: max(1px, 2px)"]
