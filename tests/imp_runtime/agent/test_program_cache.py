"""The cache of parsed programs, whatever happens to its folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import pytest

from imp_runtime import program_cache
from imp_runtime.program_cache import ProgramCache, user_cache
from squirrel import CompileError, syntax
from squirrel.syntax.ast import Script
from squirrel.syntax.stored import dumps
from tests.squirrel.syntax.test_stored import same

SOURCE = b'local a = "text \xc3\xa4";\nfunction f(x) { return [x, a, 1.5] }\n'
ROOT = Path(__file__).parents[3]


@contextmanager
def parses(monkeypatch: pytest.MonkeyPatch, times: int) -> Iterator[None]:
    """The parser is asked so many times in this block."""
    calls: list[str] = []
    real = syntax.parse

    def counting(source: str, name: str) -> Script:
        calls.append(source)
        return real(source, name)

    with monkeypatch.context() as patch:
        patch.setattr(syntax, "parse", counting)
        yield
    assert len(calls) == times


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "programs"


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def assert_parses(cache: ProgramCache, source: bytes = SOURCE) -> None:
    assert same(cache.parse(source, "agent"), syntax.parse(source.decode("latin-1"), "agent"))


def test_the_second_time_nothing_is_parsed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with parses(monkeypatch, 1):
        first = ProgramCache(str(folder)).parse(SOURCE, "agent")
        second = ProgramCache(str(folder)).parse(SOURCE, "agent")
    assert same(first, second)
    assert_parses(ProgramCache(str(folder)))


def test_files_are_for_the_user_alone(folder: Path) -> None:
    ProgramCache(str(folder)).parse(SOURCE, "agent")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert only_file(folder).stat().st_mode & 0o777 == 0o600


def test_every_difference_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    with parses(monkeypatch, 2):
        cache.parse(SOURCE + b" ", "agent")
        cache.parse(SOURCE, "other")
    for name, value in (("__version__", "0.0.0"), ("_stamp", lambda: "another parser")):
        with monkeypatch.context() as patch:
            patch.setattr(program_cache, name, value)
            with parses(monkeypatch, 1):
                cache.parse(SOURCE, "agent")
                cache.parse(SOURCE, "agent")
    with parses(monkeypatch, 0):
        cache.parse(SOURCE, "agent")


def test_a_change_of_the_parser_changes_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "parser.py"
    file.write_text("1")
    monkeypatch.setattr(syntax, "__path__", [str(tmp_path)])
    stamps = {program_cache._stamp()}
    file.write_text("22")
    stamps.add(program_cache._stamp())
    os.utime(file, ns=(0, 1))
    stamps.add(program_cache._stamp())
    file.rename(tmp_path / "lexer.py")
    stamps.add(program_cache._stamp())
    assert len(stamps) == 4


def test_two_sources_with_the_same_checksum_are_told_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ProgramCache(str(folder))
    real = zlib.crc32
    with monkeypatch.context() as patch:
        # As if they had: the names of files are made of the checksum of the source.
        patch.setattr(zlib, "crc32", lambda data, start=0: 7 if data in (b"a", b"b") else real(data, start))
        for source in (b"a", b"b", b"a", b"b"):
            assert_parses(cache, source)
        only_file(folder)


@pytest.mark.parametrize("source", [b"local", b"local a = ;", b'"'])
def test_what_does_not_parse_is_not_kept(folder: Path, source: bytes) -> None:
    cache = ProgramCache(str(folder))
    for _ in range(2):
        with pytest.raises(CompileError):
            cache.parse(source, "agent")
    assert not folder.exists()


def test_a_change_of_any_byte_is_noticed_and_mended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    path = only_file(folder)
    good = path.read_bytes()
    with parses(monkeypatch, len(good)):
        for at in range(len(good)):
            path.write_bytes(good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :])
            cache.parse(SOURCE, "agent")
            assert path.read_bytes() == good
    with parses(monkeypatch, 0):
        cache.parse(SOURCE, "agent")


def test_a_file_that_ends_too_early_or_too_late(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    path = only_file(folder)
    good = path.read_bytes()
    damaged = [good[:end] for end in range(len(good))] + [good + b"\0", good + good, b"#!/bin/sh\n", b"\0" * 100000]
    with parses(monkeypatch, len(damaged)):
        for content in damaged:
            path.write_bytes(content)
            cache.parse(SOURCE, "agent")
    assert path.read_bytes() == good


def test_a_tree_that_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    path = only_file(folder)
    good = path.read_bytes()
    tree = dumps(syntax.parse(SOURCE.decode("latin-1"), "agent"))
    start = good.index(tree)
    for other in (b"", b"\xff" * len(tree), tree[:-1], tree + b"\0"):
        body = good[: start - len(SOURCE) - 4] + len(other).to_bytes(4, "little") + SOURCE + other
        path.write_bytes(body + zlib.crc32(body).to_bytes(4, "little"))
        with parses(monkeypatch, 1):
            script = cache.parse(SOURCE, "agent")
        assert same(script, syntax.parse(SOURCE.decode("latin-1"), "agent"))
        assert path.read_bytes() == good


def test_a_folder_in_the_place_of_the_file(folder: Path) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    path = only_file(folder)
    path.unlink()
    (path / "x").mkdir(parents=True)
    assert_parses(cache)
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)], ids=["pipe", "device"])
def test_what_cannot_be_read_to_its_end(folder: Path, make: Callable[[Path], None]) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    path = only_file(folder)
    good = path.read_bytes()
    path.unlink()
    make(path)
    assert_parses(cache)
    assert not path.is_symlink()
    assert path.read_bytes() == good


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "programs", Path("/proc/impsim/programs"), tmp_path / ("n" * 300)):
        assert_parses(ProgramCache(str(place)))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    assert_parses(ProgramCache(str(folder)))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(
    folder: Path, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    folder.chmod(mode)
    with parses(monkeypatch, 2):
        cache.parse(SOURCE, "agent")
        cache.parse(SOURCE + b" ", "agent")
    only_file(folder)


def test_a_folder_of_somebody_else_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ProgramCache(str(folder))
    cache.parse(SOURCE, "agent")
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with parses(monkeypatch, 1):
        cache.parse(SOURCE, "agent")


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert_parses(ProgramCache(str(folder)))
    assert not list(folder.iterdir())


def test_the_oldest_go_first(folder: Path) -> None:
    sources = [b"local number = %d;" % number for number in range(10)]
    ProgramCache(str(folder)).parse(sources[0], "agent")
    size = only_file(folder).stat().st_size
    cache = ProgramCache(str(folder), most_bytes=3 * size + 1)
    kept: list[str] = []
    for number, source in enumerate(sources):
        cache.parse(source, "agent")
        new = {path.name for path in folder.iterdir()} - set(kept)
        kept = [*kept, *new][-3:]
        assert {path.name for path in folder.iterdir()} == set(kept)
        for name in new:
            os.utime(folder / name, (number, number))
    cache = ProgramCache(str(folder), most_files=2)
    cache.parse(b"one_more()", "agent")
    assert kept[-1] in {path.name for path in folder.iterdir()}
    assert len(list(folder.iterdir())) == 2


def test_what_a_killed_run_left_goes_too_and_strange_files_stay(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    (folder / "1-1.program.0123.new").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x" * 10000)
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    ProgramCache(str(folder), most_files=1).parse(SOURCE, "agent")
    assert sorted(path.suffix for path in folder.iterdir()) == [".program", ".txt"]


def test_a_program_larger_than_everything_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with parses(monkeypatch, 2):
        for _ in range(2):
            ProgramCache(str(folder), most_bytes=100).parse(SOURCE, "agent")
    assert not list(folder.iterdir())


def test_many_processes_at_once(folder: Path) -> None:
    # Each parses a few sources again and again, breaks files and deletes them; every tree has to be right.
    worker = """
