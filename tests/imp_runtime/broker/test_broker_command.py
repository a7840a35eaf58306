"""The `impsim broker` verb, run as a process."""

from __future__ import annotations

import json
import signal
import ssl
from pathlib import Path

import pytest
from proton import Delivery

from imp_runtime.broker import BrokerThread
from tests.imp_runtime.broker.amqp_client import PATIENCE, Client
from tests.imp_runtime.broker.broker_process import Process, run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_runs_until_interrupted(started: list[Process], number: signal.Signals) -> None:
    started.append(process := Process("--port", "0"))
    first = process.line()
    assert first.startswith("listening on amqp://127.0.0.1:")
    assert "memory only" in process.line()
    client = Client(int(first.rpartition(":")[2])).open()
    assert client.send_and_wait(client.sender("q"), "x") == [Delivery.ACCEPTED]
    client.close()
    code, out, err = process.interrupt(number)
    assert (code, err) == (0, "")
    assert " c1 message-received link=sender-q address=q message=1 size=14 outcome=accepted\n" in out
    assert out.rstrip().endswith("stopped (1 messages discarded)")


def test_interrupt_with_a_peer_connected(started: list[Process]) -> None:
    started.append(process := Process("--port", "0"))
    client = Client(process.ready_port()).open()
    process.process.send_signal(signal.SIGINT)
    client.wait(lambda: client.condition() is not None, "close")
    client.connection.close()
    client.wait_for_eof()
    code, out, err = process.end()
    assert (code, err) == (0, "")
    assert "disconnected outcome=forced" in out


def test_json_and_tls_and_users(started: list[Process], tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    options = ["--port", "0", "--tls-port", "0", "--ca-out", str(ca_file)]
    started.append(process := Process(*options, "--user", "ann:secret-word", "--no-anonymous", "--json"))
    plain, secure = json.loads(process.line()), json.loads(process.line())
    assert plain["event"] == secure["event"] == "listening"
    assert (plain["address"].partition(":")[0], secure["address"].partition(":")[0]) == ("amqp", "amqps")
    tls = ssl.create_default_context(cafile=ca_file)
    port = int(secure["address"].rpartition(":")[2])
    Client(port, tls=tls, sni="hub.example", user="ann", password="secret-word").open().close()
    code, out, err = process.interrupt()
    assert (code, err) == (0, "")
    events = [json.loads(line) for line in out.splitlines()]
    assert events[-1]["event"] == "stopped"
    assert "secret-word" not in out


def test_a_taken_port_is_one_line_and_exit_1(broker: BrokerThread) -> None:
    code, out, err = run("--port", str(broker.port))
    assert (code, out) == (1, "")
    assert err == (
        f"error: cannot listen on 127.0.0.1:{broker.port}: address already in use; "
        "choose another port, or 0 for any free one\n"
    )


def test_a_ca_file_that_cannot_be_written(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "ca.pem"
    code, _, err = run("--port", "0", "--tls-port", "0", "--ca-out", str(target))
    assert code == 1
    assert err == f"error: cannot write {target}: No such file or directory\n"


@pytest.mark.parametrize(
    "options",
    [["--port", "70000"], ["--user", "secret-word"], ["--user", ":secret-word"], ["--ca-out", "x"], ["--what"]],
)
def test_wrong_usage_is_exit_2(options: list[str]) -> None:
    code, _, err = run(*options)
    assert code == 2
    assert "Usage:" in err
    assert "secret-word" not in err
    assert "Traceback" not in err


def test_a_host_that_others_can_reach_is_warned_about(started: list[Process]) -> None:
    started.append(process := Process("--host", "0.0.0.0", "--port", "0"))
    process.ready_port()
    code, _, err = process.interrupt()
    assert code == 0
    assert err.startswith("warning: 0.0.0.0 is not a loopback address")


def test_help_says_what_it_is_for() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "not for production" in out
    assert "memory only" in out


def test_a_reader_of_the_log_may_leave(started: list[Process]) -> None:
    started.append(process := Process("--port", "0"))
    process.ready_port()
    process.line()
    assert process.process.stdout is not None
    process.process.stdout.close()
    assert process.process.wait(PATIENCE) == 141
    assert process.process.stderr is not None
    assert process.process.stderr.read() == ""
