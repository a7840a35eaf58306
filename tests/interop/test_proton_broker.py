"""Agents against Proton's C broker: what goes beyond `test_brokers`."""

from __future__ import annotations

from pathlib import Path

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.interop.brokers import ProtonBroker

WAITING = """
function onEvent(event, error) {
    server.log(event + (error ? ": " + error : ""));
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("a", onEvent, @(deliveries) null);
    if (event == "RECEIVER_OPEN") sender <- session.opensender("b", onEvent);
    if (event == "CONNECTION_ERROR") {
        server.log(receiver.isopen() || sender.isopen() || session.isopen() || connection.isopen());
    }
}
connection <- amqp.openconnection(URL, onEvent);
"""


def test_a_broker_that_is_killed(proton_folder: Path) -> None:
    """The links first, then the session, then the connection; everything is closed by then, and the run ends."""
    with ProtonBroker(proton_folder) as broker, AgentRun(WAITING, URL=broker.url) as run:
        run.wait_line("SENDER_OPEN")
        assert isinstance(broker, ProtonBroker)
        assert broker.program is not None
        broker.program.kill()
        lines = run.end()
    assert lines[:4] == ["CONNECTION_OPEN", "SESSION_OPEN", "RECEIVER_OPEN", "SENDER_OPEN"]
    *closed, error, still_open = lines[4:]
    assert closed == ["RECEIVER_CLOSED", "SENDER_CLOSED", "SESSION_CLOSED"]
    assert error.startswith("CONNECTION_ERROR: the connection to 127.0.0.1:")
    assert still_open == "false"
