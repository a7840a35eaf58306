"""Stores: what they keep, and what happens when they cannot."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from imp_runtime import file_store
from imp_runtime.file_store import FileStore
from imp_runtime.store import MemoryStore, Saved, Store, StoreError, new_agent_id

SAVED = Saved(1, b'{"a":1}')


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "agent.store")


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_agents_are_apart(kind: str, path: str) -> None:
    store: Store = MemoryStore() if kind == "memory" else FileStore(path)
    assert store.load("a") is None
    store.save("a", SAVED)
    store.save("b", Saved(2, b"\0\xff"))
    assert store.load("a") == SAVED
    assert store.load("b") == Saved(2, b"\0\xff")
    assert store.load("c") is None
    store.save("a", Saved(1, b"{}"))
    assert store.load("a") == Saved(1, b"{}")


def test_a_file_lasts(path: str) -> None:
    FileStore(path).save("a", SAVED)
    assert FileStore(path).load("a") == SAVED


def test_the_agent_id_stays(path: str) -> None:
    first = FileStore(path)
    made = first.agent_id()
    assert first.agent_id() == made
    assert FileStore(path).agent_id() == made
    assert len(made) == 12


def test_agent_ids_differ_and_suit_urls() -> None:
    ids = {new_agent_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(made) == 12 and made.replace("-", "").replace("_", "").isalnum() for made in ids)


def test_many_at_once_agree_on_the_agent_id(path: str) -> None:
    found: list[str] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait(10)
        found.append(FileStore(path).agent_id())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_nothing_is_made_by_reading(path: str) -> None:
    assert FileStore(path).load("a") is None
    assert not Path(path).exists()


def test_nobody_else_may_read_the_file(path: str) -> None:
    FileStore(path).save("a", SAVED)
    assert Path(path).stat().st_mode & 0o077 == 0


def test_an_empty_file_is_a_new_store(path: str) -> None:
    Path(path).touch()
    store = FileStore(path)
    assert store.load("a") is None
    store.save("a", SAVED)
    assert store.load("a") == SAVED


def check_unusable(path: str, reason: str) -> None:
    store = FileStore(path)
    before = Path(path).read_bytes()
    for action in (lambda: store.load("a"), lambda: store.save("a", SAVED), store.agent_id):
        with pytest.raises(StoreError) as caught:
            action()
        assert str(caught.value).endswith(f" the store {path}: {reason}")
    assert Path(path).read_bytes() == before


def test_a_file_that_is_no_database(path: str) -> None:
    Path(path).write_text("notes on something else, which must survive\n" * 50)
    check_unusable(path, "the file is no database")


def test_a_database_of_somebody_else(path: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE saved (agent TEXT)")
    check_unusable(path, "it is a database, but not one that impsim made")


def test_a_damaged_file(path: str) -> None:
    FileStore(path).save("a", SAVED)
    data = Path(path).read_bytes()
    Path(path).write_bytes(data[:4096] + b"\x99" * (len(data) - 4096))
    check_unusable(path, "the file is damaged")


@pytest.mark.parametrize("values", ["'a', 'x', 'text'", "'a', 1, 'text'"])
def test_rows_that_impsim_did_not_write(path: str, values: str) -> None:
    store = FileStore(path)
    store.save("b", SAVED)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"INSERT INTO saved VALUES ({values})")
    with pytest.raises(StoreError, match="impsim did not write what is in it"):
        store.load("a")
    assert store.load("b") == SAVED


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "missing" / "store"))
    assert store.load("a") is None
    with pytest.raises(StoreError, match=r"cannot write the store .*: No such file or directory"):
        store.save("a", SAVED)


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the file cannot be opened"):
        FileStore(str(tmp_path)).save("a", SAVED)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everything")
def test_a_file_that_may_not_be_written(path: str) -> None:
    store = FileStore(path)
    store.save("a", SAVED)
    Path(path).chmod(0o400)
    with pytest.raises(StoreError, match="the file may not be written"):
        store.save("a", Saved(1, b"{}"))
    assert store.load("a") == SAVED


def test_a_locked_file(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_store, "_PATIENCE", 0.05)
    store = FileStore(path)
    store.save("a", SAVED)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match=r"cannot write the store .*: another process keeps it locked"):
            store.save("a", Saved(1, b"{}"))
        with pytest.raises(StoreError, match=r"cannot read the store .*: another process keeps it locked"):
            store.load("a")
        other.execute("ROLLBACK")
    assert store.load("a") == SAVED


def test_a_short_lock_is_waited_for(path: str) -> None:
    store = FileStore(path)
    store.save("a", SAVED)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        release.start()
        store.save("a", Saved(1, b"{}"))
        release.join()
    assert store.load("a") == Saved(1, b"{}")


def test_a_store_that_was_locked_at_the_start_is_not_passed_over(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_store, "_PATIENCE", 0.05)
    first = FileStore(path)
    own = first.agent_id()
    first.save(own, SAVED)
    late = FileStore(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError):
            late.agent_id()
        provisional = late.provisional_id()
        with pytest.raises(StoreError):
            late.load(provisional)
        other.execute("ROLLBACK")
    assert late.load(provisional) == SAVED
    late.save(provisional, Saved(1, b"{}"))
    assert first.load(own) == Saved(1, b"{}")
