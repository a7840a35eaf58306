"""Agents against rhea as the server: a peer that shares no code with Proton, and does what brokers rarely do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.certificates import Authority
from tests.interop.programs import Program
from tests.interop.rhea_programs import Rhea
from tests.interop.values import PROPERTY_TYPES, SHOW, VALUES, shown_properties, text

HOST = "hub.example"


class Server:
    """A running `rhea/server.js`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.port = int(self.wait("listening")["port"])

    @property
    def url(self) -> str:
        return f"amqp://127.0.0.1:{self.port}"

    @property
    def reports(self) -> list[dict[str, Any]]:
        """What it has reported so far."""
        return [json.loads(line) for line in list(self.program.lines) if line.startswith("{")]

    def wait(self, event: str, **details: object) -> dict[str, Any]:
        """Wait for an event with certain details."""

        def matches(line: str) -> bool:
            report = json.loads(line) if line.startswith("{") else {}
            return report.get("event") == event and all(report.get(name) == details[name] for name in details)

        found: dict[str, Any] = json.loads(self.program.wait_line(matches, f"{event} {details}"))
        return found

    def named(self, event: str) -> list[dict[str, Any]]:
        """Its reports of one event."""
        return [report for report in self.reports if report["event"] == event]


class StartServer:
    """Starts servers that end with the test."""

    def __init__(self, rhea: Rhea, stack: ExitStack) -> None:
        self._rhea = rhea
        self._stack = stack

    def __call__(self, **settings: object) -> Server:
        return Server(self._stack.enter_context(self._rhea.start("server", **settings)))


@pytest.fixture
def start_server(rhea: Rhea) -> Iterator[StartServer]:
    with ExitStack() as stack:
        yield StartServer(rhea, stack)


@pytest.fixture
def server(start_server: StartServer) -> Server:
    """A server with default settings."""
    return start_server()


RECEIVE = (
    SHOW
    + """
count <- 0;
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver(ADDRESS, onEvent, onMessages);
}
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local message = delivery.message();
        server.log(show(message.body()));
        if (message.properties().len() > 0) server.log(show(message.properties()));
        count++;
    }
    if (count == COUNT) receiver = session = connection = null;
}
connection <- amqp.openconnection(URL, onEvent);
"""
)


def test_every_type_of_body(server: Server) -> None:
    """What rhea encodes itself; it knows no decimals, and no described values in bodies."""
    unknown = {"decimal32", "decimal64", "decimal128", "described"}
    expected = {name: shown for name, (_, shown) in VALUES.items() if name not in unknown}
    with AgentRun(RECEIVE, URL=server.url, ADDRESS="values", COUNT=len(expected)) as run:
        assert dict(zip(expected, run.end(), strict=True)) == expected


def test_every_type_of_property(start_server: StartServer) -> None:
    server = start_server(properties=PROPERTY_TYPES)
    with AgentRun(RECEIVE, URL=server.url, ADDRESS="properties", COUNT=1) as run:
        assert run.end() == [text("x"), shown_properties()]


def test_every_kind_of_body_section_among_all_other_sections(server: Server) -> None:
    with AgentRun(RECEIVE, URL=server.url, ADDRESS="sections", COUNT=4) as run:
        assert run.end() == [
            "blob 6162",
            "blob 61626364",
            f"[integer 1, {text('a')}]",
            "[integer 1, integer 2]",
        ]


def test_what_the_server_sees_of_an_agent(server: Server) -> None:
    with AgentRun(RECEIVE, URL=server.url, ADDRESS="values", COUNT=1):
        assert server.wait("connection")["container"].startswith("impsim-")
        assert server.wait("credit")["credit"] == 100


LARGE = """
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("large", onEvent, onMessages);
}
function onMessages(deliveries) {
    body = deliveries[0].message().body();
    server.log(body.len() + " " + body.readstring(16));
    sender <- session.opensender("inbox");
    sender.createtransfer(amqp.createbinarymessage(body.tostring())).sendasync(function() {
        sender = receiver = session = connection = null;
    });
}
body <- null;
connection <- amqp.openconnection(URL, onEvent);
"""


# With smaller frames the message would need more of them than rhea's session window has, and rhea opens that again
# only between messages.
@pytest.mark.parametrize("options", [{}, {"max_frame_size": 1024}], ids=["large frames", "small frames"])
def test_a_megabyte_there_and_back(start_server: StartServer, options: dict[str, object]) -> None:
    server = start_server(options=options)
    with AgentRun(LARGE, URL=server.url) as run:
        assert run.end() == ["1048576 abcdefghabcdefgh"]
    assert bytes.fromhex(server.wait("message")["body"]["hex"]) == b"abcdefgh" * 131072


