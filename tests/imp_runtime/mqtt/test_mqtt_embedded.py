"""``impsim run --broker`` for scripts that use MQTT: the embedded broker, and what is said where it is missing."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imp_runtime.broker.events import BrokerEvent
from imp_runtime.broker.mqtt import MqttBrokerThread
from imp_runtime.config import EmbeddedMqttError, NetworkConfig
from tests.command import Cli
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.mqtt.raw_broker import RawBroker
from tests.interop.programs import missing

ECHO = """
client <- mqtt.createclient();
client.onconnect(function(code) {
    server.log("connected " + code);
    client.subscribe("echo", QOS, function(code, qos) {
        server.log("granted " + qos);
        client.createmessage("echo", "hello", { qos = QOS }).sendasync(function(code) { sent(code); });
    });
});
waiting <- 2;
function done() { if (--waiting == 0) client.disconnect(function() { server.log("closed"); }); }
function sent(code) { if (code) server.log("sent " + code); done(); }
client.onmessage(function(item) { server.log(item.topic + " " + item.message + " " + item.qos); done(); });
client.connect(URL, "echo-" + QOS, { username = "anybody", password = "anything" });
"""


@pytest.fixture(scope="module")
def broker() -> Iterator[MqttBrokerThread]:
    """The embedded broker, as long as amqtt is there."""
    if importlib.util.find_spec("amqtt") is None:
        missing("amqtt", "pip install 'impsim[mqtt-broker]'")
    thread = MqttBrokerThread(lambda event: None)
    yield thread
    thread.stop(5.0)


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("url", ["tcp://some.example", "ssl://hub.example", "ssl://other.example:443"])
def test_every_connection_goes_to_it(broker: MqttBrokerThread, url: str, qos: int) -> None:
    network = NetworkConfig(embedded_mqtt=broker.start)
    with AgentRun(ECHO, network=network, URL=url, QOS=qos) as run:
        assert run.end() == ["connected 0", f"granted {qos}", f"echo hello {qos}", "closed"]


def test_a_redirect_of_its_own_comes_first(broker: MqttBrokerThread) -> None:
    with RawBroker() as other:
        network = NetworkConfig(
            embedded_mqtt=broker.start, redirects={("some.example", 1883): ("127.0.0.1", other.port)}
        )
        with AgentRun(ECHO, network=network, URL="tcp://some.example", QOS=0):
            other.wait("SUBSCRIBE echo:0")


def test_offline_allows_it(broker: MqttBrokerThread) -> None:
    network = NetworkConfig(embedded_mqtt=broker.start, offline=True)
    with AgentRun(ECHO, network=network, URL="ssl://hub.example", QOS=0) as run:
        assert run.end()[0] == "connected 0"


def test_one_start_for_all(broker: MqttBrokerThread) -> None:
    assert broker.start() is broker.start()


def test_garbage_and_broken_connections_do_not_disturb_it(broker: MqttBrokerThread) -> None:
    place = broker.start()
    for address in (place.plain, place.tls):
        for data in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\xff", b"\x10\x04\x00\x04MQ"):
            with socket.create_connection(address) as connection:
                connection.sendall(data)
    network = NetworkConfig(embedded_mqtt=broker.start)
    with AgentRun(ECHO, network=network, URL="tcp://some.example", QOS=1) as run:
        assert run.end()[0] == "connected 0"


def test_it_tells_where_it_listens(broker: MqttBrokerThread) -> None:
    events: list[BrokerEvent] = []
    own = MqttBrokerThread(events.append)
    place = own.start()
    own.stop(5.0)
    assert [(event.event, event.address, event.detail) for event in events] == [
        ("listening", f"tcp://127.0.0.1:{place.plain[1]}", "MQTT"),
        ("listening", f"ssl://127.0.0.1:{place.tls[1]}", "MQTT"),
    ]


def test_run_with_broker(broker: MqttBrokerThread, tmp_path: Path) -> None:
    done = Cli(tmp_path).script(ECHO, "--broker", "--define", "URL=ssl://hub.example", "--define", "QOS=1")
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["connected 0", "granted 1", "echo hello 1", "closed"],
    )
    listening = [line for line in done.stderr.splitlines() if line.endswith("(MQTT)")]
    assert len(listening) == 2


def test_the_broker_is_not_started_for_scripts_without_mqtt(broker: MqttBrokerThread, tmp_path: Path) -> None:
    done = Cli(tmp_path).script('server.log("hello");', "--broker")
    assert (done.returncode, done.stdout) == (0, "hello\n")
    assert "MQTT" not in done.stderr


# Runs impsim in a process in which amqtt cannot be imported.
WITHOUT = "import sys; sys.modules['amqtt'] = None; from imp_runtime.cli import main; sys.exit(main())"


def test_without_amqtt(tmp_path: Path) -> None:
    (tmp_path / "agent.nut").write_text(
        'try { mqtt.createclient().connect("tcp://some.example", "me"); } catch (error) { server.log(error); }'
    )
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "run", "--broker", "--log-format", "plain", "agent.nut"],
        cwd=tmp_path,
        env=Cli(tmp_path).environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("the embedded broker has no MQTT without the package amqtt: pip install ")
    assert "--connect-to" in done.stdout


def test_without_amqtt_elsewhere_is_still_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amqtt", None)
    monkeypatch.delitem(sys.modules, "amqtt.broker", raising=False)
    without = MqttBrokerThread(lambda event: None)
    with pytest.raises(EmbeddedMqttError):
        without.start()
    with RawBroker() as other:
        network = NetworkConfig(
            embedded_mqtt=without.start, redirects={("some.example", 1883): ("127.0.0.1", other.port)}
        )
        with AgentRun(ECHO, network=network, URL="tcp://some.example", QOS=0):
            other.wait("SUBSCRIBE echo:0")
