"""Scripts against the embedded broker: the samples, and the sequence that a token library drives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from imp_runtime.broker import BrokerConfig, BrokerThread
from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.agent_run import AgentRun

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture
def broker() -> Iterator[BrokerThread]:
    with BrokerThread(BrokerConfig(tls_port=0), lambda _: None) as broker:
        yield broker


@pytest.fixture
def network(broker: BrokerThread) -> NetworkConfig:
    """Every connection goes to the broker, whatever the host of its URL is."""
    assert broker.tls_port is not None
    return NetworkConfig(
        redirect_all_amqp=("127.0.0.1", broker.port),
        redirect_all_amqps=("127.0.0.1", broker.tls_port),
        ca_pem=(broker.ca_pem.decode(),),
    )


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def test_telemetry_sample(network: NetworkConfig) -> None:
    with AgentRun(sample("amqp_telemetry.nut"), network, HUB_NAME="myhub.example.net") as run:
        lines = run.end()
    assert lines[:5] == [
        "Connecting to myhub.example.net",
        "CONNECTION_OPEN",
        "SESSION_OPEN",
        "SENDER_OPEN",
        "RECEIVER_OPEN",
    ]
    assert [line for line in lines if line.startswith("Sent")] == [
        "Sent 1: kitchen 21.5",
        "Sent 2: cellar 11",
        "Sent 3: attic 28.25",
    ]
    assert [line for line in lines if line.startswith(("Received", "Accepted"))] == [
        "Received 1: kitchen 21.5 from kitchen",
        "Accepted 1",
        "Received 2: cellar 11 from cellar",
        "Accepted 2",
        "Received 3: attic 28.25 from attic",
        "Accepted 3",
    ]
    assert lines[-4:] == ["Receiver closed", "Sender closed", "Session closed", "Connection closed"]
    assert len(lines) == 18


def test_documented_sample(network: NetworkConfig) -> None:
    with AgentRun(sample("amqp_documented.nut"), network, HUB_NAME="myhub.example.net") as run:
        # The first of the two senders is released before its event could reach the script.
        assert run.end() == ["CONNECTION_OPEN", "SESSION_OPEN", "SENDER_OPEN", "Token sent"]


TOKEN = """
sessions <- {};
senders <- {};
receivers <- {};
function open(event, detail) {
    server.log("C " + event);
    if (event == "CONNECTION_OPEN") sessions.auth <- conn.opensession(auth.bindenv(this));
}
function auth(event, detail) {
    server.log("A " + event);
    if (event == "SESSION_OPEN") {
        receivers.auth <- sessions.auth.openreceiver("$cbs", auth.bindenv(this), answer.bindenv(this));
    }
    if (event == "RECEIVER_OPEN") senders.auth <- sessions.auth.opensender("$cbs", auth.bindenv(this));
    if (event == "SENDER_OPEN") {
        local properties = { operation = "put-token", type = "azure-devices.net:sastoken", name = "hub/devices/d" };
        local message = amqp.createmessage("token", properties);
        senders.auth.createtransfer(message).sendasync(function() { server.log("token sent"); });
    }
}
function answer(deliveries) {
    while (deliveries.len() > 0) {
        local delivery = deliveries.remove(0);
        delivery.accept();
        local properties = delivery.message().properties();
        server.log(properties["status-code"] == 200 && properties["status-description"] == "OK");
    }
    sessions.event <- conn.opensession(events.bindenv(this));
}
function events(event, detail) {
    server.log("E " + event);
    if (event == "SESSION_OPEN") {
        senders.event <- sessions.event.opensender("/devices/d/messages/events", events.bindenv(this));
    }
    if (event == "SENDER_OPEN") {
        senders.event.createtransfer(amqp.createbinarymessage("reading", {})).sendasync(function() {
            server.log("event sent");
            conn.close();
            sessions = {};
            senders = {};
            receivers = {};
        });
    }
}
conn <- amqp.openconnection("amqps://hub.example.net", open.bindenv(this));
"""


def test_token_sequence(broker: BrokerThread, network: NetworkConfig) -> None:
    with AgentRun(TOKEN, network) as run:
        lines = run.end()
    assert lines[:4] == ["C CONNECTION_OPEN", "A SESSION_OPEN", "A RECEIVER_OPEN", "A SENDER_OPEN"]
    assert sorted(lines[4:6]) == ["token sent", "true"]
    assert lines[6:] == ["E SESSION_OPEN", "E SENDER_OPEN", "event sent"]
    assert broker.queue_depth("/devices/d/messages/events") == 1


def test_released_messages_come_again(network: NetworkConfig) -> None:
    script = """
    times <- 0;
    function onEvent(event, detail) {
        if (event == "CONNECTION_OPEN") session <- conn.opensession();
        if (event == "SESSION_OPEN") receiver <- session.openreceiver("q", null, onMessages);
        if (event == "RECEIVER_OPEN") sender <- session.opensender("q");
        if (event == "SENDER_OPEN") sender.createtransfer(amqp.createmessage("x")).sendasync(function() { });
    }
    function onMessages(deliveries) {
        times++;
        server.log(deliveries[0].message().body() + times);
        if (times < 3) deliveries[0].release();
        else { deliveries[0].accept(); conn = null; }
    }
    conn <- amqp.openconnection("amqp://anywhere", onEvent);
    """
    with AgentRun(script, network) as run:
        assert run.end() == ["x1", "x2", "x3"]


def test_many_messages(broker: BrokerThread, network: NetworkConfig) -> None:
    script = """
    sent <- 0;
    got <- 0;
    function onEvent(event, detail) {
        if (event == "CONNECTION_OPEN") session <- conn.opensession();
        if (event == "SESSION_OPEN") receiver <- session.openreceiver("q", null, onMessages);
        if (event == "RECEIVER_OPEN") sender <- session.opensender("q");
        if (event == "SENDER_OPEN") {
            for (local i = 0; i < 1000; i++) {
                sender.createtransfer(amqp.createmessage(i.tostring())).sendasync(function() { sent++; done(); });
            }
        }
    }
    function onMessages(deliveries) {
        foreach (d in deliveries) {
            if (d.message().body() != got.tostring()) server.log("out of order");
            got++;
        }
        deliveries.clear();
        done();
    }
    function done() { if (sent == 1000 && got == 1000) { server.log("done"); conn = null; } }
    conn <- amqp.openconnection("amqp://anywhere", onEvent);
    """
    with AgentRun(script, network) as run:
        assert run.end() == ["done"]
