"""The page's modules put together."""

from __future__ import annotations

import pytest

from bot.channels.web.bundle import CannotBundle, bundle
from bot.channels.web.page import FIRST, SCRIPT, WIDGET, Page


def test_what_is_needed_comes_first_and_once() -> None:
    made = bundle(
        {
            "start.js": 'import { b as named } from "./in/b.js";\nimport * as c from "./c.js";\nnamed(c);\n',
            "in/b.js": 'import pick from "../c.js";\nexport function b() {\n  return pick();\n}\n',
            "c.js": "var x=1;export{x as y};export default function(){}",
            "unused.js": "export const never = 1;\n",
        },
        "start.js",
    )
    assert [made.index(f'$["{name}"] =') for name in ("c.js", "in/b.js", "start.js")] == sorted(
        made.index(f'$["{name}"] =') for name in ("c.js", "in/b.js", "start.js")
    )
    assert 'const { b: named } = $["in/b.js"];' in made
    assert 'const c = $["c.js"];' in made
    assert 'const pick = $["c.js"].default;' in made
    assert "return { y: x, default: $default };" in made
    assert made.count('$["c.js"] =') == 1
    assert "never" not in made


def test_comments_and_indentation_do_not_travel() -> None:
    made = bundle({"a.js": 'export const b = 1; // kept\n  // left out\n    const c = "// kept";\n'}, "a.js")
    assert 'const b = 1; // kept\nconst c = "// kept";\n' in made


@pytest.mark.parametrize(
    "source",
    [
        'import { a } from "./gone.js";\n',
        'import "./start.js";\n',
        "export let a = 1;\n",
        'export * from "./start.js";\n',
        'import { a } from "./start.js";\n',
    ],
    ids=["missing", "bare", "live binding", "passed on", "itself"],
)
def test_what_cannot_be_put_together_ends_the_start(source: str) -> None:
    with pytest.raises(CannotBundle, match="js"):
        bundle({"start.js": source}, "start.js")


def test_the_page_needs_one_script_and_it_holds_everything() -> None:
    page = Page()
    made = page.assets[SCRIPT].body.decode()
    for name in page.assets:
        is_part = name.endswith((".js", ".mjs")) and name not in {SCRIPT, FIRST, WIDGET}
        assert not is_part or f'$["{name}"] = ' in made, name
