"""Ctrl-C, SIGTERM and the time limit end every kind of script."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.command import COMMAND, Cli

SCRIPTS = {
    "loop in main code": 'server.log("go"); while (true) {}',
    "loop in a callback": 'imp.wakeup(0, function() { server.log("go"); while (true) {} });',
    "calls without loops": 'function f(n) { if (n > 0) { f(n - 1); f(n - 1); } } server.log("go"); f(60);',
    "sleep": 'server.log("go"); imp.sleep(1000);',
    "timer": 'imp.wakeup(1000, @() 0); server.log("go");',
    "catches everything": 'server.log("go"); while (true) { try { while (true) {} } catch (e) {} }',
    "loop in a native": 'server.log("go"); while (true) [3, 2, 1].sort(@(a, b) a <=> b);',
}


@pytest.mark.parametrize("source", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_interrupt(cli: Cli, source: str) -> None:
    process = cli.start(source)
    assert process.stdout is not None
    assert process.stdout.readline() == b"go\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"impsim: interrupted\n")


@pytest.mark.parametrize("kind", ["loop in main code", "loop in a callback", "sleep", "timer"])
def test_time_limit(cli: Cli, kind: str) -> None:
    # Long enough for the start of the process on a busy machine.
    done = cli.script(SCRIPTS[kind], "--timeout", "2.5")
    assert (done.returncode, done.stdout) == (124, "go\n")
    assert done.stderr == "impsim: stopped after 2.5 s (--timeout)\n"


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [(signal.SIGTERM, 143, b"impsim: terminated\n"), (signal.SIGHUP, 129, b"impsim: the terminal has gone\n")],
)
def test_termination(cli: Cli, number: signal.Signals, code: int, text: bytes) -> None:
    process = cli.start(SCRIPTS["timer"])
    assert process.stdout is not None
    assert process.stdout.readline() == b"go\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (code, text)


def test_second_interrupt_while_the_log_is_stuck(cli: Cli) -> None:
    """The agent's thread waits in a write that nobody reads, so it cannot end; the second Ctrl-C does not wait."""
    process = cli.start('local text = "go";\nwhile (true) { server.log(text); text += text; }')
    assert process.stdout is not None
    assert process.stdout.readline() == b"go\n"
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130


STUCK = """
function onEvent(event, error) {
    server.log(event);
    // Nobody reads the log: sooner or later this waits in a write.
    local text = "go";
    while (true) { server.log(text); text += text; }
}
connection <- amqp.openconnection("amqp://hub.example", onEvent);
"""


def test_time_limit_of_an_agent_that_does_not_come_back(cli: Cli) -> None:
    process = cli.start(STUCK, "--broker", "--timeout", "2")
    assert process.stderr is not None
    lines = process.stderr.read().decode().splitlines()
    assert process.wait(60) == 124
    said = lines.index("impsim: stopped after 2 s (--timeout)")
    assert any(" disconnected outcome=closed" in line for line in lines[said:])
    assert " stopped (" in lines[-1]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (signal.SIGINT, 130, b"impsim: interrupted\n"),
        (signal.SIGTERM, 143, b"impsim: terminated\n"),
        (signal.SIGHUP, 129, b"impsim: the terminal has gone\n"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "broker", "doctor"])
def test_signals_while_modules_load(
    cli: Cli, tmp_path: Path, verb: str, number: signal.Signals, code: int, text: bytes
) -> None:
    done = start_with_signal(cli, tmp_path, verb, number)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", text)


def test_an_ignored_signal_stays_ignored(cli: Cli, tmp_path: Path) -> None:
    done = start_with_signal(cli, tmp_path, "--version", signal.SIGHUP, ignored=True)
    assert (done.returncode, done.stderr) == (0, b"")


def start_with_signal(
    cli: Cli, folder: Path, verb: str, number: signal.Signals, *, ignored: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Run a verb; the first large module that it loads sends a signal to the process."""
    (folder / "click.py").write_text(
        f"import os, sys\nos.kill(os.getpid(), {int(number)})\n"
        "sys.path.remove(os.path.dirname(__file__))\ndel sys.modules['click']\nimport click\n"
    )
    environment = {**cli.environment, "PYTHONPATH": f"{folder}{os.pathsep}{cli.environment['PYTHONPATH']}"}

    def ignore() -> None:
        signal.signal(number, signal.SIG_IGN)

    return subprocess.run(
        [*COMMAND, verb],
        capture_output=True,
        env=environment,
        preexec_fn=ignore if ignored else None,
        timeout=60,
        check=False,
    )
