"""``impsim test``: agent scripts checked against their comments, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from imp_runtime.testing.process import run_in_process
from tests.command import COMMAND, PATIENCE, Cli

SAMPLES = Path(__file__).parents[3] / "samples"
PASSING = 'server.log("a"); // expect log: a\n'
FAILING = 'server.log("a"); // expect log: b\n'
ENDLESS = "while (true) {}\n"


class Peer:
    """What an agent connects to, which gets no answer: then it runs, and goes on running."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        port = self.listener.getsockname()[1]
        self.waiting = f'http.get("http://127.0.0.1:{port}/").sendasync(@(response) null);\n'
        self.connections: list[socket.socket] = []

    def child_of(self, process: subprocess.Popen[str]) -> int:
        """Wait until the agent is connected; the process that it runs in."""
        self.connections.append(self.listener.accept()[0])
        tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
        (child,) = [int(number) for task in tasks for number in task.read_text().split()]
        return child


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    for connection in (made.listener, *made.connections):
        connection.close()


def write(cli: Cli, **files: str) -> None:
    """Write files; their names are without the suffix."""
    for name, source in files.items():
        (cli.folder / f"{name}.nut").write_text(source, encoding="utf-8")


def verdicts(output: str) -> dict[str, str]:
    """What the progress lines say, by file."""
    return {file: verdict for verdict, file in re.findall(r"^(passed|failed|skipped) +([^\s:]+)", output, re.MULTILINE)}


def failures(cli: Cli, source: str, *options: str) -> str:
    """The summary of a file that fails, without times."""
    write(cli, t=source)
    done = cli("test", *options, "t.nut")
    assert done.returncode == 1, done.stdout
    return re.sub(r"\d{4}-\S+Z", "TIME", done.stdout.split("\n\n", 1)[1])


@pytest.mark.parametrize(
    "source",
    [
        PASSING,
        'print("x"); server.log("y"); print("z\\n"); // expect: x\n// expect: z\n// expect log: y\n',
        'server.error("a"); // expect log: ERROR: a\n',
        'server.log("one\\ntwo"); // expect log: one\n// expect log: two\n',
        'server.log("grün"); // expect log: grün\n',
        'server.log("\\xff"); // expect log: binary: ff\n',
        'server.log("a"); // expect log: a\nthrow "b"; // expect error: b\n',
        'function f() { throw "b"; } // expect error: b\n// expect trace: f 1\n// expect trace: main 5\n\nf();\n',
        'imp.onunhandledexception(@(e) server.log("told")); // expect log: told\nthrow "b"; // expect error: b\n',
        "local x = ; // expect compile error @1:11: expression expected\n",
        "// options: --timeout 5\nwhile (true) imp.sleep(1); // expect exit: 124\n",
        "local a = 1;\n",
        'print("nothing is expected");\n',
        '/* Licence\n */\n\n// options: --define A=1 --define "B=a b"\nserver.log(A + B); // expect log: 1a b\n',
        "imp.wakeup(86400, @() server.log(1)); // expect log: 1\n",
        "local a = 1;\n// options: not in the head\n",
        'server.log("saved" in server.load()); server.save({ saved = 1 }); // expect log: false\n',
    ],
)
def test_files_that_pass(cli: Cli, source: str) -> None:
    write(cli, t=source)
    done = cli("test", "t.nut")
    assert (done.returncode, verdicts(done.stdout)) == (0, {"t.nut": "passed"}), done.stdout


def test_a_wrong_entry_is_shown_with_the_log_around_it(cli: Cli) -> None:
    source = "for (local i = 0; i < 9; i++) server.log(i);\n" + "".join(
        f"// expect log: {i if i != 6 else 'six'}\n" for i in range(9)
    )
    shown = failures(cli, source)
    assert shown.startswith(
        "t.nut:8: expected log entry 'six', got '6'\n"
        + "".join(f"    TIME [agent.log] {i}\n" for i in range(2, 6))
        + "  > TIME [agent.log] 6\n    TIME [agent.log] 7\n    TIME [agent.log] 8\n\n0 passed, 1 failed in "
    )


def test_the_marked_entry_is_the_right_one_among_prints(cli: Cli) -> None:
    source = 'print("a\\nb"); server.log("x"); print("c"); // expect: a\n// expect: b\n// expect: d\n// expect log: y\n'
    shown = failures(cli, source)
    start = "    TIME [agent.log] a\n      b\n"
    assert f"t.nut:3: expected line 'd', got 'c'\n{start}    TIME [agent.log] x\n  > TIME [agent.log] c\n" in shown
    assert f"t.nut:4: expected log entry 'y', got 'x'\n{start}  > TIME [agent.log] x\n" in shown


