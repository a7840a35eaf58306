"""The samples that speak MQTT."""

from __future__ import annotations

from pathlib import Path

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.mqtt.mosquitto import Mosquitto
from tests.imp_runtime.mqtt.raw_broker import RawBroker

SAMPLES = Path(__file__).parents[3] / "samples"
TELEMETRY = (SAMPLES / "mqtt_telemetry.nut").read_text(encoding="utf-8")
COMMANDS = (SAMPLES / "mqtt_commands.nut").read_text(encoding="utf-8")

# Somebody who gives the lamp a command and tells what it says.
OTHER = """
client <- mqtt.createclient();
client.onconnect(function(code) {
    client.subscribe("lamp/#", 1, function(code, qos) { server.log("listening"); });
});
client.onmessage(function(item) { server.log(item.topic + " " + item.message); });
client.connect(BROKER, "other");
function command(text) { client.createmessage("lamp/command", text, { qos = 1 }).sendasync(); }
"""


def test_telemetry(mosquitto: Mosquitto) -> None:
    with AgentRun(TELEMETRY, BROKER=mosquitto.url) as run:
        log = run.end()
        assert log[:3] == [f"Connecting to {mosquitto.url}", "Connected", "Subscribed with QoS 1"]
        assert sorted(log[3:-1]) == [
            'Received 1: house/readings/kitchen { "sensor": "kitchen", "celsius": 21.5 }',
            'Received 2: house/readings/cellar { "sensor": "cellar", "celsius": 11 }',
            'Received 3: house/readings/attic { "sensor": "attic", "celsius": 28.25 }',
        ]
        assert log[-1] == "Disconnected"


def test_commands(mosquitto: Mosquitto) -> None:
    commands = """
        client.onmessage(function(item) {
            server.log(item.topic + " " + item.message);
            if (item.topic == "lamp/online" && item.message.tostring() == "no") client.disconnect();
            else if (item.topic == "lamp/state") command(item.message.tostring() == "off" ? "on" : "quit");
        });
    """
    with AgentRun(OTHER + commands, BROKER=mosquitto.url) as other:
        other.wait_line("listening")
        with AgentRun(COMMANDS, BROKER=mosquitto.url) as lamp:
            assert lamp.end() == ["Connected", "Ready", "Command: on", "Command: quit", "Disconnected"]
        assert other.end() == [
            "listening",
            "lamp/online yes",
            "lamp/state off",
            "lamp/command on",
            "lamp/state on",
            "lamp/command quit",
            "lamp/online no",
        ]


def test_commands_connects_again() -> None:
    quick = COMMANDS.replace("FIRST_WAIT = 1", "FIRST_WAIT = 0")
    with RawBroker() as broker, AgentRun(quick, BROKER=broker.url) as run:
        run.wait_line("Ready")
        broker.hang_up()
        run.wait_line("Ready", 2)
        lost = run.lines.index("ERROR: Connection lost: -1")
        assert run.lines[lost + 1 :] == ["Connecting again in 0 s", "Connected", "Ready"]
        broker.publish("lamp/command", b"dance")
        run.wait_line("ERROR: Unknown command: dance")
        broker.publish("lamp/command", b"on", 2)
        broker.wait("PUBLISH lamp/state q1 retained on")


def test_commands_with_a_wrong_password() -> None:
    with RawBroker(connack=b"\x20\x02\x00\x05") as broker, AgentRun(COMMANDS, BROKER=broker.url) as run:
        assert run.end() == ["ERROR: Cannot connect: 5"]
