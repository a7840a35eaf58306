"""An agent of our own at the IoT hub: the sample, from the first token to the last message."""

from __future__ import annotations

from pathlib import Path

from tests.imp_runtime.broker.amqp_client import EventLog
from tests.imp_runtime.broker.conftest import RunAgent, StartHub
from tests.imp_runtime.broker.hub_agent import CONNECTION_STRING
from tests.imp_runtime.broker.hub_client import DEVICEBOUND, EVENTS, HOST, OTHER_KEY, Hub

SAMPLE = (Path(__file__).parents[3] / "samples" / "iothub_telemetry.nut").read_text()
DEVICE = ("--define", f"DEVICE={CONNECTION_STRING}")


def test_telemetry_messages_and_the_end(hub: Hub, run_agent: RunAgent) -> None:
    agent = run_agent(hub, SAMPLE, *DEVICE)
    agent.wait_for("Token accepted")
    agent.wait_for("Sent")
    [event] = hub.ask("GET", EVENTS)[1]
    assert (event["body"], event["properties"]) == ('{ "celsius": 21.5, "reading": 1 }', {"alert": False})
    for word in ("on", "later", "dance"):
        assert hub.ask("POST", DEVICEBOUND, word)[0] == 201
    assert sorted(hub.outcomes(3)) == ["DeliveryCountExceeded", "Rejected", "Success"]
    hub.ask("POST", DEVICEBOUND, "quit")
    assert hub.outcomes(4)[3] == "Success"
    assert agent.end() == 0
    assert agent.lines.count("Not now") == 10
    assert "The lamp is on" in agent.lines
    assert "Not understood: dance" in agent.lines
    assert agent.lines[-1] == "Closed"
    assert hub.ask("GET", "/devices")[1][0]["cloudToDeviceMessageCount"] == 0


def test_renewal(start_hub: StartHub, run_agent: RunAgent, log: EventLog) -> None:
    hub = start_hub(token_life=0.5)
    agent = run_agent(hub, SAMPLE.replace("READING_EVERY = 10.0", "READING_EVERY = 0.1"), *DEVICE)
    for _ in range(3):
        agent.wait_for("Token accepted")
        agent.wait_for("Sent")
        agent.wait_for("Token expired")
    hub.ask("POST", DEVICEBOUND, "quit")
    assert agent.end() == 0
    # One new token for both links, each time.
    tokens, expiries = len(log.named("put-token")), len(log.named("token-expired"))
    assert tokens in (expiries, expiries + 1)
    assert not log.named("put-token", outcome="401")
    numbers = [event["body"] for event in hub.ask("GET", EVENTS)[1]]
    assert len(numbers) == len(set(numbers)) >= 3


def test_a_wrong_key(hub: Hub, run_agent: RunAgent) -> None:
    wrong = f"HostName={HOST};DeviceId=d1;SharedAccessKey={OTHER_KEY}"
    agent = run_agent(hub, SAMPLE, "--define", f"DEVICE={wrong}")
    assert agent.end() == 0
    refusal = "Unauthorized: the signature does not match the keys of the device d1"
    assert agent.lines == [f"ERROR: Token refused: {refusal}", "Closed"]


def test_the_hub_goes_away(hub: Hub, run_agent: RunAgent) -> None:
    agent = run_agent(hub, SAMPLE, *DEVICE)
    agent.wait_for("Waiting for messages")
    hub.broker.stop()
    assert agent.end() == 0
    assert agent.lines[-1] == "Closed"
    assert any("amqp:connection:forced" in line for line in agent.lines)


def test_a_device_that_is_deleted(start_hub: StartHub, run_agent: RunAgent) -> None:
    hub = start_hub(registry_port=0)
    agent = run_agent(hub, SAMPLE, *DEVICE)
    agent.wait_for("Waiting for messages")
    hub.registry("DELETE", "/devices/d1")
    assert agent.end() == 0
    assert "ERROR: amqp:not-found: the device d1 was deleted" in agent.lines
