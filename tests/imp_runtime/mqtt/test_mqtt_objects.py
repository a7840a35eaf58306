"""What scripts may call on ``mqtt`` and its objects, with which arguments, and in which state."""

from __future__ import annotations

import io

import pytest

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.clock import VirtualClock
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log, LogFormat
from imp_runtime.status import ExitStatus
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.mqtt.raw_broker import RawBroker
from tests.in_process import run

CONNECTED = """
client <- mqtt.createclient();
client.onconnect(function(code) {
    if (code) return server.log("code " + code);
    try { scenario(); } catch (error) { server.log("! " + error); }
});
client.connect(URL, "me");
"""


NO_FILTER = "is no topic filter: + and # stand for whole levels, and # only for the last"
DISCONNECTING = "the mqttclient is still disconnecting; wait for the callback of disconnect"


def thrown(call: str) -> str:
    """What a call throws, in a script without a connection."""
    ran = run(f"client <- mqtt.createclient(); try {{ {call}; server.log(0); }} catch (e) {{ server.log(e); }}")
    assert len(ran.lines) == 1, ran.lines
    return ran.lines[0]


def on_connection(code: str, broker: RawBroker, wait: str = "done") -> list[str]:
    """The log of a script whose `scenario` runs on a connection, up to a line."""
    with AgentRun(f"function scenario() {{ {code} }}" + CONNECTED, URL=broker.url) as agent:
        return agent.wait_line(wait)


def test_members() -> None:
    ran = run("""
        server.log(typeof mqtt + " " + typeof mqtt.createclient());
        server.log(mqtt.AT_MOST_ONCE + " " + mqtt.AT_LEAST_ONCE + " " + mqtt.EXACTLY_ONCE);
        local client = mqtt.createclient();
        server.log(typeof client.createmessage("t", "m"));
        server.log("[" + client.url() + "]");
        foreach (name in ["connect", "disconnect", "onconnect", "onconnectionlost", "onmessage", "subscribe",
                          "unsubscribe", "createmessage", "url"])
            if (typeof client[name] != "function") server.log(name);
        server.log("isconnected" in client);
    """)
    assert ran.lines == ["mqtt mqttclient", "0 1 2", "mqttmessage", "[]", "false"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("localhost", "the URL must begin with ssl:// or tcp://"),
        ("mqtt://localhost", "the URL must begin with ssl:// or tcp://"),
        ("tcp://", "the URL names no host"),
        ("tcp://:1883", "the URL names no host"),
        ("tcp://host:0", "the URL's port must be a number from 1 to 65535"),
        ("tcp://host:x", "the URL's port must be a number from 1 to 65535"),
        ("tcp://ho st", "the URL's host contains a space or control character"),
        ("tcp://u:secret@host", "the URL must not hold a user name or password; give them as options of connect"),
        ("tcp://ho\\xffst", "the URL is not valid UTF-8"),
    ],
)
def test_wrong_urls(url: str, message: str) -> None:
    assert thrown(f'client.connect("{url}", "me")') == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('""', "the client id must have 1 to 255 characters"),
        ('array(256, "x").reduce(@(a, b) a + b)', "the client id must have 1 to 255 characters"),
        ('"\\xff"', "the client id is not valid UTF-8"),
        ("1", "parameter 2 has an invalid type 'integer' ; expected: 'string'"),
        ('"me", 1', "parameter 3 has an invalid type 'integer' ; expected: 'null|table'"),
        ('"me", {keepalive = 29}', "the option 'keepalive' must be an integer from 30 to 65535, or 0 for none"),
        ('"me", {keepalive = 65536}', "the option 'keepalive' must be an integer from 30 to 65535, or 0 for none"),
        ('"me", {keepalive = -1}', "the option 'keepalive' must be an integer from 30 to 65535, or 0 for none"),
        ('"me", {keepalive = "60"}', "the option 'keepalive' must be an integer from 30 to 65535, or 0 for none"),
        ('"me", {username = 1}', "the option 'username' must be a string or a blob, not a integer"),
        ('"me", {username = "\\xff"}', "the option 'username' is not valid UTF-8"),
        ('"me", {username = "a", password = "\\xff"}', "the option 'password' is not valid UTF-8"),
        ('"me", {password = "secret"}', "the option 'password' needs the option 'username'"),
        ('"me", {willtopic = ""}', "the topic is empty"),
        ('"me", {willtopic = "a/#"}', "the topic of a message must not hold the wildcards + and #"),
        ('"me", {willtopic = "a", willmessage = blob(65536)}', "the option 'willmessage' is longer than 65535 bytes"),
    ],
)
def test_wrong_arguments_of_connect(arguments: str, message: str) -> None:
    assert thrown(f'client.connect("tcp://127.0.0.1", {arguments})') == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('"", "m"', "the topic is empty"),
        ('"a/+", "m"', "the topic of a message must not hold the wildcards + and #"),
        ('"#", "m"', "the topic of a message must not hold the wildcards + and #"),
        ('"\\xff", "m"', "the topic is not valid UTF-8"),
        ('"a\\x00/b", "m"', "the topic holds a zero byte"),
        ('blob(65536), "m"', "the topic holds a zero byte"),
        ('"t", 1', "parameter 2 has an invalid type 'integer' ; expected: 'string|blob'"),
        ('"t", blob(256 * 1024 + 1)', "the message has 262145 bytes; at most 262144 are possible"),
        ('"t", "m", {qos = 3}', "the option 'qos' must be 0, 1 or 2"),
        ('"t", "m", {qos = "1"}', "the option 'qos' must be 0, 1 or 2"),
        ('"t", "m", {retain = 1}', "the option 'retain' must be a bool, not a integer"),
    ],
)
def test_wrong_arguments_of_createmessage(arguments: str, message: str) -> None:
    assert thrown(f"client.createmessage({arguments})") == message