def test_a_missing_entry_points_at_the_end_of_the_log(cli: Cli) -> None:
    shown = failures(cli, 'server.log("a"); // expect log: a\n// expect log: b\n')
    assert shown.startswith(
        "t.nut:2: expected log entry 'b', got nothing more\n    TIME [agent.log] a\n  > (end of the log)\n"
    )


def test_an_unexpected_error_is_shown_with_its_stack(cli: Cli) -> None:
    shown = failures(cli, 'server.log("a"); // expect log: a\nlocal n = null;\nn.x();\n')
    assert shown.startswith("t.nut:3: expected no error, got uncaught error \"the index 'x' does not exist\"\n")
    assert "    stderr:   in main at t.nut:3\n    stderr:       n = null\n" in shown


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("// expect eror: x\n", "t.nut:1: unknown expectation 'expect eror'"),
        ('// options: --define "A\n', "t.nut:1: unreadable options"),
        ("// skip:\n", "t.nut:1: '// skip:' says nothing"),
        ("// options: --no-such\n", "t.nut: its options: No such option '--no-such'"),
        ("// options: other.nut\n", "t.nut: its options: Got unexpected extra argument"),
        ("// options: --help\n", "t.nut: its options: only options that run the script make sense here"),
        ("// device: missing.nut\n", "cannot read missing.nut: No such file or directory"),
        ("local x = ;\n", "t.nut:1: expected a program that compiles, got compile error at 1:11: expression expected"),
        ("local a = 1; // expect error: b\n", "t.nut:1: expected uncaught error 'b', got none"),
        ("local a = 1; // expect exit: 70\n", "t.nut:1: expected exit code 70, got exit code 0"),
        ("// options: --timeout 5\nwhile (true) imp.sleep(1);\n", "t.nut: expected exit code 0, got exit code 124"),
        ("// device: t.nut\n" + 'throw "both";\n', "t.nut:2: expected no error, got uncaught error 'both'"),
        ("local a = []; while (true) a.append(blob(1000000));\n", "out of memory"),
    ],
)
def test_files_that_fail(cli: Cli, source: str, message: str) -> None:
    assert message in failures(cli, source)


def test_an_endless_file_costs_only_itself(cli: Cli) -> None:
    write(cli, a=ENDLESS, b=PASSING)
    done = cli("test", "--timeout", "2", ".")
    assert verdicts(done.stdout) == {"a.nut": "failed", "b.nut": "passed"}
    assert "a.nut: did not end within 2 s" in done.stdout
    assert done.returncode == 1


def test_a_flood_is_ended(cli: Cli) -> None:
    shown = failures(cli, 'local s = "0123456789"; while (s.len() < 100000) s += s; while (true) server.log(s);\n')
    assert shown.startswith("t.nut: wrote more than 16 MB: ended\n")
    assert len(shown) < 5000


def test_what_is_no_text_and_what_cannot_be_read(cli: Cli) -> None:
    (cli.folder / "a.nut").write_bytes(b'server.log("\xff");\n')
    (cli.folder / "b.nut").symlink_to("missing")
    write(cli, c=PASSING)
    os.mkfifo(cli.folder / "d.nut")
    done = cli("test", ".")
    assert verdicts(done.stdout) == dict.fromkeys(["a.nut", "b.nut", "d.nut"], "failed") | {"c.nut": "passed"}
    assert "d.nut: cannot be read: this is no ordinary file" in done.stdout
    assert "stderr: a.nut:1:13: this is not text" in done.stdout
    assert "b.nut: cannot be read: No such file or directory" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read(cli: Cli) -> None:
    write(cli, a=PASSING)
    (cli.folder / "sub").mkdir(mode=0)
    done = cli("test", ".")
    assert verdicts(done.stdout) == {"a.nut": "passed", "sub": "failed"}
    assert "sub: cannot be read: Permission denied" in done.stdout


def test_a_process_that_is_killed_costs_only_itself(cli: Cli, peer: Peer) -> None:
    write(cli, a=peer.waiting, b=PASSING)
    process = start(cli, "a.nut", "b.nut")
    os.kill(peer.child_of(process), signal.SIGKILL)
    output, errors = process.communicate(timeout=PATIENCE)
    assert verdicts(output) == {"a.nut": "failed", "b.nut": "passed"}
    assert "a.nut: its process was ended by SIGKILL\n" in output
    assert (process.returncode, errors) == (1, "")


