"""``--fast``, ``--restart``, ``--restart-after`` and ``--max-memory``."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.command import PATIENCE, Cli


def test_a_day_passes_at_once_and_entries_show_its_times(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text('server.log("a"); imp.wakeup(86400, @() server.log("b"));')
    done = cli("run", "--fast", "agent.nut")
    days = [int(line[8:10]) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert days[0] != days[1]


def test_a_time_limit_in_virtual_time(cli: Cli) -> None:
    done = cli.script("function f() { imp.wakeup(1, f); } f();", "--fast", "--timeout", "3600")
    assert (done.returncode, done.stderr) == (124, "impsim: stopped after 3600 s (--timeout)\n")


def test_restarts_until_it_works(cli: Cli) -> None:
    done = cli.script(
        'local n = server.load(); n = "n" in n ? n.n + 1 : 1; server.save({n = n});\n'
        'if (n < 3) throw "life " + n; server.log("fine");',
        "--fast",
        "--restart",
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "fine"
    assert [line for line in done.stderr.splitlines() if line.startswith("impsim:")] == [
        "impsim: the agent failed, and is restarted in 1 s (--restart)",
        "impsim: the agent failed, and is restarted in 2 s (--restart)",
    ]


def test_restarts_have_an_end(cli: Cli) -> None:
    done = cli.script('throw "x";', "--fast", "--restart")
    assert done.returncode == 70
    assert done.stderr.endswith("impsim: the agent has failed 11 times in a row: given up\n")


def test_a_migration(cli: Cli) -> None:
    done = cli.script(
        'server.log("life"); server.onshutdown(@(reason) server.log("moving"));', "--fast", "--restart-after", "600"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "life\nmoving\nlife\n", "")


TEXT = "out of memory: the run takes more than 50 MB (--max-memory)"

# Each takes memory without end, in a way of its own.
EATERS = {
    "array": "local a = []; while (true) a.append([1, 2, 3]);",
    "table": "local t = {}; for (local i = 0; ; i++) t[i] <- i.tostring();",
    "string": 'local all = [], s = "x"; while (true) { s += s; if (s.len() > 1000000) { all.append(s); s = "x"; } }',
    "doubled": 'local all = []; while (true) { local s = "x"; for (local i = 0; i < 22; i++) s += s; all.append(s); }',
    "blobs": "local all = []; while (true) { local b = blob(1000000); b[999999] = 1; all.append(b.tostring()); }",
    "arrays at once": "local all = []; while (true) all.append(array(1000000, 1));",
    "closures": "local all = []; while (true) { local x = all.len(); all.append(@() x); }",
    "recursion": "function f(a) { return [a, f([a])]; } f([]);",
    "timers": "function f() { local b = blob(100000); imp.wakeup(0, function() { f(); f(); b[0] = 2; }); } f(); f();",
    "json": 'local all = []; while (true) all.append(http.jsondecode("[[], [], [], [], [], [], [], [], [], []]"));',
}


@pytest.mark.parametrize("eater", sorted(EATERS))
def test_a_run_away_script_ends_with_an_error_that_names_the_limit(cli: Cli, eater: str) -> None:
    done = cli.script(EATERS[eater], "--max-memory", "50", "--timeout", "60")
    if eater == "recursion" and "stack overflow" in done.stdout:
        assert done.returncode == 70
        return
    assert done.returncode == 70, (done.stdout[-300:], done.stderr[-300:])
    assert done.stdout.splitlines()[0] == f"ERROR: {TEXT}"
    assert done.stderr.splitlines()[0] == TEXT
    assert re.search(r"^  in \w+ at agent.nut:\d+$", done.stderr, re.MULTILINE)


def test_catching_it_does_not_help(cli: Cli) -> None:
    done = cli.script(
        "local all = [];\nwhile (true) { try { while (true) all.append(array(1000)); } catch (e) { server.log(e); } }",
        "--max-memory",
        "50",
        "--restart",
    )
    assert done.returncode == 70
    assert done.stdout.splitlines() == [TEXT, f"ERROR: {TEXT}"]
    assert done.stderr == f"impsim: {TEXT}\n"


def test_a_script_that_frees_what_it_took_goes_on(cli: Cli) -> None:
    done = cli.script(
        "for (local i = 0; i < 200; i++) { local b = blob(1000000); b[999999] = 1; }\n"
        "server.log(imp.getmemoryfree() > 10000000); server.log(imp.getmemoryfree() <= 50 * 1024 * 1024);",
        "--max-memory",
        "50",
    )
    assert (done.returncode, done.stdout) == (0, "true\ntrue\n")


def test_a_device_that_runs_away_ends_the_run(cli: Cli) -> None:
    (cli.folder / "device.nut").write_text("local a = []; while (true) a.append([1, 2, 3]);")
    done = cli.script("imp.wakeup(3600, @() 0);", "--device", "device.nut", "--max-memory", "50", "--timeout", "60")
    assert done.returncode == 70
    assert done.stdout.splitlines()[0] == f"[Device] ERROR: {TEXT}"


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "lots", "99999999"])
def test_wrong_amounts(cli: Cli, value: str) -> None:
    done = cli.script("", f"--max-memory={value}")
    assert done.returncode == 2
    assert f"'{value}' is not a whole number of MB, 1 or more." in done.stderr


def test_a_flood_of_entries_is_told(cli: Cli) -> None:
    (cli.folder / "agent.nut").write_text(
        'local s = "x"; while (s.len() < 100000) s += s; for (local i = 0; i < 200; i++) server.log(s);'
    )
    program = (
        "import imp_runtime.log, imp_runtime.cli\n"
        "imp_runtime.log.FLOOD = 10\n"
        "imp_runtime.cli.main(['run', 'agent.nut'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cli.folder,
        env=cli.environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 200)
    assert (
        done.stderr == "impsim: a flood of log entries: from now on they are written at no more than 50000 a second\n"
    )
