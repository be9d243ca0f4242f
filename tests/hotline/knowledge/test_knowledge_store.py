"""The store of versions: one change after the other, seeds that never overwrite, files in and out."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.knowledge import seeding
from hotline.knowledge.commands import bring_in
from hotline.knowledge.editing import EditedMeanwhile, Editing, OpenVersionExists
from hotline.store import open_store
from knowledge import PolicyStore, workflow
from knowledge.workflow import WorkflowError
from tests.hotline.knowledge.conftest import content, edit_file, entry_text

ROOT = Path(__file__).parents[3]
NOW = dt.datetime(2022, 9, 5, 1, tzinfo=dt.timezone.utc)


@pytest.fixture
def editing(tmp_path: Path) -> Editing:
    return Editing(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"))


def take(editing: Editing, data: Path) -> seeding.Taken:
    return seeding.take(editing, PolicyStore(data / "policies"), NOW)


def plain(editing: Editing) -> dict[str, str]:
    files = editing.library().entries.values()
    return {f.entry_id: v.content["answer"]["plain"] for f in files if (v := f.told(NOW)) is not None}


def publish(editing: Editing, entry_id: str, text: str) -> None:
    """Write, submit and publish by two people."""
    newest = editing.library().entries[entry_id].versions[-1].content
    changed = {**newest, "answer": {**newest["answer"], "plain": text}}
    version = editing.begin(entry_id, changed, "E1", NOW, submitted=True)
    editing.change(
        entry_id,
        version.number,
        lambda v, _l, order: workflow.publish(v, "R1", NOW, order),
        edit=0,
        step="published",
        person="R1",
        now=NOW,
    )


def test_files_are_taken_once(editing: Editing, data: Path) -> None:
    assert take(editing, data) == seeding.Taken(added=2)
    revision = editing.library().revision
    assert take(editing, data) == seeding.Taken()
    assert editing.library().revision == revision


def test_a_file_that_changes_and_changes_back_where_nobody_edited(editing: Editing, data: Path) -> None:
    take(editing, data)
    edit_file(data, "勺子在抽屉里。", "勺子在灶台上。")
    assert take(editing, data) == seeding.Taken(changed=1)
    edit_file(data, "勺子在灶台上。", "勺子在抽屉里。")
    assert take(editing, data) == seeding.Taken(changed=1)
    assert plain(editing)["spoons"] == "勺子在抽屉里。"


def test_an_entry_that_leaves_its_file_goes_and_comes_back_with_it(editing: Editing, data: Path) -> None:
    take(editing, data)
    whole = (data / "policies" / "kitchen.yml").read_text("utf-8")
    (data / "policies" / "kitchen.yml").write_text(f"owner: 编辑组\nentries:{entry_text()}", "utf-8")
    assert take(editing, data) == seeding.Taken(removed=1)
    assert take(editing, data) == seeding.Taken()
    assert set(plain(editing)) == {"spoons"}
    (data / "policies" / "kitchen.yml").write_text(whole, "utf-8")
    assert take(editing, data) == seeding.Taken(changed=1)
    assert set(plain(editing)) == {"spoons", "forks"}


def test_what_editors_did_survives_every_change_of_the_file(editing: Editing, data: Path) -> None:
    take(editing, data)
    publish(editing, "spoons", "编辑写的。")
    edit_file(data, "勺子在抽屉里。", "勺子在灶台上。")
    assert take(editing, data) == seeding.Taken(kept=1)
    assert take(editing, data) == seeding.Taken()
    file = editing.library().entries["spoons"]
    assert file.upstream is not None
    assert file.upstream["answer"]["plain"] == "勺子在灶台上。"
    assert plain(editing)["spoons"] == "编辑写的。"
    editing.ignore_file("spoons", "E1", NOW)
    assert take(editing, data) == seeding.Taken()
    (data / "policies" / "kitchen.yml").write_text(
        f"owner: 编辑组\nentries:{entry_text(id='forks', question='叉子是什么颜色', plain='叉子是银色的。')}",
        "utf-8",
    )
    assert take(editing, data) == seeding.Taken(kept=1)
    assert take(editing, data) == seeding.Taken()
    assert plain(editing)["spoons"] == "编辑写的。"


def test_a_file_waits_for_an_open_draft_and_is_taken_when_it_is_dropped(editing: Editing, data: Path) -> None:
    take(editing, data)
    draft = editing.begin("spoons", content(id="spoons"), "E1", NOW)
    edit_file(data, "勺子在抽屉里。", "勺子在灶台上。")
    assert take(editing, data) == seeding.Taken(kept=1)
    editing.change(
        "spoons",
        draft.number,
        lambda v, _l, _o: workflow.drop(v, "E1"),
        edit=0,
        step="dropped",
        person="E1",
        now=NOW,
    )
    assert take(editing, data) == seeding.Taken(changed=1)
    assert plain(editing)["spoons"] == "勺子在灶台上。"


def test_a_file_with_a_fault_takes_nothing_away(editing: Editing, data: Path) -> None:
    take(editing, data)
    edit_file(data, "id: forks", "id: Not So")
    assert take(editing, data) == seeding.Taken()
    assert set(plain(editing)) == {"spoons", "forks"}


def test_twenty_people_begin_a_version_at_once_and_one_has_it(editing: Editing, data: Path) -> None:
    take(editing, data)
    start = threading.Barrier(20)
    begun: list[str] = []

    def begin(who: str) -> None:
        start.wait()
        try:
            editing.begin("spoons", content(id="spoons"), who, NOW)
        except OpenVersionExists:
            return
        begun.append(who)

    threads = [threading.Thread(target=begin, args=(f"E{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 1
    assert len(editing.library().entries["spoons"].versions) == 2


def test_a_decision_on_something_else_than_was_seen_is_refused(editing: Editing, data: Path) -> None:
    take(editing, data)
    editing.begin("spoons", content(id="spoons"), "E1", NOW, submitted=True)
    with pytest.raises(EditedMeanwhile):
        editing.change(
            "spoons",
            2,
            lambda v, _l, order: workflow.publish(v, "R1", NOW, order),
            edit=7,
            step="published",
            person="R1",
            now=NOW,
        )
    assert plain(editing)["spoons"] == "勺子在抽屉里。"


moves = st.lists(
    st.tuples(
        st.sampled_from(["begin", "save", "submit", "publish", "send_back", "drop", "withdraw", "file"]),
        st.sampled_from(["anna", "ben", "carl"]),
    ),
    max_size=20,
)


@given(moves)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_through_the_store_tells_what_one_person_wrote_alone(
    tmp_path_factory: pytest.TempPathFactory, taken: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    editing = Editing(open_store(f"sqlite:///{folder}/desk.sqlite3"))
    editing.create("chopsticks", "kitchen", content(), "anna", NOW)
    for number, (what, who) in enumerate(taken):
        try:
            _try(editing, what, who, f"第{number}稿。")
        except (WorkflowError, OpenVersionExists):
            continue
    for version in editing.library().entries["chopsticks"].versions:
        if version.state == "published":
            assert version.emergency or version.reviewer not in version.authors
            assert not version.emergency or version.kind == "retire"
    told = editing.library().entries["chopsticks"].told(NOW)
    if told is not None:
        writers = {s.person for s in editing.history("chopsticks") if s.number == told.number} - {
            told.reviewer
        }
        assert writers >= set(told.authors)


def _try(editing: Editing, what: str, who: str, text: str) -> None:
    file = editing.library().entries["chopsticks"]
    if what == "withdraw":
        editing.withdraw("chopsticks", who, "有错。", NOW)
    elif what == "begin":
        editing.begin("chopsticks", content(owner=who), who, NOW)
    elif file.open is not None:
        version = file.open
        changed = {**version.content, "owner": text}
        editing.change(
            "chopsticks",
            version.number,
            lambda v, _l, order: {
                "save": lambda: workflow.save(v, who, changed),
                "submit": lambda: workflow.submit(v, who),
                "publish": lambda: workflow.publish(v, who, NOW, order),
                "send_back": lambda: workflow.send_back(v, who, "再看看。"),
                "drop": lambda: workflow.drop(v, who),
                "file": lambda: v,
            }[what](),
            edit=version.edit,
            step=what,
            person=who,
            now=NOW,
        )


def test_an_import_makes_drafts_of_what_differs_and_publishes_nothing(editing: Editing, data: Path) -> None:
    take(editing, data)
    edit_file(data, "勺子在抽屉里。", "勺子在灶台上。")
    bowls = entry_text(id="bowls", question="碗在哪里", plain="碗在桌上。")
    edit_file(data, "entries:", f"entries:{bowls}")
    store = PolicyStore(data / "policies", strict=True)
    assert bring_in(editing, store, "E001", NOW) == (["bowls", "spoons"], [])
    assert bring_in(editing, store, "E001", NOW) == ([], ["bowls", "spoons"])
    assert plain(editing) == {"spoons": "勺子在抽屉里。", "forks": "叉子是银色的。"}
    assert editing.library().entries["bowls"].open is not None


def test_the_commands_write_files_and_read_drafts(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JKT_")},
        "JKT_VAR_DIR": str(tmp_path / "var"),
        "JKT_DATA_DIR": str(data),
        "JKT_BACKEND_URL": "http://127.0.0.1:9",
    }

    def knowledge(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hotline", "knowledge", *words]
        return subprocess.run(
            command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
        )

    assert knowledge("export", str(out)).returncode == 0
    assert {path.name for path in out.iterdir()} == {"sources.yml", "kitchen.yml"}
    text = (out / "kitchen.yml").read_text("utf-8")
    (out / "kitchen.yml").write_text(text.replace("抽屉", "灶台"), "utf-8")
    done = knowledge("import", str(out), "--as", "e001")
    assert (done.returncode, "1 条有差别" in done.stdout) == (0, True), done.stderr
    assert "没有编写知识条目的权限" in knowledge("import", str(out), "--as", "A001").stderr
    assert knowledge("import", str(tmp_path / "nothing"), "--as", "E001").returncode == 1
