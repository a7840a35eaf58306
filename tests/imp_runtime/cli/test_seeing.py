"""What a run shows of itself on standard error when it is asked to: frames, and open handles."""

from __future__ import annotations

import re
import signal
import subprocess

import pytest

from tests.command import Cli

# Ends by itself.
SEND = """
function onEvent(event, detail) {
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") sender <- session.opensender("telemetry");
    if (event == "SENDER_OPEN") {
        sender.createtransfer(amqp.createmessage("top secret")).sendasync(function() { conn = null; });
    }
}
conn <- amqp.openconnection("amqps://me:s3cret@my-hub.example", onEvent);
"""

# Opens a session that only its own callback knows, and goes on until it is stopped.
CYCLE = """\
function start() {
    local mine;
    mine = conn.opensession(function(event, detail) {
        if (mine.isopen()) server.log("ready");
    });
}
function onEvent(event, detail) { start(); }
conn <- amqp.openconnection("amqps://my-hub.example", onEvent);
"""
SESSION = "session (opened at agent.nut:3)"
PATH = "session callback -> function (agent.nut:3) outer variable 'mine' -> session"

_TRACED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[amqp\] #1 (->|<-) ([a-z-]+)")


def test_trace_of_frames(cli: Cli) -> None:
    done = cli.script(SEND, "--broker", "--trace", "amqp")
    assert (done.returncode, done.stdout) == (0, "")
    lines = [line for line in done.stderr.splitlines() if not line.startswith("broker: ")]
    matches = [_TRACED.match(line) for line in lines]
    assert None not in matches, lines
    frames = [" ".join(match.groups()) for match in matches if match is not None]
    assert frames[:2] == ["-> header", "<- header"]
    for frame in ("-> sasl-init", "<- sasl-outcome", "-> open", "<- open", "-> transfer", "<- disposition"):
        assert frame in frames
    assert frames[-1] == "<- close"
    assert "s3cret" not in done.stderr
    assert "top secret" not in done.stderr


def test_no_trace_unless_it_is_asked_for(cli: Cli) -> None:
    assert "[amqp]" not in cli.script(SEND, "--broker").stderr


def test_unknown_trace(cli: Cli) -> None:
    done = cli.script(SEND, "--trace", "mqtt")
    assert done.returncode == 2
    assert "'mqtt' is not" in done.stderr
    assert "amqp" in done.stderr


def test_handle_that_only_a_cycle_keeps_is_named_at_the_end(cli: Cli) -> None:
    # The second run may take the program from where the first has put it.
    for _ in range(2):
        process = cli.start(CYCLE, "--broker")
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        lines = [line for line in errors.decode().splitlines() if not line.startswith("broker: ")]
        assert lines == [f"impsim: {SESSION} is kept open only by a cycle: {PATH}", "impsim: interrupted"]
        assert process.returncode == 130


def test_leaks_at_a_signal_and_at_the_end(cli: Cli) -> None:
    process = cli.start(CYCLE, "--broker", "--leaks")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    first = report(process)
    assert first == [
        "impsim: 2 open handles:",
        "  connection to my-hub.example:5671 (opened at agent.nut:8): held by root table .conn -> connection",
        f"  {SESSION}: held only by a cycle: {PATH}",
    ]
    assert report(process) == first
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    lines = [line for line in errors.decode().splitlines() if not line.startswith("broker: ")]
    assert lines == [*first, "impsim: interrupted"]
    assert process.returncode == 130


def report(process: subprocess.Popen[bytes]) -> list[str]:
    """Ask for the open handles, and read the answer."""
    assert process.stderr is not None
    process.send_signal(signal.SIGUSR1)
    lines: list[str] = []
    while len(lines) < 3:
        line = process.stderr.readline().decode().rstrip("\n")
        assert line
        if not line.startswith("broker: "):
            lines.append(line)
    return lines


@pytest.mark.parametrize("body", ["while (true) {}", "imp.sleep(100);"])
def test_leaks_of_a_busy_script(cli: Cli, body: str) -> None:
    script = f'local mine = amqp.openconnection("amqp://127.0.0.1:1", @(e, d) null);\nserver.log("ready"); {body}\n'
    process = cli.start(script, "--leaks")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGUSR1)
    assert process.stderr is not None
    assert process.stderr.readline() == b"impsim: 1 open handle:\n"
    assert process.stderr.readline() == (
        b"  connection to 127.0.0.1:1 (opened at agent.nut:1): "
        b"held by local 'mine' of function main (agent.nut:2) -> connection\n"
    )
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


def test_leaks_when_nothing_is_open(cli: Cli) -> None:
    done = cli.script('server.log("x");', "--leaks")
    assert (done.returncode, done.stdout, done.stderr) == (0, "x\n", "impsim: no open handles\n")


def test_control_characters_in_names_are_shown_escaped(cli: Cli) -> None:
    script = """
    local conn = amqp.openconnection("amqp://127.0.0.1:1", @(e, d) null);
    local sender = conn.opensession().opensender("x\\x1b[31m"), t = { s = sender };
    """
    done = cli.script(script + 't.me <- t; throw "x";', "--leaks")
    assert done.returncode == 70
    assert "\x1b" not in done.stderr