SEND = """
function onEvent(event, error) {
    server.log(event + (error ? ": " + error : ""));
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") sender <- session.opensender(ADDRESS, onEvent);
    if (event == "SENDER_OPEN") {
        for (local i = 0; i < COUNT; i++) {
            local number = i;
            sender.createtransfer(amqp.createmessage(number.tostring())).sendasync(function() {
                server.log("sent " + number);
                if (ENDS && ++sent == COUNT) sender = session = connection = null;
            });
        }
    }
}
sent <- 0;
connection <- amqp.openconnection(URL, onEvent);
"""


def test_messages_of_an_agent(server: Server) -> None:
    script = """
    function onEvent(event, error) {
        if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
        if (event == "SESSION_OPEN") sender <- session.opensender("inbox", onEvent);
        if (event == "SENDER_OPEN") {
            local properties = {number = -5, ratio = 1.5, yes = true, name = "caf\\xc3\\xa9", none = null};
            sender.createtransfer(amqp.createmessage("gr\\xc3\\xbcn", properties)).sendasync(@() null);
            sender.createtransfer(amqp.createbinarymessage("\\x00\\xff")).sendasync(function() {
                sender = session = connection = null;
            });
        }
    }
    connection <- amqp.openconnection(URL, onEvent);
    """
    with AgentRun(script, URL=server.url) as run:
        assert run.end() == []
    server.wait("connection_close")
    properties = {"number": -5, "ratio": 1.5, "yes": True, "name": "café", "none": "(null : (nil))"}
    assert server.named("message") == [
        {"event": "message", "address": "inbox", "section": "value", "body": "grün", "properties": properties},
        {"event": "message", "address": "inbox", "section": "data", "body": {"hex": "00ff"}},
    ]


def test_an_agent_sends_no_more_than_it_has_credit_for(start_server: StartServer) -> None:
    server = start_server(credit=3, options={"credit_window": 0, "autoaccept": False})
    with AgentRun(SEND, URL=server.url, ADDRESS="inbox", COUNT=30, ENDS=True) as run:
        lines = run.end()
    assert lines[3:] == [f"sent {number}" for number in range(30)]
    server.wait("connection_close")
    assert [report["size"] for report in server.named("batch")] == [3] * 10
    assert not server.named("error")


def test_a_peer_that_settles_backwards(start_server: StartServer) -> None:
    """Each callback once; those that one read brings in the order of sending."""
    server = start_server(options={"autoaccept": False})
    with AgentRun(SEND, URL=server.url, ADDRESS="backwards", COUNT=4, ENDS=True) as run:
        assert sorted(run.end()[3:]) == ["sent 0", "sent 1", "sent 2", "sent 3"]


OUTCOMES = """
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("outcomes", onEvent, onMessages);
}
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local body = delivery.message().body();
        if (body in delivery) delivery[body]();
    }
}
connection <- amqp.openconnection(URL, onEvent);
"""


def test_outcomes_of_an_agents_deliveries(server: Server) -> None:
    with AgentRun(OUTCOMES, URL=server.url):
        for tag, outcome in [
            ("accept", "accepted"),
            ("reject", "rejected"),
            ("release", "released"),
            ("dropped", "accepted"),
        ]:
            server.wait("outcome", tag=tag, outcome=outcome)


@pytest.mark.parametrize(
    ("address", "outcome"), [("reject", "rejected"), ("release", "released"), ("modify", "modified")]
)
def test_outcomes_of_an_agents_messages(start_server: StartServer, address: str, outcome: str) -> None:
    server = start_server(options={"autoaccept": False})
    with AgentRun(SEND, URL=server.url, ADDRESS=address, COUNT=1, ENDS=True) as run:
        warning, sent = run.end()[3:]
    assert warning.startswith(f"WARNING: the peer did not accept an AMQP message: {outcome}")
    assert sent == "sent 0"


ERROR = "amqp:not-allowed: it is Sunday"


