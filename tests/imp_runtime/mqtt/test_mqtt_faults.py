"""What goes wrong: hosts, sockets, certificates, brokers that refuse, break off, fall silent or send nonsense."""

from __future__ import annotations

import socket
import threading

import pytest

from imp_runtime.config import NetworkConfig
from imp_runtime.net import mqtt_connection, mqtt_outgoing
from imp_runtime.status import ExitStatus
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.certificates import Authority
from tests.imp_runtime.mqtt.raw_broker import CONNACK, RawBroker, publish_packet, remaining_length
from tests.interop.programs import free_port

CONNECTING = """
client <- mqtt.createclient();
client.onconnect(function(code) { server.log("connected " + code); if (code == 0) scenario(); });
client.onconnectionlost(function(reason) { server.log("lost " + reason); });
client.onmessage(function(item) { server.log("got " + item.topic + " " + item.message); });
function scenario() { %s }
client.connect(URL, "me");
"""


def failure(url: str, network: NetworkConfig | None = None) -> list[str]:
    """The log of a run that does not get a connection."""
    with AgentRun(CONNECTING % "", network=network, URL=url) as run:
        return run.end()


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5])
def test_codes_of_the_broker(code: int) -> None:
    with RawBroker(connack=bytes([0x20, 2, 0, code])) as broker:
        assert failure(broker.url) == [f"connected {code}"]


def test_a_code_that_there_is_not() -> None:
    with RawBroker(connack=b"\x20\x02\x00\x06") as broker:
        place = f"127.0.0.1:{broker.port}"
        assert failure(broker.url) == [f"WARNING: mqttclient: {place} refused the connection", "connected -1"]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak MQTT"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "does not speak plain MQTT; the port may want TLS: try ssl://"),
        (b"\x20\x03\x00\x00\x00", "does not speak MQTT"),
        (b"\x20\xff\xff\xff\xff\x7f", "does not speak MQTT"),
        (b"\x30\xff\xff\xff\x7f", "does not speak MQTT"),
        (publish_packet(b"early", b"message") + CONNACK, "does not speak MQTT"),
    ],
)
def test_what_is_no_broker(answer: bytes, text: str) -> None:
    with RawBroker(connack=answer) as broker:
        assert failure(broker.url) == [f"WARNING: mqttclient: 127.0.0.1:{broker.port} {text}", "connected -1"]


def test_nobody_listens() -> None:
    port = free_port()
    assert failure(f"tcp://127.0.0.1:{port}") == [
        f"WARNING: mqttclient: connection refused by 127.0.0.1:{port}",
        "connected -1",
    ]


def test_unknown_host() -> None:
    assert failure("ssl://no.such.host.invalid") == [
        "WARNING: mqttclient: unknown host 'no.such.host.invalid'",
        "connected -1",
    ]


def test_offline() -> None:
    log = failure("tcp://broker.example", NetworkConfig(offline=True))
    assert "broker.example:1883" in log[0]
    assert log[1] == "connected -1"


def test_tls_to_a_plain_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"this is not TLS")

        thread = threading.Thread(target=answer)
        thread.start()
        log = failure(f"ssl://127.0.0.1:{port}")
        thread.join()
        assert log == [
            f"WARNING: mqttclient: 127.0.0.1:{port} does not speak TLS; is it the plain port (tcp:// instead of ssl://)?",
            "connected -1",
        ]


def test_plain_to_a_tls_port() -> None:
    with RawBroker(tls=Authority().server("broker.example")) as broker:
        log = failure(broker.url)
        assert log[1] == "connected -1"
        assert log[0].endswith("the port may want TLS: try ssl://")


@pytest.mark.parametrize(
    ("name", "days", "text"),
    [
        ("other.example", (-1, 1), "is not for 'broker.example'"),
        ("broker.example", (-3, -2), "has expired"),
        ("broker.example", (2, 3), "is not valid yet; is the clock right?"),
    ],
)
def test_certificates(name: str, days: tuple[int, int], text: str) -> None:
    authority = Authority()
    with RawBroker(tls=authority.server(name, from_day=days[0], to_day=days[1])) as broker:
        network = NetworkConfig(
            redirects={("broker.example", 8883): ("127.0.0.1", broker.port)}, ca_pem=(authority.pem,)
        )
        log = failure("ssl://broker.example", network)
        assert log[0].startswith("WARNING: mqttclient: the certificate of broker.example:8883")
        assert log[0].endswith(text)
        assert log[1] == "connected -1"


