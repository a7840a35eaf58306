"""``impsim run`` and the cache of parsed programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command import Cli

FAILING = 'function f() {\n    throw "out";\n}\nf();\n'


@pytest.fixture
def cached(cli: Cli) -> Cli:
    cli.environment["XDG_CACHE_HOME"] = str(cli.folder / "cache")
    return cli


def files(cli: Cli) -> list[Path]:
    return sorted((cli.folder / "cache").rglob("*.program"))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("server.log(1 + 1)", 0),
        (FAILING, 70),
        ("break", 65),
        ("local a; class a {}", 65),
        ('#line 7 "other.nut"\nserver.log(1);\nthrow 1', 70),
        ("", 0),
    ],
)
def test_from_the_cache_everything_is_the_same(cached: Cli, source: str, code: int) -> None:
    fresh = cached.script(source, "--no-cache")
    assert fresh.returncode == code
    assert not files(cached)
    for _ in range(2):
        done = cached.script(source)
        assert (done.returncode, done.stdout, done.stderr) == (code, fresh.stdout, fresh.stderr)
        assert len(files(cached)) == 1


def test_nothing_is_written_with_no_cache(cached: Cli) -> None:
    assert cached.script("server.log(1)", "--no-cache").stdout == "1\n"
    assert not (cached.folder / "cache").exists()


def test_nothing_of_standard_input_is_written(cached: Cli) -> None:
    assert cached("run", "--log-format", "plain", "-", stdin=b"server.log(1)").stdout == "1\n"
    assert not (cached.folder / "cache").exists()


def test_nothing_of_what_does_not_parse_is_written(cached: Cli) -> None:
    assert cached.script("local = ").returncode == 65
    assert not (cached.folder / "cache").exists()


def test_a_file_from_the_cache_is_used(cached: Cli) -> None:
    # A text of the same length in the place of the other: source, tree and checksum have to fit together.
    assert cached.script('server.log("one")').stdout == "one\n"
    (path,) = files(cached)
    kept = path.read_bytes()
    assert cached.script('server.log("two")').stdout == "two\n"
    path.write_bytes(kept.replace(b"one", b"two"))
    assert cached.script('server.log("one")').stdout == "one\n"
    assert path.read_bytes() == kept


def test_constants_are_those_of_the_run(cached: Cli) -> None:
    for value in ("1", "x", "2.5"):
        assert cached.script("server.log(A)", "--define", f"A={value}").stdout == f"{value}\n"
    assert cached.script("server.log(A)").returncode == 70
    assert len(files(cached)) == 1


def test_an_edited_script_is_parsed_again(cached: Cli) -> None:
    for number in range(3):
        assert cached.script(f"server.log({number})").stdout == f"{number}\n"
    assert len(files(cached)) == 3


@pytest.mark.parametrize("home", ["file", "/proc", "relative", None])
def test_without_a_usable_home(cli: Cli, home: str | None) -> None:
    cli.environment.pop("XDG_CACHE_HOME", None)
    cli.environment.pop("HOME", None)
    if home is not None:
        cli.environment["HOME"] = str(cli.folder / home) if home == "file" else home
    if home is None:
        # The password file has one; that folder belongs to whoever runs the tests.
        cli.environment["XDG_CACHE_HOME"] = "/proc"
    (cli.folder / "file").write_text("")
    done = cli.script("server.log(1)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    assert sorted(os.listdir(cli.folder)) == ["agent.nut", "file"]
    lines = cli("doctor").stdout.splitlines()
    (line,) = [line for line in lines if "parsed programs" in line]
    assert line.startswith("warn  parsed programs are not kept: ")


def test_doctor_says_that_programs_are_kept(cached: Cli) -> None:
    for _ in range(2):
        assert "ok    parsed programs are kept" in cached("doctor").stdout.splitlines()
        cached.script("")