@pytest.mark.parametrize(
    ("address", "events"),
    [
        ("close link", [f"SENDER_ERROR: {ERROR}"]),
        ("close link quietly", ["SENDER_CLOSED"]),
        ("detach link", ["SENDER_CLOSED"]),
        ("close session", ["SENDER_CLOSED", f"SESSION_ERROR: {ERROR}"]),
        ("close session quietly", ["SENDER_CLOSED", "SESSION_CLOSED"]),
        ("close connection", ["SENDER_CLOSED", "SESSION_CLOSED", f"CONNECTION_ERROR: {ERROR}"]),
        ("close connection quietly", ["SENDER_CLOSED", "SESSION_CLOSED", "CONNECTION_CLOSED"]),
        ("drop", ["SENDER_CLOSED", "SESSION_CLOSED", "CONNECTION_ERROR: the connection to PEER was lost"]),
    ],
)
def test_what_the_server_ends(start_server: StartServer, address: str, events: list[str]) -> None:
    server = start_server(options={"autoaccept": False})
    with AgentRun(SEND, URL=server.url, ADDRESS=address, COUNT=1, ENDS=False) as run:
        lines = run.wait_lines(3 + len(events))
    # Whether it was reset or closed is up to the peer's system.
    lost = r"the connection to \S+ was (reset|closed without a close frame)"
    assert [re.sub(lost, "the connection to PEER was lost", line) for line in lines[3:]] == events


@pytest.mark.parametrize("receives", [True, False])
def test_a_link_that_is_refused(server: Server, receives: bool) -> None:
    script = """
    function onEvent(event, error) {
        server.log(event + (error ? ": " + error : ""));
        if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
        if (event == "SESSION_OPEN") {
            link <- RECEIVES ? session.openreceiver("refused", onEvent, @(deliveries) null)
                             : session.opensender("refused", onEvent);
        }
    }
    connection <- amqp.openconnection(URL, onEvent);
    """
    kind = "RECEIVER" if receives else "SENDER"
    with AgentRun(script, URL=server.url, RECEIVES=receives) as run:
        run.wait_line(f"{kind}_ERROR: {ERROR}")
        assert run.lines[-1] == f"{kind}_ERROR: {ERROR}"
        assert f"{kind}_CLOSED" not in run.lines


def test_what_the_agent_drops_is_closed_at_once(server: Server) -> None:
    script = """
    function onEvent(event, error) {
        if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
        if (event == "SESSION_OPEN") sender <- session.opensender("inbox", onEvent);
        if (event == "SENDER_OPEN") {
            sender = null;
            receiver <- session.openreceiver("other", onEvent, @(deliveries) null);
        }
        if (event == "RECEIVER_OPEN") {
            receiver = null;
            second <- connection.opensession(onEvent);
            session = null;
        }
    }
    connection <- amqp.openconnection(URL, onEvent);
    """
    with AgentRun(script, URL=server.url):
        server.wait("session_close")
        assert [report["event"] for report in server.reports[1:]][:7] == [
            "connection",
            "session",
            "attach",
            "receiver_close",
            "attach",
            "sender_close",
            "session",
        ]


CONNECT = """
function onEvent(event, error) {
    server.log(event + (error ? ": " + error : ""));
    connection = null;
}
connection <- amqp.openconnection(URL, onEvent);
"""


@pytest.mark.parametrize(
    ("login", "line"),
    [
        ("alice:se%20cret@", "CONNECTION_OPEN"),
        (
            "alice:wrong@",
            "CONNECTION_ERROR: amqp:unauthorized-access: 127.0.0.1:{port} refused the user name or the password",
        ),
        (
            "",
            "CONNECTION_ERROR: amqp:unauthorized-access: 127.0.0.1:{port} does not accept anonymous connections; "
            "put user:password@ into the URL",
        ),
    ],
)
def test_passwords(start_server: StartServer, login: str, line: str) -> None:
    server = start_server(user="alice", password="se cret")
    with AgentRun(CONNECT, URL=f"amqp://{login}127.0.0.1:{server.port}") as run:
        assert run.end() == [line.format(port=server.port)]


def test_tls(start_server: StartServer) -> None:
    authority = Authority()
    key, certificate = authority.issue(HOST)
    server = start_server(key=key.decode(), certificate=certificate.decode())
    network = NetworkConfig(redirects={(HOST, 5671): ("127.0.0.1", server.port)}, ca_pem=(authority.pem,))
    with AgentRun(SEND, network, URL=f"amqps://{HOST}", ADDRESS="inbox", COUNT=300, ENDS=True) as run:
        assert run.end()[3:] == [f"sent {number}" for number in range(300)]
    assert server.wait("connection")["hostname"] == HOST


def test_heartbeats(start_server: StartServer) -> None:
    """The server drops peers that are silent for longer than 400 ms; the agent has nothing to say for two seconds."""
    server = start_server(options={"idle_time_out": 200})
    script = """
    function onEvent(event, error) {
        server.log(event + (error ? ": " + error : ""));
        if (event == "CONNECTION_OPEN") imp.wakeup(2, function() {
            server.log(connection.isopen());
            connection = null;
        });
    }
    connection <- amqp.openconnection(URL, onEvent);
    """
    with AgentRun(script, URL=server.url) as run:
        assert run.end() == ["CONNECTION_OPEN", "true"]
