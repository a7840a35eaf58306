"""The vendor's AzureIoTHub agent library at the embedded IoT hub, unmodified.

Its source is not part of this project. The tests run when the environment variable IMPSIM_AZURE_IOTHUB names a folder
with a folder for each version (v2.0.0, v2.1.0, v2.2.0), as `git worktree add` or an archive of the tag make them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.imp_runtime.broker.amqp_client import EventLog
from tests.imp_runtime.broker.conftest import RunAgent, StartHub
from tests.imp_runtime.broker.hub_agent import CONNECTION_STRING
from tests.imp_runtime.broker.hub_client import DEVICEBOUND, EVENTS, HOST, OTHER_KEY, Hub

VARIABLE = "IMPSIM_AZURE_IOTHUB"
VERSIONS = ["v2.0.0", "v2.1.0", "v2.2.0"]
FOLDER = os.environ.get(VARIABLE)
DEVICE = ("--define", f"DEVICE={CONNECTION_STRING}")

pytestmark = pytest.mark.skipif(FOLDER is None, reason=f"{VARIABLE} names no folder with the library")

AGENT = """
client <- AzureIoTHub.Client(DEVICE);

function onMessage(error, delivery) {
    if (error) {
        server.error("receive: " + error);
        return;
    }
    local message = delivery.getMessage();
    local word = message.getBody().tostring();
    server.log("got " + word + " " + typeof message.getBody() + " " + message.getProperties().len());
    switch (word) {
        case "complete": delivery.complete(); break;
        case "abandon":  delivery.abandon(); break;
        case "reject":   delivery.reject(); break;
        case "send":
            delivery.complete();
            send("again");
            break;
        case "close":
            delivery.complete();
            client.receive(null);
            client.receive(onMessage);
            server.log("listening again");
            break;
        case "quit":
            delivery.complete();
            imp.wakeup(0, function() {
                client.disconnect();
                server.log("disconnected");
            });
            break;
    }
}

function send(body, properties = null) {
    client.sendEvent(AzureIoTHub.Message(body, properties), function(error) {
        server.log(error ? "not sent: " + error : "sent");
    });
}

function onConnected(error) {
    if (error) {
        server.error("connect: " + error);
        client.disconnect();
        return;
    }
    server.log("connected");
    client.receive(onMessage);
    send({"reading": 21.5}, {"alert": false});
}
"""
CONNECT = "client.connect(onConnected);\n"
# From 2.1.0 on the library tells of the end.
CONNECT_AND_LISTEN = 'client.connect(onConnected, function(error) { server.error("end: " + error); });\n'


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """One version after the other."""
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture
def library(version: str) -> str:
    """The source of the library."""
    assert FOLDER is not None
    source = (Path(FOLDER) / version / "AzureIoTHub.agent.lib.nut").read_text()
    assert f'VERSION = "{version[1:]}"' in source
    return source


def post(hub: Hub, *words: str) -> None:
    """Send messages to the device."""
    for word in words:
        assert hub.ask("POST", DEVICEBOUND, word, {"iothub-app-why": "test"})[0] == 201


def test_connect_send_receive_feedback_disconnect(hub: Hub, run_agent: RunAgent, library: str) -> None:
    agent = run_agent(hub, library + AGENT + CONNECT, *DEVICE)
    agent.wait_for("connected")
    agent.wait_for("sent")
    [event] = hub.ask("GET", EVENTS)[1]
    assert (event["body"], event["properties"]) == ('{ "reading": 21.5 }', {"alert": False})

    post(hub, "complete", "abandon", "reject", "left alone")
    # What no feedback method was called for is accepted.
    assert sorted(hub.outcomes(4)) == ["DeliveryCountExceeded", "Rejected", "Success", "Success"]
    post(hub, "send")
    agent.wait_for("sent")
    assert hub.ask("GET", f"{EVENTS}?after=1")[1][0]["body"] == "again"
    post(hub, "close")
    agent.wait_for("listening again")
    post(hub, "complete")
    assert hub.outcomes(7)[4:] == ["Success"] * 3

    post(hub, "quit")
    assert agent.end() == 0
    assert agent.lines[-1] == "disconnected"
    assert agent.lines.count("got abandon blob 1") == 10
    assert not [line for line in agent.lines if line.startswith("ERROR")]
    assert agent.errors() == ""


def test_renewal_on_expiry(start_hub: StartHub, run_agent: RunAgent, library: str, log: EventLog) -> None:
    hub = start_hub(token_life=0.5)
    agent = run_agent(hub, library + AGENT + CONNECT, *DEVICE)
    agent.wait_for("sent")
    for number in (1, 2, 3):
        log.wait("token-expired", count=number)
        # Attached again, both of them.
        log.wait("link-attached", count=number + 1, address=EVENTS)
        log.wait("link-attached", count=number + 1, address=DEVICEBOUND)
    post(hub, "quit")
    assert agent.end() == 0
    assert not log.named("put-token", outcome="401")
    assert not [line for line in agent.lines if line.startswith("ERROR")]


def test_the_hub_goes_away(hub: Hub, run_agent: RunAgent, version: str, library: str) -> None:
    listens = version != "v2.0.0"
    agent = run_agent(hub, library + AGENT + (CONNECT_AND_LISTEN if listens else CONNECT), *DEVICE)
    agent.wait_for("sent")
    hub.broker.stop()
    agent.end()
    ends = [line for line in agent.lines if line.startswith("ERROR: end:")]
    assert ends == (
        ["ERROR: end: Connection to IoT Hub closed. Please reconnect to send or receive events."] if listens else []
    )
    assert agent.process.returncode == 0


def test_a_wrong_key(hub: Hub, run_agent: RunAgent, library: str) -> None:
    wrong = f"HostName={HOST};DeviceId=d1;SharedAccessKey={OTHER_KEY}"
    agent = run_agent(hub, library + AGENT + CONNECT, "--define", f"DEVICE={wrong}")
    assert agent.end() == 0
    assert agent.lines == ["ERROR: connect: Not authorised with Azure IOT Hub"]
