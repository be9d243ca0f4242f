"""What the pages say is so: links lead somewhere, commands exist, files and settings are named rightly."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from tests.docs.pages import ROOT, Command, all_commands, documents, folders, tracked

PAGES = documents()
COMMANDS = all_commands()
PLACEHOLDER = re.compile(r"[A-Z]{3,}|…|\{")
LARGEST_PICTURE = 300 * 1024

# Written so that these patterns do not find themselves.
NOT_FOR_OTHERS = re.compile(
    r"(?<![\w.-])/wor[k](?![\w-])|/ho[m]e/\w|(?<![\w.])/roo[t]/|/User[s]/\w|[A-Z]:\\\\User[s]"
    r"|pypi\.or[g]|pythonhosted\.or[g]|--(?:extra-)?inde[x]-url|/simpl[e]/|registry\.npm[j]s|npmmirro[r]"
)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_link_leads_to_a_file_of_the_project(name: str) -> None:
    for link in PAGES[name].links:
        if link.startswith(("https://", "tel:")):
            continue
        target, _, anchor = link.partition("#")
        assert not target.startswith(("http:", "/")), f"{link}: neither https nor relative"
        path = os.path.normpath(PurePosixPath(name).parent / target) if target else name
        assert path in tracked() or path in folders(), f"{link} leads nowhere"
        if anchor:
            assert anchor in PAGES[path].anchors, f"{link}: no such heading in {path}"


def test_no_file_names_this_machine_or_a_package_registry() -> None:
    found = []
    for name in sorted(tracked()):
        try:
            text = (ROOT / name).read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        lines = enumerate(text.splitlines(), 1)
        found += [f"{name}:{number}" for number, line in lines if NOT_FOR_OTHERS.search(line)]
    assert found == []


@pytest.mark.parametrize(
    "words",
    [
        "/".join(("", "work", "main")),
        "cd /" + "work",
        "/".join(("", "root", ".venv")),
        "https://pypi" + ".org/x",
    ],
)
def test_such_a_name_would_be_found(words: str) -> None:
    assert NOT_FOR_OTHERS.search(words)


@pytest.mark.parametrize("words", ["/webhooks/rest", "/work-orders", "~/workshop", "docs/work/x"])
def test_an_innocent_path_is_let_through(words: str) -> None:
    assert not NOT_FOR_OTHERS.search(words)


def paths_named() -> Iterator[tuple[str, str]]:
    """Inline code that reads like a file or folder of the project."""
    tops = {name.split("/")[0] for name in tracked() if "/" in name}
    for page in PAGES.values():
        for words in page.names:
            if re.fullmatch(r"[\w.<>*{}-]+(?:/[\w.<>*{}…-]*)+", words) and words.split("/")[0] in tops:
                yield page.name, words


def test_every_file_that_is_named_exists() -> None:
    missing = []
    for page, words in paths_named():
        pattern = re.sub(r"<[^>]*>|\{[^}]*\}|…", "*", words).rstrip("/")
        module = pattern.rpartition(".")[0] + ".py"  # bot/bursts.next_batch: a name in a module
        if not any(ROOT.glob(pattern)) and not (ROOT / module).is_file():
            missing.append(f"{page}: {words}")
    assert missing == []


def ids(command: Command) -> str:
    return f"{command.page}: {command.line}"


def targets() -> list[str]:
    """What pages tell to make."""
    made = {
        words for command in COMMANDS if command.line.startswith("make") for words in command.line.split()[1:]
    }
    return sorted(made)


@pytest.mark.parametrize("target", targets())
def test_make_knows_every_target(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def modules() -> dict[tuple[str, str, str], set[str]]:
    """Our modules that pages tell to run: (module, subcommand, the word after it) → options that are used with it."""
    used: dict[tuple[str, str, str], set[str]] = {}
    for command in COMMANDS:
        words = shlex.split(command.line)
        if "-m" not in words[:2] or words[2] == "pytest":
            continue
        module, rest = words[2], words[3:]
        verb, second = [*(word if re.fullmatch(r"[a-z]+", word) else "" for word in rest[:2]), "", ""][:2]
        used.setdefault((module, verb, second), set()).update(word for word in rest if word.startswith("--"))
    return used


def entry_point(module: str) -> Path:
    """The file ``python -m module`` runs."""
    spec = importlib.util.find_spec(module)
    assert spec is not None, f"there is no module {module}"
    if spec.submodule_search_locations is None:
        return Path(str(spec.origin))
    main = Path(next(iter(spec.submodule_search_locations))) / "__main__.py"
    assert main.is_file(), f"{module} cannot be run"
    return main


@cache
def _help(module: str, *commands: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", module, *commands, "--help"],
            cwd=ROOT,
            env={**os.environ, "JKT_VAR_DIR": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("module", "verb", "second"), sorted(modules()))
def test_every_module_has_the_command_and_its_options(module: str, verb: str, second: str) -> None:
    if "argparse" not in entry_point(module).read_text("utf-8"):
        return  # it takes no arguments; that it can be run is all there is to know
    told = _help(module, *([verb] if verb else []))
    if second and re.search(
        rf"(?m)[{{,]{second}[,}}]|^    {second}\b", told
    ):  # a command of a command, and not an argument
        told = _help(module, verb, second)
    missing = {option for option in modules()[module, verb, second] if option not in told}
    assert missing == set()


@pytest.mark.parametrize("command", [c for c in COMMANDS if "pytest" in c.line], ids=ids)
def test_paths_given_to_pytest_exist(command: Command) -> None:
    paths = [word for word in shlex.split(command.line) if word.startswith("tests/")]
    assert [path for path in paths if not (ROOT / path.split("::")[0]).exists()] == []


def harmless() -> list[Command]:
    """Commands that only read, written out so that they can be typed as they stand."""
    reading = re.compile(r"^python -m knowledge (?:lint|search)\b|^make help$")
    return [c for c in COMMANDS if reading.search(c.line) and not PLACEHOLDER.search(c.line)]


@pytest.mark.parametrize("command", harmless(), ids=ids)
def test_a_command_that_only_reads_runs_as_written(command: Command) -> None:
    words = shlex.split(command.line)
    words[0] = sys.executable if words[0] == "python" else words[0]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = PAGES["README.md"], PAGES["README.zh.md"]
    assert [level for level, _ in english.headings] == [level for level, _ in chinese.headings]
    assert [link for link in english.links if "README" not in link] == [
        link for link in chinese.links if "README" not in link
    ]
    assert [row.split("|")[1] for row in english.text.splitlines() if re.match(r"\| [A-Z]\d", row)] == [
        row.split("|")[1] for row in chinese.text.splitlines() if re.match(r"\| [A-Z]\d", row)
    ]
    commands = [
        [line.split("#")[0].strip() for line in page.blocks[0].splitlines()] for page in (english, chinese)
    ]
    assert commands[0] == commands[1]
    assert english.blocks[1:] == chinese.blocks[1:]


def test_the_index_names_every_page() -> None:
    listed = {
        os.path.normpath(PurePosixPath("docs") / link.split("#")[0]) for link in PAGES["docs/README.md"].links
    }
    pages = {name for name in PAGES if name.startswith("docs/") and name != "docs/README.md"}
    assert pages - listed == set()


def test_the_personas_of_the_readme_exist_as_told() -> None:
    people = (ROOT / "backend" / "demo" / "personas.yml").read_text("utf-8")
    for page in ("README.md", "README.zh.md"):
        for told in re.findall(r"`(林知远|\d{17}[\dX]|1\d{10})`", PAGES[page].text):
            assert told in people


@pytest.mark.parametrize("name", sorted(n for n in tracked() if n.startswith("docs/images/")))
def test_a_picture_is_small_and_used(name: str) -> None:
    assert (ROOT / name).stat().st_size < LARGEST_PICTURE
    used = {os.path.normpath(PurePosixPath(p.name).parent / link) for p in PAGES.values() for link in p.links}
    assert name in used