@pytest.mark.parametrize(
    ("number", "status", "text"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_a_signal_ends_the_files_and_tells_what_was_run(
    cli: Cli, peer: Peer, number: signal.Signals, status: int, text: str
) -> None:
    write(cli, a=PASSING, b=peer.waiting)
    process = start(cli, "a.nut", "b.nut", "--junitxml", "report.xml")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("passed   a.nut")
    child = peer.child_of(process)
    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (status, f"impsim: {text}\n")
    assert "1 passed, 1 not run in " in output
    assert [case.get("name") for case in ET.parse(cli.folder / "report.xml").iter("testcase")] == ["a.nut"]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_the_files_end_with_a_runner_that_is_killed(cli: Cli, peer: Peer) -> None:
    write(cli, a=peer.waiting)
    process = start(cli, "a.nut")
    child = os.pidfd_open(peer.child_of(process))
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert select.select([child], [], [], PATIENCE)[0] == [child]
    os.close(child)


def test_a_folder(cli: Cli) -> None:
    for folder in ("sub/deeper", ".hidden"):
        (cli.folder / folder).mkdir(parents=True)
        (cli.folder / folder / "x.nut").write_text(PASSING)
    (cli.folder / "notes.txt").write_text("no test")
    write(cli, b=FAILING, a="// device: a_device.nut\n" + 'device.on("n", @(n) server.log(n)); // expect log: 5\n')
    write(cli, a_device='agent.send("n", 5);\n', c="// skip: not today\n")
    done = cli("test", ".", "a.nut", "./sub")
    assert list(verdicts(done.stdout).items()) == [
        ("a.nut", "passed"),
        ("b.nut", "failed"),
        ("c.nut", "skipped"),
        ("sub/deeper/x.nut", "passed"),
    ]
    assert "skipped  c.nut: not today\n" in done.stdout
    assert re.search(r"\n2 passed, 1 failed, 1 skipped in \d+\.\d s\n\Z", done.stdout)


def test_options_name_files_beside_the_test(cli: Cli) -> None:
    (cli.folder / "sub").mkdir()
    script = '{"at": 1, "do": "connect"}\n{"at": 2, "do": "send", "name": "n", "data": 7}\n'
    (cli.folder / "sub" / "day.jsonl").write_text(script)
    source = "// options: --device-script day.jsonl\n" + 'device.on("n", @(n) server.log(n)); // expect log: 7\n'
    (cli.folder / "sub" / "a.nut").write_text(source)
    assert cli("test", "sub").returncode == 0


def test_selection(cli: Cli) -> None:
    write(cli, kitchen=PASSING, cellar=FAILING)
    done = cli("test", "-k", "KITCH", ".")
    assert (done.returncode, verdicts(done.stdout)) == (0, {"kitchen.nut": "passed"})


def test_stopping_at_a_failure(cli: Cli) -> None:
    write(cli, a=PASSING, b=FAILING, c=PASSING)
    done = cli("test", "-x", ".")
    assert verdicts(done.stdout) == {"a.nut": "passed", "b.nut": "failed"}
    assert "1 passed, 1 failed, 1 not run in " in done.stdout
    write(cli, c=ENDLESS)
    done = cli("test", "-x", "-j", "2", "b.nut", "c.nut")
    assert verdicts(done.stdout) == {"b.nut": "failed"}
    assert done.returncode == 1


def test_many_at_a_time_are_summed_up_in_their_order(cli: Cli) -> None:
    names = [f"t{number}" for number in range(6)]
    write(cli, **dict.fromkeys(names, FAILING))
    done = cli("test", "-j", "4", ".")
    assert re.findall(r"^(t\d)\.nut:1: expected", done.stdout, re.MULTILINE) == names


def test_network_and_no_broker(cli: Cli) -> None:
    source = (
        'function told(event, error) { server.log(event); conn = null; }\n'
        'conn <- amqp.openconnection("amqp://127.0.0.1:1", told);\n'
    )
    write(cli, broker=source + "// expect log: CONNECTION_OPEN\n")
    write(cli, none="// options: --no-broker\n" + source + "// expect log: CONNECTION_ERROR\n")
    done = cli("test", ".")
    assert done.returncode == 0, done.stdout
    assert verdicts(cli("test", "--no-broker", "broker.nut").stdout) == {"broker.nut": "failed"}


def test_real_time(cli: Cli) -> None:
    source = "imp.wakeup(3600, @() server.log(1));\n"
    write(cli, a=source, b="// options: --no-fast\n" + source)
    done = cli("test", "--timeout", "3", ".")
    assert verdicts(done.stdout) == {"a.nut": "passed", "b.nut": "failed"}
    assert verdicts(cli("test", "--timeout", "3", "--no-fast", "a.nut").stdout) == {"a.nut": "failed"}


def test_json(cli: Cli) -> None:
    write(cli, a=PASSING, b=FAILING, c="// skip: later\n", d="// expect x\n")
    done = cli("test", "--json", ".")
    a, b, c, d, total = [json.loads(line) for line in done.stdout.splitlines()]
    assert (a["file"], a["result"]) == ("a.nut", "passed")
    assert b["mismatches"] == [{"line": 1, "expected": "log entry 'b'", "got": "'a'"}]
    assert (b["problem"], b["exit"], len(b["log"])) == (None, 0, 1)
    assert (c["result"], c["reason"]) == ("skipped", "later")
    assert d["problem"].startswith("d.nut:1: unreadable expectation comment")
    assert {key: total[key] for key in ("passed", "failed", "skipped", "not run")} == {
        **{"passed": 1, "failed": 2, "skipped": 1},
        "not run": 0,
    }
    assert done.returncode == 1


def test_junit(cli: Cli) -> None:
    write(cli, a=PASSING, b='server.log("\\x01<&"); // expect log: b\n', c="// skip: later\n", d="// expect x\n")
    assert cli("test", "--junitxml", "report.xml", ".").returncode == 1
    (suite,) = ET.parse(cli.folder / "report.xml").getroot()
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    cases = {case.get("name"): case for case in suite}
    assert [child.tag for child in cases["a.nut"]] == []
    assert [child.tag for child in cases["b.nut"]] == ["failure", "system-out"]
    assert cases["b.nut"][0].get("message") == "b.nut:1: expected log entry 'b', got '\\x01<&'"
    assert "\ufffd<&" in (cases["b.nut"][1].text or "")
    assert cases["c.nut"][0].get("message") == "later"
    assert [child.tag for child in cases["d.nut"]] == ["error", "system-out"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'PATH...'"),
        (["nowhere"], "there is no file or folder nowhere."),
        (["empty"], "no test file: there is no *.nut in empty."),
        (["-k", "zzz", "a.nut"], "no test file has 'zzz' in its path."),
        (["-j", "0", "a.nut"], "Invalid value for '-j'"),
        (["--timeout", "0", "a.nut"], "'0' is not a number of seconds above 0."),
        (["--junitxml", "nowhere/x.xml", "a.nut"], "--junitxml nowhere/x.xml: this is not the name of a file"),
    ],
)
def test_wrong_usage(cli: Cli, arguments: list[str], message: str) -> None:
    (cli.folder / "empty").mkdir()
    write(cli, a=PASSING)
    done = cli("test", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_report_that_cannot_be_written(cli: Cli) -> None:
    write(cli, a=PASSING)
    done = cli("test", "--junitxml", "/dev/full", "a.nut")
    assert (done.returncode, verdicts(done.stdout)) == (74, {"a.nut": "passed"})
    assert done.stderr == "impsim: --junitxml /dev/full: cannot be written: No space left on device\n"


def test_a_reader_that_has_gone(cli: Cli) -> None:
    write(cli, a=PASSING, b=PASSING, c=ENDLESS)
    done = cli.shell("{ impsim test a.nut b.nut c.nut; echo $? >&2; } | head -n 1")
    assert (verdicts(done.stdout), done.stderr) == ({"a.nut": "passed"}, "141\n")


def test_modules_of_the_folder_are_not_loaded(cli: Cli) -> None:
    (cli.folder / "json.py").write_text("raise SystemExit('wrong module')\n")
    write(cli, a=PASSING)
    paths = [path for path in cli.environment["PYTHONPATH"].split(os.pathsep) if os.path.isabs(path)]
    cli.environment.update(PYTHONPATH=os.pathsep.join(paths), PYTHONSAFEPATH="1")
    assert cli("test", "a.nut").returncode == 0


def test_the_samples_pass(cli: Cli) -> None:
    pytest.importorskip("amqtt")
    done = cli("test", "-j", "2", str(SAMPLES))
    assert done.returncode == 0, done.stdout
    passed = {Path(file).name for file, verdict in verdicts(done.stdout).items() if verdict == "passed"}
    assert {"amqp_telemetry.nut", "device_agent.nut", "mqtt_telemetry.nut"} <= passed
    assert "device_device.nut" not in done.stdout


def test_cancelling(tmp_path: Path) -> None:
    file = tmp_path / "a.nut"
    file.write_text(ENDLESS)
    cancelled = threading.Event()
    cancelled.set()
    assert run_in_process(str(file), [], PATIENCE, cancelled).problem == "ended, as nobody wants to know any more"


def start(cli: Cli, *arguments: str) -> subprocess.Popen[str]:
    """Start the command and leave it running."""
    process = subprocess.Popen(
        [*COMMAND, "test", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cli.folder,
        env=cli.environment,
        encoding="utf-8",
    )
    return process
