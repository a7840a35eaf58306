"""Agents against RabbitMQ: what goes beyond `test_brokers`, with the broker's own view of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from proton import Message

from tests.command import COMMAND, Cli
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.broker.amqp_client import Client
from tests.interop.brokers import TLS_HOST, RabbitMq
from tests.interop.programs import Program

_numbers = itertools.count(1)


@pytest.fixture
def queue() -> str:
    """The name of a queue that nobody else uses."""
    return f"rabbit-{next(_numbers)}"


@pytest.fixture
def client(rabbitmq: RabbitMq) -> Iterator[Client]:
    """A raw client."""
    client = Client(rabbitmq.port, user=rabbitmq.user, password=rabbitmq.password)
    yield client.open()
    client.vanish()


ON_COMMAND = """
// Lets go of what it is told to by messages.
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") {
        session <- connection.opensession(onEvent);
        work <- connection.opensession();
    }
    if (event == "SESSION_OPEN") commands <- session.openreceiver(COMMANDS, onEvent, onCommand);
    if (event == "RECEIVER_OPEN") {
        receiver <- work.openreceiver(QUEUE, function(event, error) {
            sender <- work.opensender(QUEUE, @(event, error) server.log(event));
        }, @(deliveries) null);
    }
}
function onCommand(deliveries) {
    local name = deliveries.pop().message().body();
    if (name == "connection") commands = work = session = null;
    getroottable()[name] = null;
    server.log(name + " dropped");
}
connection <- amqp.openconnection(URL, onEvent);
"""


def test_the_broker_sees_every_handle_go(rabbitmq: RabbitMq, queue: str, client: Client) -> None:
    """A receiver is a consumer there, a session a channel."""
    commands = client.sender(f"/queue/{queue}-commands")

    def seen() -> tuple[int, int]:
        """Consumers of the queue, and channels of all agents."""
        consumers = rabbitmq.control("list_consumers", "queue_name", "--no-table-headers")
        channels = rabbitmq.control("list_channels", "pid", "--no-table-headers")
        # One is the raw client's.
        return consumers.count(queue), len(channels) - 1

    with AgentRun(ON_COMMAND, URL=rabbitmq.url, QUEUE=f"/queue/{queue}", COMMANDS=f"/queue/{queue}-commands") as run:
        run.wait_line("SENDER_OPEN")
        assert seen() == (1, 2)
        client.send_and_wait(commands, "receiver")
        run.wait_line("receiver dropped")
        rabbitmq.wait_until(lambda: seen() == (0, 2), "the receiver's end")
        # What is sent now waits for somebody else.
        client.send_and_wait(client.sender(f"/queue/{queue}"), "left")
        assert [message.body for _, message in client.receive(client.receiver(f"/queue/{queue}"))] == ["left"]
        client.send_and_wait(commands, "sender")
        run.wait_line("sender dropped")
        client.send_and_wait(commands, "work")
        run.wait_line("work dropped")
        rabbitmq.wait_until(lambda: seen() == (1, 1), "the session's end")
        client.send_and_wait(commands, "connection")
        assert run.end()[-1] == "connection dropped"
        rabbitmq.wait_until(lambda: seen() == (1, 0), "the connection's end")


SETTLE = """
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver(QUEUE, onEvent, onMessages);
}
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local body = delivery.message().body();
        server.log(body);
        if (body in delivery) delivery[body]();
        count++;
    }
    delivery = null;
    if (count == COUNT) receiver = session = connection = null;
}
count <- 0;
delivery <- null;
connection <- amqp.openconnection(URL, onEvent);
"""


def test_outcomes(rabbitmq: RabbitMq, queue: str, client: Client) -> None:
    """Accepted, rejected and dropped messages are gone; a released one comes again, to whoever asks."""
    bodies = ["accept", "reject", "dropped", "release"]
    sender = client.sender(f"/queue/{queue}")
    client.send_and_wait(sender, *bodies)
    with AgentRun(SETTLE, URL=rabbitmq.url, QUEUE=f"/queue/{queue}", COUNT=6) as run:
        run.wait_line("release", times=3)
        assert run.end()[:4] == bodies
    assert [message.body for _, message in client.receive(client.receiver(f"/queue/{queue}"))] == ["release"]
    rabbitmq.wait_until(lambda: messages(rabbitmq)[queue] == (0, 1), "one message, unsettled")


def messages(rabbitmq: RabbitMq) -> dict[str, tuple[int, int]]:
    """By queue: messages that wait, and messages that are out and not settled."""
    lines = rabbitmq.control("list_queues", "name", "messages_ready", "messages_unacknowledged", "--no-table-headers")
    rows = [line.split("\t") for line in lines]
    return {name: (int(ready), int(unsettled)) for name, ready, unsettled in rows}


def test_what_is_not_settled_comes_back_when_the_agent_is_gone(
    rabbitmq: RabbitMq, queue: str, client: Client, tmp_path: Path
) -> None:
    client.send_and_wait(client.sender(f"/queue/{queue}"), "first", "second")
    script = """
    kept <- [];
    function onEvent(event, error) {
        if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
        if (event == "SESSION_OPEN") receiver <- session.openreceiver(QUEUE, onEvent, onMessages);
    }
    function onMessages(deliveries) {
        kept.extend(deliveries);
        if (kept.len() == 2) server.log("both");
    }
    connection <- amqp.openconnection(URL, onEvent);
    """
    (tmp_path / "agent.nut").write_text(script)
    defines = ["--define", f"URL={rabbitmq.url}", "--define", f"QUEUE=/queue/{queue}"]
    command = [*COMMAND, "run", "--log-format", "plain", "--trace", "amqp", *defines, "agent.nut"]
    with Program(command, tmp_path, Cli(tmp_path).environment, name="agent") as agent:
        agent.wait_line(lambda line: line == "both", "both messages")
        assert messages(rabbitmq)[queue] == (0, 2)
        agent.kill()
    found = client.receive(client.receiver(f"/queue/{queue}"), 2)
    assert [(message.body, message.first_acquirer) for _, message in found] == [("first", False), ("second", False)]


OPEN = """
function onEvent(event, error) {
    server.log(event + (error ? ": " + error : ""));
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") {
        link <- RECEIVES ? session.openreceiver(QUEUE, onEvent, @(deliveries) null)
                         : session.opensender(QUEUE, onEvent);
    }
    if (event == "SESSION_ERROR") connection = null;
}
connection <- amqp.openconnection(URL, onEvent);
"""


@pytest.mark.parametrize(
    ("receives", "address", "error"),
    [
        (True, "/amq/queue/none", "amqp:not-found: NOT_FOUND - no queue 'none' in vhost '/'"),
        (True, "/nothing/x", 'amqp:invalid-field: Attach rejected: {unknown_destination,"/nothing/x"}'),
        (False, "/nothing/x", 'amqp:invalid-field: Attach rejected: {unknown_destination,"/nothing/x"}'),
    ],
)
def test_addresses_that_are_refused(rabbitmq: RabbitMq, receives: bool, address: str, error: str) -> None:
    """RabbitMQ ends the session instead of the link."""
    with AgentRun(OPEN, URL=rabbitmq.url, QUEUE=address, RECEIVES=receives) as run:
        assert run.end() == [
            "CONNECTION_OPEN",
            "SESSION_OPEN",
            f"{'RECEIVER' if receives else 'SENDER'}_ERROR: {error}",
            f"SESSION_ERROR: {error}",
        ]


def test_password_with_characters_that_mean_something_in_urls(rabbitmq: RabbitMq, queue: str) -> None:
    rabbitmq.control("add_user", "bob", "p@ss:w/ord%")
    rabbitmq.control("set_permissions", "bob", "^none", "^none", "^none")
    url = f"amqp://bob:p%40ss%3Aw%2Ford%25@127.0.0.1:{rabbitmq.port}"
    why = f"access to queue '{queue}' in vhost '/' refused for user 'bob'"
    refused = f"amqp:unauthorized-access: ACCESS_REFUSED - {why}"
    with AgentRun(OPEN, URL=url, QUEUE=f"/queue/{queue}", RECEIVES=True) as run:
        assert run.end() == [
            "CONNECTION_OPEN",
            "SESSION_OPEN",
            f"RECEIVER_ERROR: {refused}",
            f"SESSION_ERROR: {refused}",
        ]


def test_a_user_without_rights_for_the_host(rabbitmq: RabbitMq, queue: str) -> None:
    rabbitmq.control("add_user", "carol", "carol")
    refused = "amqp:unauthorized-access: Access for user 'carol' was refused: insufficient permissions"
    with AgentRun(OPEN, URL=f"amqp://carol:carol@127.0.0.1:{rabbitmq.port}", QUEUE=queue, RECEIVES=True) as run:
        assert run.end() == ["CONNECTION_OPEN", f"SESSION_ERROR: {refused}"]


RECONNECT = """
function onEvent(event, error) {
    server.log(event);
    switch (event) {
        case "CONNECTION_OPEN": session <- connection.opensession(onEvent); break;
        case "SESSION_OPEN":    sender <- session.opensender(QUEUE, onEvent); break;
        case "SENDER_OPEN":
            sender.createtransfer(amqp.createmessage("x")).sendasync(function() {
                server.log("sent");
                if (lost) sender = session = connection = null;
            });
            break;
        case "CONNECTION_ERROR": case "CONNECTION_CLOSED":
            lost = true;
            imp.wakeup(0.2, connect);
            break;
    }
}
function connect() {
    connection = amqp.openconnection(URL, onEvent);
}
lost <- false;
connection <- null;
connect();
"""


@pytest.mark.slow
def test_a_broker_that_restarts(rabbitmq: RabbitMq, queue: str) -> None:
    with AgentRun(RECONNECT, URL=rabbitmq.url, QUEUE=f"/queue/{queue}") as run:
        run.wait_line("sent")
        rabbitmq.control("stop_app")
        run.wait_line("CONNECTION_ERROR")
        rabbitmq.control("start_app")
        lines = run.end()
    start = ["CONNECTION_OPEN", "SESSION_OPEN", "SENDER_OPEN", "sent"]
    assert lines[:7] == [*start, "SENDER_CLOSED", "SESSION_CLOSED", "CONNECTION_ERROR"]
    assert set(lines[7:-4]) == {"CONNECTION_ERROR"}
    assert lines[-4:] == start


def test_the_command_line(rabbitmq: RabbitMq, queue: str, client: Client, tmp_path: Path) -> None:
    """`impsim run` with a certificate authority of one's own."""
    (tmp_path / "ca.pem").write_text(rabbitmq.authority.pem)
    client.send_and_wait(client.sender(f"/queue/{queue}"), Message("accept"))
    done = Cli(tmp_path).script(
        SETTLE,
        *("--tls-ca", "ca.pem", "--connect-to", f"{TLS_HOST}:5671=127.0.0.1:{rabbitmq.tls_port}"),
        *("--define", f"URL={rabbitmq.tls_url}", "--define", f"QUEUE=/queue/{queue}", "--define", "COUNT=1"),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "accept\n", "")
    assert messages(rabbitmq)[queue] == (0, 0)