def test_broker_closes_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def hang_up() -> None:
            connection, _ = server.accept()
            # Read first, or the close would be a reset.
            connection.recv(1000)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        log = failure(f"tcp://127.0.0.1:{port}")
        thread.join()
        assert log == [
            f"WARNING: mqttclient: 127.0.0.1:{port} closed the connection at once; the port may want TLS: try ssl://",
            "connected -1",
        ]


def test_broker_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_connection, "OPEN_TIMEOUT", 0.1)
    with RawBroker(mute=("CONNECT",)) as broker:
        assert failure(broker.url) == [
            f"WARNING: mqttclient: 127.0.0.1:{broker.port} does not answer",
            "connected -1",
        ]


def test_disconnect_while_connecting() -> None:
    with RawBroker(mute=("CONNECT",)) as broker:
        script = CONNECTING % "" + 'client.disconnect(function() { server.log("closed"); });'
        with AgentRun(script, URL=broker.url) as run:
            assert run.end() == ["closed"]


LARGE = publish_packet(b"t", bytes(262145))
MALFORMED = {
    "type 0": b"\x00\x00",
    "connect": b"\x10\x00",
    "a second connack": CONNACK,
    "subscribe": b"\x82\x05\x00\x01\x00\x00\x00",
    "pingreq": b"\xc0\x00",
    "disconnect": b"\xe0\x00",
    "type 15": b"\xf0\x00",
    "flags of puback": b"\x41\x02\x00\x01",
    "flags of pubrel": b"\x60\x02\x00\x01",
    "qos 3": b"\x36\x05\x00\x01t\x00\x01",
    "endless length": b"\x30\xff\xff\xff\xff\x01",
    "length of puback": b"\x40\x03\x00\x01\x00",
    "length of pingresp": b"\xd0\x01\x00",
    "length of suback": b"\x90\x02\x00\x01",
    "long suback": b"\x90\x0d" + bytes(13),
    "topic beyond the packet": b"\x30\x03\x00\x09t",
    "empty topic": b"\x30\x02\x00\x00",
    "short publish": b"\x30\x01\x00",
    "no packet id": b"\x32\x03\x00\x01t",
    "topic that is not UTF-8": publish_packet(b"\xff\xfe", b"m"),
    "topic with a zero byte": publish_packet(b"a\0b", b"m"),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_packets(data: bytes) -> None:
    with RawBroker() as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        # What came before it counts.
        broker.send(publish_packet(b"good", b"message") + data)
        log = run.end()
        assert log[1] == "got good message"
        assert log[2].startswith(f"WARNING: mqttclient: 127.0.0.1:{broker.port} sent a ")
        assert log[3:] == ["lost -4"]


@pytest.mark.parametrize("granted", [(), (0, 0), (5,), (0x81,)])
def test_malformed_answers_to_subscribe(granted: tuple[int, ...]) -> None:
    code = 'client.subscribe("a", 0, function(code, qos) { server.log("subscribed " + code + " " + qos); });'
    with RawBroker(granted=granted) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        log = run.end()
        assert log[0] == "connected 0"
        assert log[-1] == "lost -4"


# Too long by itself, whatever the topic: it is not waited for.
TOO_LONG = b"\x30" + remaining_length(2 + 65535 + 2 + 262144 + 1)


@pytest.mark.parametrize("data", [LARGE, TOO_LONG, b"\x30" + remaining_length(268435455)], ids=["all", "begin", "huge"])
def test_messages_that_are_too_large(data: bytes) -> None:
    with RawBroker() as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.send(data)
        assert run.end()[1:] == [
            f"WARNING: mqttclient: 127.0.0.1:{broker.port} sent a message of more than 262144 bytes",
            "lost -3",
        ]


def test_qos_2_messages_that_are_never_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_connection, "_MOST_UNRELEASED", 10000)
    with RawBroker(mute=("PUBREC",)) as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        for packet_id in range(1, 12):
            broker.publish("t", bytes(1000), 2, packet_id)
        assert run.end()[-1] == "lost -3"


