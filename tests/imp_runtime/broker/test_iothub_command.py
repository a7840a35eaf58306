"""`impsim broker --profile iothub`, run as a process."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from pathlib import Path

import pytest
from click.testing import CliRunner

from imp_runtime.cli.broker import broker_command
from tests.imp_runtime.broker.amqp_client import Client
from tests.imp_runtime.broker.broker_process import Process, run
from tests.imp_runtime.broker.hub_client import DEVICEBOUND, EVENTS, HOST, KEY, POLICY_KEY, Device, ask, token

HUB = ["--profile", "iothub", "--port", "0"]


def port(line: str, scheme: str) -> int:
    """The port in a `listening on` line."""
    prefix = f"listening on {scheme}://127.0.0.1:"
    assert line.startswith(prefix)
    return int(line.removeprefix(prefix))


def test_a_hub_with_everything(started: list[Process], tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    options = ["--hub-host", HOST, "--device", f"d1={KEY}", "--policy", f"owner={POLICY_KEY}", "--ca-out", str(ca_file)]
    started.append(process := Process(*HUB, *options, "--tls-port", "0", "--admin-port", "0", "--registry-port", "0"))
    process.line()
    tls_port, admin_port, registry_port = (port(process.line(), scheme) for scheme in ("amqps", "http", "https"))
    assert "memory only" in process.line()
    context = ssl.create_default_context(cafile=ca_file)

    device = Device(Client(tls_port, tls=context, sni=HOST).open())
    assert device.put_token(token()) == (200, "OK")
    device.client.send_and_wait(device.client.sender(EVENTS), "21.5")
    admin = http.client.HTTPConnection("127.0.0.1", admin_port)
    assert ask(admin, "GET", EVENTS, None, {})[1][0]["body"] == "21.5"
    assert ask(admin, "POST", DEVICEBOUND, "on", {})[0] == 201
    services = http.client.HTTPSConnection("localhost", registry_port, context=context)
    status, shown = ask(
        services, "GET", "/devices/d1", None, {"Authorization": token(HOST, POLICY_KEY, policy="owner")}
    )
    assert (status, shown["cloudToDeviceMessageCount"]) == (200, 1)
    device.client.close()
    code, out, err = process.interrupt()
    assert (code, err) == (0, "")
    assert out.rstrip().endswith("stopped (1 messages discarded)")
    # What was given is not shown.
    assert KEY not in out
    assert POLICY_KEY not in out


def test_keys_that_are_made_up_are_shown_once(started: list[Process]) -> None:
    options = ["--device", "d1", "--device", f"d2={KEY}", "--policy", "owner"]
    started.append(process := Process(*HUB, *options))
    number = process.ready_port()
    first, second = process.line(), process.line()
    prefix = "HostName=hub.example;DeviceId=d1;SharedAccessKey="
    assert first.startswith(prefix)
    assert second.startswith("HostName=hub.example;SharedAccessKeyName=owner;SharedAccessKey=")
    key = first.removeprefix(prefix)
    assert len(base64.b64decode(key)) == 32
    # Published agent code takes connection strings apart at each = and puts one back.
    assert key.rstrip("=") + "=" == key
    assert "memory only" in process.line()
    device = Device(Client(number).open())
    assert device.put_token(token("hub.example/devices/d1", key), "hub.example/devices/d1") == (200, "OK")
    device.client.close()
    _, out, _ = process.interrupt()
    assert key not in out


def test_keys_that_are_made_up_in_json(started: list[Process]) -> None:
    started.append(process := Process(*HUB, "--device", "d1", "--json"))
    assert json.loads(process.line())["event"] == "listening"
    shown = json.loads(process.line())
    assert shown["event"] == "key-generated"
    assert shown["connectionString"].startswith("HostName=hub.example;DeviceId=d1;SharedAccessKey=")
    code, out, _ = process.interrupt()
    assert code == 0
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["stopped"]


def test_tokens_can_be_short_lived(started: list[Process]) -> None:
    started.append(process := Process(*HUB, "--hub-host", HOST, "--device", f"d1={KEY}", "--token-life", "0.2"))
    device = Device(Client(process.ready_port()).open())
    device.put_token(token())
    assert device.wait_for_end(device.client.sender(EVENTS)) == [("amqp:unauthorized-access", "Token Invalid.")]
    device.client.close()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--device", "d1"], "--device needs --profile iothub"),
        (["--policy", "p"], "--policy needs --profile iothub"),
        (["--hub-host", "x"], "--hub-host needs --profile iothub"),
        (["--token-life", "1"], "--token-life needs --profile iothub"),
        (["--admin-port", "0"], "--admin-port needs --profile iothub"),
        (["--registry-port", "0"], "--registry-port needs --profile iothub"),
        (["--profile", "other"], "'other' is not 'iothub'"),
        ([*HUB], "give --device ID"),
        ([*HUB, "--device", "d1", "--registry-port", "0"], "--registry-port needs --policy"),
        ([*HUB, "--device", "d1", "--ca-out", "x"], "--ca-out needs a TLS listener"),
        ([*HUB, "--device", "d1", "--hub-host", "a b"], "must be a host name"),
        ([*HUB, "--device", "d1", "--device", f"d1={KEY}"], "'d1' is given twice"),
        ([*HUB, "--device", "d/1"], "cannot be the id of a device"),
        ([*HUB, "--device", ""], "must be a name"),
        ([*HUB, "--device", "d1=secret-word"], "the key of 'd1' is not the Base64 of 16 to 64 bytes"),
        ([*HUB, "--device", "d1=c2VjcmV0"], "the key of 'd1' is not the Base64 of 16 to 64 bytes"),
        ([*HUB, "--device", "=secret-word"], "must be a name"),
        ([*HUB, "--device", f"d1={KEY};secret-word"], "not the Base64"),
        ([*HUB, "--device", "d1", "--token-life", "0"], "not a number of seconds"),
    ],
)
def test_wrong_usage_is_exit_2(options: list[str], text: str) -> None:
    done = CliRunner().invoke(broker_command, options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert text in " ".join(done.stderr.split())
    assert "secret-word" not in done.stderr


def test_ids_with_an_equals_sign(started: list[Process]) -> None:
    started.append(process := Process(*HUB, "--hub-host", HOST, "--device", f"a=b={KEY}"))
    device = Device(Client(process.ready_port()).open())
    assert device.put_token(token(f"{HOST}/devices/a=b"), f"{HOST}/devices/a=b") == (200, "OK")
    device.client.close()


def test_a_taken_admin_port_is_one_line_and_exit_1(started: list[Process]) -> None:
    started.append(process := Process("--port", "0"))
    taken = process.ready_port()
    code, _, err = run(*HUB, "--device", "d1", "--admin-port", str(taken))
    assert code == 1
    assert err.startswith(f"error: cannot listen on 127.0.0.1:{taken}: address already in use")