import os, random, sys
from imp_runtime.program_cache import ProgramCache
from squirrel import syntax
from tests.squirrel.syntax.test_stored import same
folder, seed = sys.argv[1], int(sys.argv[2])
choose = random.Random(seed)
cache = ProgramCache(folder, most_files=4)
for _ in range(150):
    source = "local a = %d; function f() { return a }" % choose.randrange(6)
    assert same(cache.parse(source.encode(), "agent"), syntax.parse(source, "agent"))
    if choose.random() < 0.3:
        for name in os.listdir(folder):
            try:
                if choose.random() < 0.5:
                    os.unlink(os.path.join(folder, name))
                else:
                    with open(os.path.join(folder, name), "r+b") as file:
                        file.truncate(choose.randrange(200))
            except FileNotFoundError:
                pass
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(ROOT)])}
    started = [
        subprocess.Popen([sys.executable, "-c", worker, str(folder), str(seed)], env=environment) for seed in range(3)
    ]
    assert [process.wait(100) for process in started] == [0, 0, 0]
    assert all(path.suffix == ".program" for path in folder.iterdir())
    assert_parses(ProgramCache(str(folder)))


def test_the_folder_is_where_platformdirs_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for home in (str(tmp_path / "home"), None):
        for cache in (str(tmp_path / "xdg"), "", None):
            for name, value in (("HOME", home), ("XDG_CACHE_HOME", cache)):
                if value is None:
                    monkeypatch.delenv(name, raising=False)
                else:
                    monkeypatch.setenv(name, value)
            found = user_cache()
            assert found is not None
            assert found._folder == os.path.join(platformdirs.user_cache_dir("impsim"), "programs")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")
def test_no_home_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "nowhere")
    assert user_cache() is None