def test_hang_up() -> None:
    with RawBroker() as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.hang_up()
        assert run.end()[1:] == [
            f"WARNING: mqttclient: the connection to 127.0.0.1:{broker.port} was closed by the broker",
            "lost -1",
        ]


@pytest.mark.parametrize("begun", [b"", b"\x30", b"\x30\x20\x00\x01t"], ids=["between", "header", "body"])
def test_reset(begun: bytes) -> None:
    with RawBroker() as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        if begun:
            broker.send(begun)
        broker.reset()
        log = run.end()
        assert log[-1] == "lost -1"
        assert len(log) == 3


def test_what_is_under_way_when_the_connection_is_lost() -> None:
    code = """
        client.createmessage("a", "0").sendasync(function(code) { server.log("qos 0 " + code); });
        client.createmessage("a", "1", { qos = 1 }).sendasync(function(code) {
            server.log("qos 1 " + code);
            try { client.createmessage("a", "3").sendasync(); } catch (error) server.log(error);
        });
        client.createmessage("a", "2", { qos = 2 }).sendasync(function(code) { server.log("qos 2 " + code); });
        client.subscribe("a", 0, function(code, qos) { server.log("subscribed " + code + " " + qos); });
        client.subscribe("a", 0, function(qos) { server.log("granted " + qos); });
        client.unsubscribe("a", function(code) { server.log("unsubscribed " + code); });
    """
    mute = ("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE")
    with RawBroker(mute=mute) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        broker.wait("UNSUBSCRIBE a")
        broker.hang_up()
        log = run.end()
        assert log[:2] == ["connected 0", "qos 0 0"]
        # Everything counts as lost before the first callback; the connection's own comes last.
        assert log[2:] == [
            "qos 1 -11",
            "the mqttclient is not connected",
            "qos 2 -11",
            "subscribed -11 (null : (nil))",
            "granted -11",
            "unsubscribed -1",
            f"WARNING: mqttclient: the connection to 127.0.0.1:{broker.port} was closed by the broker",
            "lost -1",
        ]


def test_connect_again_when_the_connection_is_lost() -> None:
    script = CONNECTING % "" + """
        client.onconnectionlost(function(reason) {
            server.log("lost " + reason);
            client.connect(URL, "again");
        });
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.hang_up()
        run.wait_line("connected 0", 2)
        broker.publish("t", b"hello")
        run.wait_line("got t hello")
        assert [line for line in broker.packets if line.startswith("CONNECT")] == ["CONNECT me", "CONNECT again"]


def test_connect_again_from_the_callback_of_a_message() -> None:
    code = 'client.createmessage("a", "1", { qos = 1 }).sendasync(function(code) { client.connect(URL, "again"); });'
    script = f"rounds <- 0; {CONNECTING % ('if (++rounds == 1) ' + code)}"
    with RawBroker(mute=("PUBLISH",)) as broker, AgentRun(script, URL=broker.url) as run:
        broker.wait("PUBLISH a q1 1")
        broker.hang_up()
        run.wait_line("connected 0", 2)
        # Who has connected again knows of the loss.
        assert [line for line in run.lines if line.startswith("lost")] == []


@pytest.mark.parametrize(
    ("handler", "line"),
    [
        ("function() { server.log(`none`); }", "none"),
        ("function(reason = null) { server.log(`optional ` + reason); }", "optional -1"),
        ("function(...) { server.log(`any ` + vargv.len()); }", "any 1"),
    ],
)
def test_arguments_that_a_handler_does_not_take_are_left_off(handler: str, line: str) -> None:
    script = CONNECTING % "" + f"client.onconnectionlost({handler});".replace("`", '"')
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.hang_up()
        assert run.end()[-1] == line


def test_a_handler_that_needs_more_arguments() -> None:
    script = CONNECTING % "" + "client.onconnectionlost(function(a, b) {});"
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.hang_up()
        assert run.end_status() is ExitStatus.RUNTIME_ERROR
        assert "ERROR: wrong number of parameters" in run.lines


def test_handlers_can_be_removed() -> None:
    script = CONNECTING % "client.onmessage(null); client.onconnectionlost(null); client.onconnect(null);"
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.publish("t", b"ignored", 1)
        broker.wait("PUBACK 1")
        broker.hang_up()
        assert len(run.end()) == 2


def test_a_message_handler_that_throws_ends_the_run_with_a_goodbye() -> None:
    script = CONNECTING % "" + 'client.onmessage(function(item) { throw "broken"; });'
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.publish("t", b"m")
        assert run.end_status() is ExitStatus.RUNTIME_ERROR
        broker.wait("DISCONNECT")


def test_messages_are_confirmed_when_the_script_has_seen_them() -> None:
    script = CONNECTING % "" + """
        client.onmessage(function(item) { client.createmessage("seen", item.message).sendasync(); });
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.publish("t", b"one", 1, 7)
        broker.wait("PUBACK 7")
        broker.publish("t", b"two", 2, 8)
        assert broker.wait("PUBCOMP 8")[1:] == [
            "PUBLISH seen q0 one",
            "PUBACK 7",
            "PUBREC 8",
            "PUBLISH seen q0 two",
            "PUBCOMP 8",
        ]


