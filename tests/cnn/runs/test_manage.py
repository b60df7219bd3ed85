"""Renaming, deleting and annotating runs: what is refused, and that no half of a run is seen."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnn.model import build_fc, save_model
from cnn.recipe import Recipe
from cnn.runs import active_model
from cnn.runs.manage import LONGEST_NOTE, delete, edit, note, rename, write_note
from cnn.runs.process import JobFile
from cnn.runs.run import SHIPPED, Run, RunError, Task, all_runs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    return tmp_path / "runs"


def make(folder, name):
    return Run.create(folder / name, Task(Recipe(epochs=1), "digits"))


def names():
    return sorted(run.name for run in all_runs())


def test_a_renamed_run_keeps_all_it_holds(folder):
    run = make(folder, "a")
    run.append(event="epoch", epoch=1, step=20, loss=1.0, test_accuracy=0.9)
    created = run.created
    rename("a", "b c")
    renamed = Run.open(folder / "b c")
    assert names() == ["b c"]
    assert [record.epoch for record in renamed.metrics().epochs] == [1]
    assert renamed.created == created


def test_name_and_note_are_changed_both_or_neither(folder):
    run = make(folder, "a")
    make(folder, "b")
    edit("a", "a", "mine")
    with pytest.raises(RunError, match="is taken"):
        edit("a", "b", "other")
    assert note(run) == "mine"
    edit("a", "c", "other")
    assert note(Run.open(folder / "c")) == "other"


def test_a_renamed_run_stays_in_use(folder):
    run = make(folder, "a")
    save_model(build_fc(seed=0), run.model_file)
    active_model.set_default("a")
    rename("a", "b")
    assert active_model.default() == "b"
    assert active_model.load_active().problem == ""


@pytest.mark.parametrize("new", ["../away", ".hidden", "shipped", "", "x/y", "b"])
def test_a_name_that_cannot_be_used_changes_nothing(folder, new):
    make(folder, "a")
    make(folder, "b")
    with pytest.raises(RunError, match=r"cannot be used|is taken"):
        rename("a", new)
    assert names() == ["a", "b"]


@pytest.mark.parametrize("name", ["..", "../runs/a", ".queue.lock", "none", "", "."])
def test_a_name_leads_nowhere_but_to_a_run(folder, name):
    make(folder, "a")
    for change in (delete, lambda name: rename(name, "b"), lambda name: write_note(name, "x")):
        with pytest.raises(RunError, match="There is no run"):
            change(name)
    assert names() == ["a"]


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (JobFile.of_process(psutil.Process()), "is being trained"),
        (JobFile(ticket=1), "waits to be trained"),
    ],
)
def test_a_run_at_work_is_neither_renamed_nor_deleted(folder, file, why):
    file.write(make(folder, "a").folder)
    for change in (delete, lambda name: rename(name, "b")):
        with pytest.raises(RunError, match=f"“a” {why}: stop it first"):
            change("a")
    assert names() == ["a"]


def test_a_run_that_another_process_writes_is_not_deleted(folder):
    run = make(folder, "a")
    with FileLock(run.folder / ".lock"), pytest.raises(RunError, match="Another process"):
        delete("a")
    assert names() == ["a"]


def test_the_run_in_use_is_not_deleted(folder):
    run = make(folder, "a")
    save_model(build_fc(seed=0), run.model_file)
    active_model.set_default("a")
    with pytest.raises(RunError, match="model in use: go back to the shipped one first"):
        delete("a")
    active_model.set_default(SHIPPED)
    delete("a")
    assert names() == []
    assert active_model.trained() == [SHIPPED]


def test_a_delete_that_is_killed_leaves_no_half_run_and_the_next_one_clears_up(folder, monkeypatch):
    make(folder, "a")
    make(folder, "b")
    remove = shutil.rmtree

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        delete("a")
    assert names() == ["b"]
    monkeypatch.setattr(shutil, "rmtree", remove)
    delete("b")
    assert [path.name for path in folder.iterdir()] == [".queue.lock"]


def test_of_many_who_rename_or_delete_a_run_at_once_one_does_and_the_others_are_told(folder):
    make(folder, "a").append(event="epoch", epoch=1, step=20)

    def change(i):
        try:
            rename("a", f"b{i}") if i % 2 else delete("a")
        except RunError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(change, range(8)))
    assert said.count("") == 1
    assert all("There is no run “a”" in sentence for sentence in said if sentence)
    assert len(names()) == said.index("") % 2


def test_a_note_can_be_changed_and_taken_away(folder):
    run = make(folder, "a")
    assert note(run) == ""
    write_note("a", "  wide filters,\n slow\tstart ")
    assert note(run) == "wide filters, slow start"
    write_note("a", " ")
    assert note(run) == ""
    assert not (run.folder / "note.txt").exists()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), max_size=300))
def test_any_text_can_be_noted_and_is_one_line(folder, text):
    run = Run.open(folder / "a") if (folder / "a").exists() else make(folder, "a")
    write_note("a", text)
    kept = note(run)
    assert len(kept) <= LONGEST_NOTE
    assert len(kept.splitlines()) <= 1
    write_note("a", kept)
    assert note(run) == kept
