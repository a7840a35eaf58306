"""Agents against the brokers of others: what works with each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from proton import Delivery, Message

from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.broker.amqp_client import Client
from tests.interop.brokers import TLS_HOST, Broker
from tests.interop.values import PROPERTY_TYPES, SHOW, VALUES, encoded, shown_properties, text

_numbers = itertools.count(1)


@pytest.fixture
def queue(broker: Broker) -> str:
    """The address of a queue that nobody else uses."""
    return f"{broker.prefix}interop-{next(_numbers)}"


@pytest.fixture
def client(broker: Broker) -> Iterator[Client]:
    """A raw client of the broker."""
    client = Client(broker.port, user=broker.user, password=broker.password)
    yield client.open()
    client.vanish()


BODIES: dict[str, bytes] = {
    "empty": b"",
    "text": b"21.5",
    "UTF-8": "grün €".encode(),
    "zero bytes": b"a\0b\0",
    "255 bytes": b"x" * 255,
    "256 bytes": b"x" * 256,
    "100000 bytes": bytes(range(256)) * 390 + b"!" * 160,
}

SEND = """
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") sender <- session.opensender(QUEUE, onEvent);
    if (event == "SENDER_OPEN") {
        local name = "caf\\xc3\\xa9";
        local properties = {number = -2147483648, zero = 0, ratio = 1.5, yes = true, no = false, name = name};
        sender.createtransfer(amqp.createbinarymessage(BODY, properties)).sendasync(function() {
            local message = BINARY_ONLY ? amqp.createbinarymessage(BODY) : amqp.createmessage(BODY, properties);
            sender.createtransfer(message).sendasync(function() {
                server.log("sent");
                sender = session = connection = null;
            });
        });
    }
}
connection <- amqp.openconnection(URL, onEvent);
"""
PROPERTIES: dict[str, object] = {
    "number": -2147483648,
    "zero": 0,
    "ratio": 1.5,
    "yes": True,
    "no": False,
    "name": "café",
}


def parts(message: Message) -> tuple[object, object, object]:
    """Whether the body is a DATA section, the body, the application properties."""
    # Proton's view of the bytes ends with the message.
    body: object = message.body
    return message.inferred, bytes(body) if isinstance(body, memoryview) else body, message.properties


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_messages_of_an_agent_arrive(broker: Broker, queue: str, client: Client, body: bytes) -> None:
    """Both kinds of body, with application properties of every type."""
    # A VALUE string must be UTF-8, which only these are.
    is_text = len(body) < 1000
    content = body.decode("latin-1")
    with AgentRun(SEND, URL=broker.url, QUEUE=queue, BODY=content, BINARY_ONLY=not is_text) as run:
        assert run.end() == ["sent"]
    binary, other = (parts(message) for _, message in client.receive(client.receiver(queue), 2))
    assert binary == (True, body, PROPERTIES)
    assert other == ((False, body.decode(), PROPERTIES) if is_text else (True, body, None))


RECEIVE = (
    SHOW
    + """