def test_a_qos_2_message_that_comes_twice_is_told_once() -> None:
    with RawBroker(mute=("PUBREC",)) as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.publish("t", b"one", 2, 5)
        broker.publish("t", b"one", 2, 5, flags=8)
        broker.send(b"\x62\x02\x00\x05")
        broker.publish("t", b"end")
        assert run.wait_line("got t end")[1:] == ["got t one", "got t end"]


def test_flags_of_a_message() -> None:
    script = CONNECTING % "" + 'client.onmessage(@(item) server.log("" + item.qos + item.retain + item.dup));'
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.publish("t", b"", 1, 1, flags=9)
        broker.publish("t", b"")
        assert run.wait_lines(3)[1:] == ["111", "000"]


def test_confirmations_that_belong_to_nothing() -> None:
    with RawBroker() as broker, AgentRun(CONNECTING % "", URL=broker.url) as run:
        run.wait_line("connected 0")
        for kind in (0x40, 0x50, 0x62, 0x70, 0xB0):
            broker.send(bytes([kind, 2, 0, 99]))
        broker.send(b"\x90\x03\x00\x63\x00")
        broker.publish("t", b"alive")
        assert run.wait_line("got t alive") == ["connected 0", "got t alive"]


def test_refused_filters() -> None:
    code = """
        client.subscribe(["a", "b"], [0, 1], function(code, qos) { server.log(code + " " + qos[0] + " " + qos[1]); });
        client.subscribe(["a", "b"], [0, 1], function(qos) { server.log(qos[0] + " " + qos[1]); });
    """
    with RawBroker(granted=(0, 128)) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        assert run.wait_lines(3)[1:] == ["128 0 128", "0 128"]


def test_a_refused_filter() -> None:
    code = """
        client.subscribe("a", 0, function(code, qos) { server.log(code + " " + qos); });
        client.subscribe("a", function(qos) { server.log(qos); });
    """
    with RawBroker(granted=(128,)) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        assert run.wait_lines(3)[1:] == ["128 128", "128"]


def test_disconnect_waits_for_confirmations() -> None:
    code = """
        client.createmessage("a", "m", { qos = 2 }).sendasync(function(code) { server.log("sent " + code); });
        client.disconnect(function() { server.log("closed"); });
        client.disconnect(function() { server.log("closed too"); });
    """
    with RawBroker() as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        assert run.end() == ["connected 0", "sent 0", "closed", "closed too"]
        assert broker.packets[:4] == ["CONNECT me", "PUBLISH a q2 m", "PUBREL 1", "DISCONNECT"]


