"""A client disconnects the moment its last reference goes, in whatever way it goes, and never before."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

from imp_runtime.net.mqtt_connection import MqttConnection
from imp_runtime.net.mqtt_paho import PahoSession
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.mqtt.raw_broker import RawBroker

SCRIPT = """
function victim() { local v = ::pool; ::pool = null; ::watch <- v.weakref(); return v; }
function mark() {
    server.log(watch == null ? "released" : "held");
    if (watch != null) watch.createmessage("mark", "").sendasync();
}
function scenario() {
%s
}
pool <- mqtt.createclient();
pool.onconnect(function(code) { imp.wakeup(0, scenario); });
pool.connect(URL, "victim");
// Keeps the run alive.
imp.wakeup(1000, function() {});
"""


def cases(file: str) -> dict[str, str]:
    """The cases for AMQP, but for those that need its objects: each begins with a line `//: name`."""
    text = (Path(__file__).parent.parent / "release" / file).read_text(encoding="utf-8")
    found = dict(section.split("\n", 1) for section in text.split("\n//: ")[1:])
    others = ("opensender", "isopen", "createtransfer")
    return {name: code for name, code in found.items() if not any(other in code for other in others)}


LOST = cases("closed_at_once.cases")
KEPT = cases("stays_open.cases")


@pytest.mark.parametrize("code", LOST.values(), ids=LOST.keys())
def test_disconnects_at_once(code: str) -> None:
    with RawBroker() as broker, AgentRun(SCRIPT % code, URL=broker.url) as run:
        run.wait_line("released")
        assert "held" not in run.lines
        broker.wait("EOF")
        assert broker.packets == ["CONNECT victim", "DISCONNECT", "EOF"]


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT.keys())
def test_stays_connected(code: str) -> None:
    with RawBroker() as broker, AgentRun(SCRIPT % code, URL=broker.url) as run:
        assert run.wait_lines(1)[0] == "held"
        # Many of the cases end with the function, and then the client goes.
        broker.wait("PUBLISH mark q0")
        assert broker.packets[:2] == ["CONNECT victim", "PUBLISH mark q0"]


def test_cycle_is_closed_by_collectgarbage() -> None:
    code = "local t = { v = victim() }; t.me <- t; t = null; collectgarbage(); mark();"
    with RawBroker() as broker, AgentRun(SCRIPT % code, URL=broker.url) as run:
        assert run.wait_lines(1)[0] == "released"
        broker.wait("DISCONNECT")


def test_nothing_is_told_after_the_release() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnect(function(code) {
            client.onmessage(function(item) { server.log("message"); });
            client.onconnectionlost(function(reason) { server.log("lost"); });
            client.subscribe("a", 1, function(granted) { server.log("granted"); });
            client.createmessage("a", "m").sendasync(function(code) { server.log("sent"); });
            client = null;
            server.log("released");
        });
        client.connect(URL, "me");
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        assert run.end() == ["released"]
        broker.wait("EOF")
        # What was asked for before is sent before the goodbye.
        assert broker.packets == ["CONNECT me", "SUBSCRIBE a:1", "PUBLISH a q0 m", "DISCONNECT", "EOF"]


def test_messages_that_were_not_confirmed_are_told() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnect(function(code) {
            client.createmessage("a", "m", { qos = 1 }).sendasync();
            client.createmessage("a", "n", { qos = 2 }).sendasync();
            client = null;
        });
        client.connect(URL, "me");
        imp.wakeup(1000, function() {});
    """
    with RawBroker(mute=("PUBLISH",)) as broker, AgentRun(script, URL=broker.url) as run:
        assert run.wait_lines(1) == [
            "WARNING: 2 MQTT messages may be lost: the mqttclient was released before the broker confirmed"
        ]
        broker.wait("DISCONNECT")


def test_released_while_connecting() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnect(function(code) { server.log(code); });
        client.connect(URL, "me");
        imp.wakeup(0, function() { client = null; server.log("released"); });
    """
    with RawBroker(mute=("CONNECT",)) as broker, AgentRun(script, URL=broker.url) as run:
        assert run.end() == ["released"]


def test_another_client_may_connect_at_once() -> None:
    script = """
        client <- mqtt.createclient();
        function again(code) {
            client = mqtt.createclient();
            client.onconnect(function(code) { server.log("second"); client.disconnect(); });
            client.connect(URL, "second");
        }
        client.onconnect(again);
        client.connect(URL, "first");
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        assert run.end() == ["second"]
        broker.wait("DISCONNECT", 2)


