"""``impsim run --store``: what agents save lasts, and a store that cannot be used does not stop them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import PATIENCE, Cli

COUNT = 'local t = server.load(); local n = "n" in t ? t.n + 1 : 1; server.save({ n = n }); server.log(n);'
TRY = (
    "try { server.log(server.load().len()); } catch (e) { server.log(e); }\n"
    "try { server.log(server.save({ n = 1 })); } catch (e) { server.log(e); }\n"
    'server.log("on");'
)


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def test_saved_data_lasts_from_run_to_run(cli: Cli) -> None:
    for expected in ("1\n", "2\n", "3\n"):
        done = cli.script(COUNT, "--store", "agent.store")
        assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)


def test_without_a_store_nothing_lasts(cli: Cli) -> None:
    assert [cli.script(COUNT).stdout for _ in range(2)] == ["1\n", "1\n"]


def test_stores_are_apart(cli: Cli) -> None:
    assert [cli.script(COUNT, "--store", name).stdout for name in "aba"] == ["1\n", "1\n", "2\n"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".", "impsim: --store .: this is a directory; name a file\n"),
        ("missing/store", "impsim: --store missing/store: there is no such directory\n"),
        ("", "impsim: --store: the name of the file is empty\n"),
    ],
)
def test_a_place_where_no_file_can_be(cli: Cli, path: str, text: str) -> None:
    done = cli.script(TRY, "--store", path)
    assert (done.stdout, done.stderr, done.returncode) == ("", text, 2)


def test_a_file_that_is_no_store(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a database\n" * 100)
    done = cli.script(TRY, "--store", "notes")
    reason = "cannot read the store notes: the file is no database"
    assert done.stdout.splitlines() == [reason, reason, "on"]
    assert (done.stderr, done.returncode) == (f"impsim: {reason}\n", 0)
    assert (tmp_path / "notes").read_text() == "not a database\n" * 100


def test_a_locked_store(cli: Cli, tmp_path: Path) -> None:
    cli.script(COUNT, "--store", "store")
    with closing(sqlite3.connect(tmp_path / "store", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = cli.script(TRY, "--store", "store")
        other.execute("ROLLBACK")
    reason = "cannot read the store store: another process keeps it locked"
    assert done.stdout.splitlines() == [reason, reason, "on"]
    assert (done.stderr, done.returncode) == (f"impsim: {reason}\n", 0)
    assert cli.script(COUNT, "--store", "store").stdout == "2\n"


def test_a_full_disk(cli: Cli, tmp_path: Path) -> None:
    assert cli.script('server.save({ a = "kept" });', "--store", "store").returncode == 0
    (tmp_path / "big.nut").write_text(
        'try { server.save({ a = array(5000, "12345678") }); } catch (e) { server.log(e); }\n'
        "server.log(server.load().a);"
    )
    # Files of this shell may not grow beyond 24 blocks of 512 bytes, or of 1,024 in some shells.
    done = cli.shell("ulimit -f 24; impsim run --log-format plain --store store big.nut")
    lines = done.stdout.splitlines()
    assert lines[0] in (
        "cannot write the store store: the disk reports an error, or is full",
        "cannot write the store store: the disk is full",
    )
    assert lines[1:] == ["kept"]
    assert done.returncode == 0


def test_an_error_that_is_not_caught_is_readable(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a database\n" * 100)
    done = cli.script("server.load();", "--store", "notes")
    assert done.returncode == 70
    assert done.stdout.splitlines() == [
        "ERROR: cannot read the store notes: the file is no database",
        "ERROR:   in main agent_code:1",
    ]


@pytest.mark.slow
def test_a_killed_process_leaves_the_last_table(cli: Cli) -> None:
    script = 'for (local i = 0; true; i++) { server.save({ i = i, text = array(1000, "" + i) }); server.log(i); }'
    for _ in range(3):
        process = cli.start(script, "--store", "store")
        assert process.stdout is not None
        logged = -1
        while logged < 20:
            logged = int(process.stdout.readline())
        process.kill()
        # Not communicate(): it would pass over what readline() has buffered.
        rest = process.stdout.read().splitlines()
        process.communicate(timeout=PATIENCE)
        logged = int(rest[-1]) if rest else logged
        done = cli.script("server.log(http.jsonencode(server.load()));", "--store", "store", name="read.nut")
        saved = json.loads(done.stdout)
        # What was logged was saved before; one more may have been.
        assert saved["i"] in (logged, logged + 1)
        assert saved["text"] == [str(saved["i"])] * 1000