def test_disconnect_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_connection, "CLOSE_TIMEOUT", 0.1)
    code = """
        client.createmessage("a", "m", { qos = 1 }).sendasync(function(code) { server.log("sent " + code); });
        client.disconnect(function() { server.log("closed"); });
    """
    with RawBroker(mute=("PUBLISH",)) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        assert run.end() == ["connected 0", "sent -11", "closed"]
        broker.wait("DISCONNECT")


def test_the_connection_breaks_while_disconnecting() -> None:
    code = """
        client.createmessage("a", "m", { qos = 1 }).sendasync(function(code) { server.log("sent " + code); });
        client.disconnect(function() { server.log("closed"); });
    """
    with RawBroker(mute=("PUBLISH",)) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        broker.wait("PUBLISH a q1 m")
        broker.reset()
        assert run.end() == ["connected 0", "sent -11", "closed"]


def test_nothing_is_told_after_disconnect() -> None:
    code = 'client.disconnect(function() { server.log("closed"); }); client.onmessage(@(item) server.log("late"));'
    script = CONNECTING % f"client.onmessage(function(item) {{ server.log(item.message); {code} }});"
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("connected 0")
        broker.send(publish_packet(b"t", b"first") + publish_packet(b"t", b"second"))
        assert run.end() == ["connected 0", "first", "closed"]


def test_a_broker_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_connection, "CLOSE_TIMEOUT", 0.1)
    code = """
        for (local i = 0; i < 100; i++)
            client.createmessage("a", blob(262144)).sendasync(function(code) { counts[-code]++; });
        client.disconnect(function() { server.log("closed " + (counts[0] + counts[11]) + " " + (counts[11] > 10)); });
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = "counts <- array(12, 0);" + CONNECTING % code
        with AgentRun(script, URL=f"tcp://127.0.0.1:{server.getsockname()[1]}") as run:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(CONNACK)
                assert run.end() == ["connected 0", "closed 100 true"]


def test_too_many_bytes_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_outgoing, "MOST_BUFFERED", 1000)
    code = """
        for (local i = 0; i < 12; i++)
            client.createmessage("a", blob(100), { qos = 1 }).sendasync(function(code) { server.log(code); });
    """
    with RawBroker(mute=("PUBLISH",)) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        assert run.wait_lines(3) == ["connected 0", "-12", "-12"]
        assert broker.wait("PUBLISH a q1 100 bytes", 10).count("PUBLISH a q1 100 bytes") == 10


def test_too_many_identifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_outgoing, "MOST_IDS", 3)
    code = """
        client.createmessage("a", "", { qos = 1 }).sendasync();
        client.subscribe("a");
        client.unsubscribe("a", function(code) {});
        client.createmessage("a", "").sendasync(function(code) { server.log("qos 0 " + code); });
        client.createmessage("a", "", { qos = 1 }).sendasync(function(code) { server.log("qos 1 " + code); });
        server.log(client.subscribe("a", 0, function(code, qos) { server.log("subscribed " + code); }));
        client.unsubscribe("a", function(code) { server.log("unsubscribed " + code); });
    """
    mute = ("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE")
    with RawBroker(mute=mute) as broker, AgentRun(CONNECTING % code, URL=broker.url) as run:
        assert run.wait_lines(6) == [
            "connected 0",
            "0",
            "qos 0 0",
            "qos 1 -10",
            "subscribed -10",
            "unsubscribed -1",
        ]


def test_connect_packet() -> None:
    script = """
        client <- mqtt.createclient();
        client.connect(URL, "\\xc3\\xa9", { username = "u", password = "p\\x00w",
                                        willtopic = "w/t", willmessage = "bye", keepalive = 65535 });
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url):
        broker.wait("CONNECT é")
        # User, password, will with QoS 0, clean session.
        header = b"\x00\x04MQTT\x04\xc6\xff\xff"
        assert broker.connects[0] == header + b"\x00\x02\xc3\xa9\x00\x03w/t\x00\x03bye\x00\x01u\x00\x03p\x00w"


def test_options_are_read_at_the_call() -> None:
    script = """
        options <- { username = "u", password = "old" };
        client <- mqtt.createclient();
        client.connect(URL, "me", options);
        options.password = "new";
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url):
        broker.wait("CONNECT me")
        assert broker.connects[0].endswith(b"\x00\x03old")