def test_a_topic_that_is_too_long() -> None:
    assert thrown('local t = "x"; while (t.len() < 65536) t += t; client.createmessage(t, "")') == (
        "the topic is longer than 65535 bytes"
    )


@pytest.mark.parametrize(
    "call",
    [
        'client.subscribe("a")',
        'client.unsubscribe("a", function(code) {})',
        'client.createmessage("a", "b").sendasync()',
        'client.createmessage("a", "b").sendasync(function(code) {})',
    ],
)
def test_what_needs_a_connection(call: str) -> None:
    assert thrown(call) == "the mqttclient is not connected"


def test_sendsync_was_removed() -> None:
    assert thrown('client.createmessage("a", "b").sendsync()') == (
        "mqttmessage.sendsync is not available: the platform removed it in 2018; use sendasync"
    )


def test_a_message_whose_client_is_gone() -> None:
    assert thrown('local m = client.createmessage("a", "b"); client = null; m.sendasync()') == (
        "the mqttclient was released"
    )


def test_wrong_numbers_of_arguments() -> None:
    for call in ('client.connect("tcp://h")', "client.onconnect()", 'client.unsubscribe("a")', "mqtt.createclient(1)"):
        assert thrown(call) == "wrong number of parameters"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("client.subscribe([])", "1 to 10 topics are possible, not 0"),
        ('client.subscribe(array(11, "a"))', "1 to 10 topics are possible, not 11"),
        ('client.unsubscribe(array(11, "a"), function(c) {})', "1 to 10 topics are possible, not 11"),
        ('client.subscribe("")', "the topic is empty"),
        ('client.subscribe("a/#/b")', f"'a/#/b' {NO_FILTER}"),
        ('client.subscribe("a+")', f"'a+' {NO_FILTER}"),
        ('client.unsubscribe("a#", function(c) {})', f"'a#' {NO_FILTER}"),
        ('client.subscribe(["a", "b"], [1])', "there are 2 topics, but 1 QoS levels"),
        (
            'client.subscribe("a", "1")',
            "parameter 2 has an invalid type 'string' ; expected: 'null|integer|array|function|function'",
        ),
        ('client.subscribe("a", ["1"])', "parameter 2 has an invalid type 'string' ; expected: 'integer|array'"),
        ('client.subscribe("a", function(q) {}, function(q) {})', "the QoS must be an integer or an array of integers"),
        ("client.subscribe(1)", "parameter 1 has an invalid type 'integer' ; expected: 'string|array|blob'"),
        ("client.subscribe([1])", "parameter 1 has an invalid type 'integer' ; expected: 'string|blob|array'"),
        ('client.unsubscribe("\\xff", function(c) {})', "a topic is not valid UTF-8"),
        ('client.connect(URL, "me")', "the mqttclient is already connected"),
        (
            'mqtt.createclient().connect(URL, "other")',
            "another mqttclient is already connected; only one may be connected at a time",
        ),
        ('client.disconnect(); client.subscribe("a")', DISCONNECTING),
        ('client.disconnect(); client.connect(URL, "me")', DISCONNECTING),
    ],
)
def test_wrong_calls_on_a_connection(call: str, message: str) -> None:
    with RawBroker() as broker:
        log = on_connection(f"{call}; server.log(`done`)".replace("`", '"'), broker, f"! {message}")
        assert log == [f"! {message}"]
        assert [packet for packet in broker.packets if packet.startswith(("SUB", "UNSUB"))] == []


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ('client.subscribe("\\xff")', -5),
        ('client.subscribe("a\\x00/b")', -7),
        ('client.subscribe("a", 3)', -9),
        ('client.subscribe(["a", "b"], [0, -1])', -9),
    ],
)
def test_error_codes_that_subscribe_returns(call: str, code: int) -> None:
    with RawBroker() as broker:
        assert on_connection(f'server.log({call}); server.log("done");', broker)[0] == str(code)


