"""Wordings: chosen by voice, the same for the same message, never too long; the files are sound."""

from __future__ import annotations

import importlib
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.base import FORMS
from actions.field_form import FieldForm
from wording.words import MAX_BYTES, UnknownPhraseError, Voice, Words, clip

ROOT = Path(__file__).resolve().parents[2]
WORDS = Words.load(ROOT / "data" / "responses")
SOURCES = {p: p.read_text("utf-8") for folder in ("actions", "wording") for p in (ROOT / folder).glob("*.py")}
#: Keys that the code completes from more than one part, and those of the bot's gate and channels.
COMPLETED = (
    "gate.",
    "desk.",
    "wechat.",
    "identity.label.",
    "identity_form.",
    "consent.label.",
    "joining.label.",
    "copy.",
    "access.purpose.",
    "access.kind.",
    "erasure.section.",
    "site.title.",
    "button.topic.",
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def all_texts() -> list[tuple[str, str, str]]:
    return [(k, v, t) for k in sorted(WORDS.keys) for v, ts in WORDS.wordings(k).items() for t in ts]


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "responses").glob("*.yml")), ids=lambda p: p.stem)
def test_no_key_stands_twice_in_a_file(path: Path) -> None:
    """YAML takes the last of two; the first would silently go."""
    keys = re.findall(r"^([A-Za-z_][\w.-]*):", path.read_text("utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys)), sorted({key for key in keys if keys.count(key) > 1})


def test_english_and_elder_wordings_are_used_where_they_exist() -> None:
    words = Words({"a": {"zh": ("中",), "en": ("E",), "elder": ("老",)}, "b": {"zh": ("只有中文",)}})
    assert words.say("a", Voice("en")) == "E"
    assert words.say("a", Voice("zh", elder=True)) == "老"
    assert words.say("b", Voice("en")) == "只有中文"
    with pytest.raises(UnknownPhraseError):
        words.say("c", Voice())


def test_the_same_message_always_reads_the_same() -> None:
    words = Words({"a": {"zh": tuple("一二三四五")}})
    picks = {words.say("a", Voice(), seed=f"m{i}") for i in range(50)}
    assert picks == set("一二三四五")
    assert len({words.say("a", Voice(), seed="m7") for _ in range(5)}) == 1


@given(st.text(max_size=3000))
def test_clipping_never_exceeds_the_limit_nor_breaks_a_character(text: str) -> None:
    clipped = clip(text)
    assert len(clipped.encode("utf-8", "surrogatepass")) <= MAX_BYTES
    assert clipped == text or clipped.endswith("…")


@pytest.mark.parametrize("key", sorted(WORDS.keys))
def test_every_voice_of_a_phrase_asks_for_no_more_than_the_chinese_one(key: str) -> None:
    wordings = WORDS.wordings(key)
    known = set().union(*(fields(text) for text in wordings["zh"]))
    for voice, texts in wordings.items():
        assert voice in ("zh", "en", "elder")
        for text in texts:
            assert fields(text) <= known, f"{voice} wants {fields(text) - known}"
            assert len(text.encode()) < MAX_BYTES


@pytest.mark.parametrize(("key", "voice", "text"), all_texts())
def test_the_voice_rules_hold(key: str, voice: str, text: str) -> None:
    assert "！！" not in text
    assert "亲" not in re.sub("母亲|父亲", "", text)
    if voice != "en":
        assert not re.search(r"(?<!下)你(?!好)", text), "people are addressed with 您"
    if voice == "elder":
        sentences = re.split("[。！？\n]", text)
        assert max(len(s) for s in sentences) <= 40


def test_colours_are_words() -> None:
    for colour, word in (("green", "绿码"), ("yellow", "黄码"), ("red", "红码")):
        for text in WORDS.wordings(f"code.status.{colour}")["zh"]:
            assert word in text


def field_forms() -> dict[str, type[FieldForm]]:
    for module in (ROOT / "actions").glob("*.py"):
        importlib.import_module(f"actions.{module.stem}")
    return {name: form for name, form in FORMS.items() if issubclass(form, FieldForm)}


def words_of_forms() -> set[str]:
    """Every key a form made of fields may have, whether it has it or not."""
    keys: set[str] = set()
    for form in field_forms().values():
        prefix = form.prefix
        keys |= {f"{prefix}.{part}" for part in ("title", "stopped", "conflict")}
        for name in form.fields:
            keys |= {f"{prefix}.{part}.{name}" for part in ("ask", "label", "unclear", "refused")}
        keys |= {option.key for field in form.schema for option in field.options}
    return keys


@pytest.mark.parametrize("name", sorted(field_forms()))
def test_a_form_has_a_title_and_words_for_each_field(name: str) -> None:
    form = field_forms()[name]
    needed = {f"{form.prefix}.title"} | {f"{form.prefix}.label.{field.name}" for field in form.schema}
    needed |= {option.key for field in form.schema for option in field.options}
    assert not needed - WORDS.keys


def test_every_literal_key_exists_and_every_key_is_named_in_the_code() -> None:
    code = "\n".join(SOURCES.values())
    literal = set(re.findall(r"""(?:say|word)\(\s*["']([a-z_.0-9]+)["']""", code))
    literal |= {f"button.{name}" for name in re.findall(r"""button\(\s*["']([a-z_.]+)["']""", code)}
    assert not literal - WORDS.keys
    named = {key for key in WORDS.keys if f'"{key}"' in code} | literal
    stems = {f"{stem}." for stem in re.findall(r"""f["']([a-z_.]+?)\.\{""", code)} | set(COMPLETED)
    unused = {k for k in WORDS.keys - named - words_of_forms() if not k.startswith(tuple(stems))}
    assert not unused