count <- 0;
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver(QUEUE, onEvent, onMessages);
}
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local message = delivery.message();
        server.log(show(message.body()));
        if (message.properties().len() > 0) server.log(show(message.properties()));
        count++;
        delivery.accept();
    }
    delivery = null;
    if (count == COUNT) receiver = session = connection = null;
}
delivery <- null;
connection <- amqp.openconnection(URL, onEvent);
"""
)


def test_every_type_of_body_reaches_an_agent(broker: Broker, queue: str, client: Client) -> None:
    expected = {name: shown for name, (_, shown) in VALUES.items() if name not in broker.cannot_carry}
    sender = client.sender(queue)
    for name in expected:
        assert client.send_and_wait(sender, encoded(VALUES[name][0])) == [Delivery.ACCEPTED]
    with AgentRun(RECEIVE, URL=broker.url, QUEUE=queue, COUNT=len(expected)) as run:
        assert dict(zip(expected, run.end(), strict=True)) == expected


def test_every_kind_of_body_section_reaches_an_agent(broker: Broker, queue: str, client: Client) -> None:
    one_data = b"\x00\x53\x75\xa0\x02ab"
    two_data = one_data + b"\x00\x53\x75\xa0\x02cd"
    two_sequences = b"\x00\x53\x76\xc0\x03\x01\x54\x01" + b"\x00\x53\x76\xc0\x03\x01\x54\x02"
    header_and_footer = b"\x00\x53\x70\xc0\x02\x01\x41" + one_data
    client.send_and_wait(client.sender(queue), one_data, two_data, two_sequences, header_and_footer)
    with AgentRun(RECEIVE, URL=broker.url, QUEUE=queue, COUNT=4) as run:
        lines = run.end()
    if broker.reverses_sections:
        assert lines == ["blob 6162", "blob 63646162", "[integer 2, integer 1]", "blob 6162"]
    else:
        assert lines == ["blob 6162", "blob 61626364", "[integer 1, integer 2]", "blob 6162"]


def test_every_type_of_property_reaches_an_agent(broker: Broker, queue: str, client: Client) -> None:
    message = Message("x", properties={name: VALUES[name][0] for name in PROPERTY_TYPES})
    client.send_and_wait(client.sender(queue), message)
    with AgentRun(RECEIVE, URL=broker.url, QUEUE=queue, COUNT=1) as run:
        assert run.end() == [text("x"), shown_properties()]


ECHO = """
sent <- 0;
got <- 0;
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver(QUEUE, onEvent, onMessages);
    if (event == "RECEIVER_OPEN") sender <- session.opensender(QUEUE, onEvent);
    if (event == "SENDER_OPEN") {
        for (local i = 0; i < COUNT; i++) {
            local number = i;
            sender.createtransfer(amqp.createmessage(number.tostring())).sendasync(function() {
                if (number != sent++) server.log("callback of " + number + " out of order");
                done();
            });
        }
    }
}
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local body = delivery.message().body();
        if (body != got.tostring()) server.log(body + " came instead of " + got);
        got++;
    }
    deliveries.clear();
    delivery = null;
    done();
}
function done() {
    if (sent == COUNT && got == COUNT) {
        server.log("done");
        sender = receiver = session = connection = null;
    }
}
delivery <- null;
connection <- amqp.openconnection(URL, onEvent);
"""


def test_a_thousand_messages_there_and_back(broker: Broker, queue: str) -> None:
    """Far more than either side grants credit for at once; in order, each once."""
    with AgentRun(ECHO, URL=broker.url, QUEUE=queue, COUNT=1000) as run:
        assert run.end() == ["done"]


LARGE = """
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") sender <- session.opensender(QUEUE, onEvent);
    if (event == "SENDER_OPEN") {
        local block = "";
        for (local i = 0; i < 1024; i++) block += (i * 7 & 0xff).tochar();
        local body = blob(0);
        for (local i = 0; i < 1024; i++) body.writestring(block);
        sender.createtransfer(amqp.createbinarymessage(body.tostring())).sendasync(function() {
            server.log("sent");
            receiver <- session.openreceiver(QUEUE, onEvent, onMessages);
        });
    }
}
function onMessages(deliveries) {
    local body = deliveries[0].message().body();
    server.log(body.len());
    local wrong = 0;
    for (local i = 0; i < body.len(); i += 997) if (body[i] != (i % 1024 * 7 & 0xff)) wrong++;
    server.log(wrong + " wrong");
    deliveries[0].release();
    receiver = sender = session = connection = null;
}
connection <- amqp.openconnection(URL, onEvent);
"""


def test_a_megabyte_there_and_back(broker: Broker, queue: str, client: Client) -> None:
    """Many frames a message."""
    with AgentRun(LARGE, URL=broker.url, QUEUE=queue) as run:
        assert run.end() == ["sent", "1048576", "0 wrong"]
    expected = bytes(i * 7 & 0xFF for i in range(1024)) * 1024
    client.send_and_wait(client.sender(queue + "-raw"), Message(expected, inferred=True))
    (_, message) = client.receive(client.receiver(queue + "-raw"))[0]
    # Not compared by assert, which would take minutes to show the difference.
    same = message.body == expected
    assert same


KEEP = """
kept <- [];
holds <- true;
count <- 0;
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver(QUEUE, onEvent, onMessages);
}
function onMessages(deliveries) {
    count += deliveries.len();
    if (holds) {
        kept.extend(deliveries);
        if (count == 100) {
            server.log("a window");
            imp.wakeup(DELAY, letGo);
        }
    } else if (count == 250) {
        server.log("all");
        receiver = session = connection = null;
    }
}
function letGo() {
    server.log(count);
    holds = false;
    kept.clear();
}
connection <- amqp.openconnection(URL, onEvent);
"""


def test_a_broker_sends_no_more_than_the_agent_gives_credit_for(broker: Broker, queue: str, client: Client) -> None:
    sender = client.sender(queue)
    for number in range(250):
        client.send_and_wait(sender, str(number))
    with AgentRun(KEEP, URL=broker.url, QUEUE=queue, DELAY=0.3) as run:
        assert run.end() == ["a window", "100", "all"]


def test_what_the_agent_has_no_credit_for_goes_to_others(broker: Broker, queue: str, client: Client) -> None:
    sender = client.sender(queue)
    for number in range(130):
        client.send_and_wait(sender, str(number))
    with AgentRun(KEEP, URL=broker.url, QUEUE=queue, DELAY=3600) as run:
        run.wait_line("a window")
        rest = client.receive(client.receiver(queue, 50), 30)
        assert [message.body for _, message in rest] == [str(number) for number in range(100, 130)]


CONNECT = """
function onEvent(event, error) {
    server.log(event + (error ? ": " + error : ""));
    connection = null;
}
connection <- amqp.openconnection(URL, onEvent);
"""


def test_tls(broker: Broker) -> None:
    with AgentRun(CONNECT, broker.tls_network(), URL=broker.tls_url) as run:
        assert run.end() == ["CONNECTION_OPEN"]


def test_messages_over_tls(broker: Broker, queue: str) -> None:
    with AgentRun(ECHO, broker.tls_network(), URL=broker.tls_url, QUEUE=queue, COUNT=300) as run:
        assert run.end() == ["done"]


def test_a_large_message_over_tls(broker: Broker, queue: str) -> None:
    with AgentRun(LARGE, broker.tls_network(), URL=broker.tls_url, QUEUE=queue) as run:
        assert run.end() == ["sent", "1048576", "0 wrong"]


def test_tls_with_an_authority_that_is_not_trusted(broker: Broker) -> None:
    with AgentRun(CONNECT, broker.tls_network(trusted=False), URL=broker.tls_url) as run:
        (line,) = run.end()
    place = f"{TLS_HOST}:5671 (redirected to 127.0.0.1:{broker.tls_port})"
    assert line.startswith(f"CONNECTION_ERROR: the certificate of {place} is not trusted")


def test_tls_with_another_name_than_the_certificates(broker: Broker) -> None:
    network = NetworkConfig(
        redirects={("other.example", 5671): ("127.0.0.1", broker.tls_port)}, ca_pem=(broker.authority.pem,)
    )
    place = f"other.example:5671 (redirected to 127.0.0.1:{broker.tls_port})"
    with AgentRun(CONNECT, network, URL=broker.tls_url.replace(TLS_HOST, "other.example")) as run:
        assert run.end() == [f"CONNECTION_ERROR: the certificate of {place} is not for 'other.example'"]


def test_anonymous(broker: Broker) -> None:
    with AgentRun(CONNECT, URL=f"amqp://127.0.0.1:{broker.port}") as run:
        assert run.end() == ["CONNECTION_OPEN"]


def test_wrong_password(broker: Broker) -> None:
    with AgentRun(CONNECT, URL=f"amqp://alice:wrong@127.0.0.1:{broker.port}") as run:
        (line,) = run.end()
    place = f"127.0.0.1:{broker.port}"
    if broker.user:
        text = f"{place} refused the user name or the password"
    else:
        text = f"{place} does not offer to log in with a user name and password (SASL PLAIN)"
    assert line == f"CONNECTION_ERROR: amqp:unauthorized-access: {text}"


LINKS = """
opened <- 0;
links <- [];
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") {
        sessions <- [connection.opensession(onEvent), connection.opensession(onEvent)];
        foreach (session in sessions) {
            for (local i = 0; i < 16; i++) {
                links.append(session.opensender(QUEUE + "-" + i, onEvent));
                links.append(session.openreceiver(QUEUE + "-" + i, onEvent, @(deliveries) null));
            }
        }
        session = null;
    }
    if (event == "SENDER_OPEN" || event == "RECEIVER_OPEN") opened++;
    if (opened == 64) {
        server.log("64 links");
        links.clear();
        sessions.clear();
        connection = null;
    }
}
session <- null;
connection <- amqp.openconnection(URL, onEvent);
"""


def test_as_many_links_as_an_agent_may_have(broker: Broker, queue: str) -> None:
    with AgentRun(LINKS, URL=broker.url, QUEUE=queue) as run:
        assert run.end() == ["64 links"]