def test_a_message_holds_itself_until_it_is_delivered() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnect(function(code) {
            local message = client.createmessage("a", "m", { qos = 1 });
            watch <- message.weakref();
            message.sendasync(function(code) {
                server.log("sent " + code);
                imp.wakeup(0, function() {
                    server.log(watch == null);
                    client.disconnect();
                });
            });
            message = null;
            server.log(watch != null);
        });
        client.connect(URL, "me");
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        assert run.end() == ["true", "sent 0", "true"]


def test_the_client_of_a_pending_callback_stays() -> None:
    script = """
        function start() {
            local client = mqtt.createclient();
            client.onconnect(function(code) {
                client.createmessage("a", "m", { qos = 1 }).sendasync(function(code) {
                    server.log("sent " + code);
                    client.disconnect();
                });
                client.onconnect(null);
            });
            client.connect(URL, "me");
        }
        start();
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        assert run.end() == ["sent 0"]


def test_report_of_open_handles() -> None:
    script = """
        client <- mqtt.createclient();
        other <- mqtt.createclient();
        client.onconnect(function(code) { server.log("up"); });
        client.connect(URL, "me");
    """
    with RawBroker() as broker, AgentRun(script, leaks=True, URL=broker.url) as run:
        run.wait_line("up")
        report = run.stop()
        place = f"127.0.0.1:{broker.port} (opened at agent.nut:5)"
        assert "\n".join(report).splitlines() == [
            "1 open handle:",
            f"  mqttclient to {place}: held by root table .client -> mqttclient",
        ]


def test_the_end_of_a_run_says_goodbye() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnect(function(code) { client.createmessage("last", "words").sendasync(); throw "broken"; });
        client.connect(URL, "me");
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.end_status()
        broker.wait("EOF")
        assert broker.packets == ["CONNECT me", "PUBLISH last q0 words", "DISCONNECT", "EOF"]


def test_released_while_the_results_of_a_lost_connection_are_told() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnectionlost(function(reason) { server.log("lost"); });
        client.onconnect(function(code) {
            for (local i = 0; i < 3; i++)
                client.createmessage("a", "m", { qos = 1 }).sendasync(function(code) {
                    server.log(code);
                    client = null;
                });
        });
        client.connect(URL, "me");
    """
    with RawBroker(mute=("PUBLISH",)) as broker, AgentRun(script, URL=broker.url) as run:
        broker.wait("PUBLISH a q1 m", 3)
        broker.hang_up()
        assert run.end() == ["-11"]


def test_restart_closes_the_connection() -> None:
    script = """
        client <- mqtt.createclient();
        client.onconnect(function(code) {
            local rounds = "rounds" in server.load() ? server.load().rounds : 0;
            server.log(rounds);
            server.save({ rounds = rounds + 1 });
            if (rounds < 2) server.restart();
            client.disconnect();
        });
        client.connect(URL, "me");
    """
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        assert run.end() == ["0", "1", "2"]
        broker.wait("DISCONNECT", 3)


@pytest.mark.parametrize("end", ["client.disconnect", "client = null; again"], ids=["disconnect", "release"])
def test_connections_that_are_over_are_forgotten(end: str) -> None:
    """Reference cycles would keep them: nobody collects those while an agent runs."""
    script = f"""
        rounds <- 0;
        function again() {{
            if (++rounds > 20) return server.log("end");
            client <- mqtt.createclient();
            client.onconnect(function(code) {{ {end}(again); }});
            client.connect(URL, "me");
        }}
        again();
        imp.wakeup(1000, function() {{}});
    """.replace("again(again)", "imp.wakeup(0, again)")
    with RawBroker() as broker, AgentRun(script, URL=broker.url) as run:
        run.wait_line("end")
        broker.wait("DISCONNECT", 20)
        broker.wait("EOF", 20)
        alive = []

        def count() -> None:
            # On the agent's thread: nothing of the last round is still being used.
            alive.append(sum(isinstance(held, (MqttConnection, PahoSession)) for held in gc.get_objects()))
            counted.set()

        counted = threading.Event()
        run.post(count)
        assert counted.wait(10)
        assert alive[0] <= 4