def test_connecting_twice_before_the_answer() -> None:
    with RawBroker(mute=("CONNECT",)) as broker:
        script = """
            client <- mqtt.createclient();
            client.connect(URL, "me");
            try { client.connect(URL, "me"); } catch (error) server.log(error);
            try { client.subscribe("a"); } catch (error) server.log(error);
            try { mqtt.createclient().connect(URL, "me"); } catch (error) server.log(error);
            server.log(client.url() == URL);
        """
        with AgentRun(script, URL=broker.url) as agent:
            assert agent.wait_lines(4) == [
                "the mqttclient is still connecting",
                "the mqttclient is not connected",
                "another mqttclient is still connecting; only one may be connected at a time",
                "true",
            ]


def test_disconnect_without_a_connection_calls_back_as_an_event() -> None:
    ran = run("""
        client <- mqtt.createclient();
        client.disconnect(function() { server.log("closed"); });
        client.disconnect();
        client.disconnect(null);
        server.log("after");
    """)
    assert ran.lines == ["after", "closed"]


def test_virtual_time_waits_for_what_is_under_way() -> None:
    """Timers of a day do not run before the broker has answered, whatever was asked of it."""
    script = """
        client <- mqtt.createclient();
        function later(what) { return imp.wakeup(86400, @() server.log("too early: " + what)); }
        local timer = later("connect");
        client.onconnect(function(code) {
            imp.cancelwakeup(timer);
            timer = later("subscribe");
            client.subscribe("a", 0, function(granted) {
                imp.cancelwakeup(timer);
                timer = later("unsubscribe");
                client.unsubscribe("a", function(code) {
                    imp.cancelwakeup(timer);
                    timer = later("message");
                    client.createmessage("a", "m", { qos = 2 }).sendasync(function(code) {
                        imp.cancelwakeup(timer);
                        local start = time();
                        imp.wakeup(86400, function() {
                            server.log("a day later: " + (time() - start >= 86399));
                            timer = later("disconnect");
                            client.disconnect(function() {
                                imp.cancelwakeup(timer);
                                server.log("disconnected");
                            });
                        });
                    });
                });
            });
        });
        client.connect(URL, "me");
    """
    with RawBroker() as broker:
        output = io.BytesIO()
        config = AgentConfig(constants={"URL": broker.url})
        agent = Agent(config, Log(output, LogFormat.PLAIN), clock=VirtualClock())
        assert run_on_thread(agent, script) is ExitStatus.OK
        assert output.getvalue().decode().splitlines() == ["a day later: true", "disconnected"]
